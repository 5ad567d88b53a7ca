"""A My Number card that answers APDUs: one command interpreter over a `CardImage`.

It keeps the card's own law: which code opens what, how many tries are left, what is forgotten without power. Not
imitated: secure messaging, change of codes, card-manager data objects, PIN-less authentication by terminal certificate.
"""

import secrets
import time
from dataclasses import replace

from device.virtual.card_image import CardImage, Code, Entry, File, OpenedBy, PrivateKey, RecordFile
from device.virtual.command import Command, StatusWord, parse, reply
from device.virtual.exchange import Exchange
from device.virtual.quirks import PLAIN, Quirks
from device.virtual.signing import signature

_NO_ATR = bytes(1)


class _RefusedError(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class VirtualCard:
    """A card on a reader. `image` is its lasting memory: a spent try stays spent. Codes given go with the power."""

    def __init__(self, image: CardImage, quirks: Quirks = PLAIN) -> None:
        self.image = image
        self._quirks = quirks
        self._exchange = Exchange(quirks, self._answer)
        self.power_off()

    @property
    def atr(self) -> bytes:
        """The answer to reset; of a dead chip, what a reader might take for noise."""
        return _NO_ATR if self._quirks.is_dead else self.image.atr

    def power_off(self) -> None:
        """Forgets which application and file are selected and which codes were given. A reset does the same."""
        self._aid: bytes | None = None
        self._current: int | None = None
        self._given: set[tuple[bytes, int]] = set()
        self._exchange.power_off()

    def transmit(self, apdu: bytes) -> bytes:
        """Answers one command APDU. Raises `CardTakenError` or `CardHungError` where the quirks say so."""
        return self._exchange.transmit(apdu)

    def _answer(self, apdu: bytes) -> bytes:
        try:
            return self._obey(parse(apdu))
        except _RefusedError as refused:
            return reply(status=refused.status)

    def _obey(self, command: Command | None) -> bytes:
        if command is None or (command.is_extended and self._quirks.short_apdus_only):
            raise _RefusedError(StatusWord.WRONG_LENGTH)
        match command.cla, command.ins:
            case 0x00, 0xA4:
                return self._select(command)
            case 0x00, 0xB0:
                return self._read_binary(command)
            case 0x00, 0xB2:
                return self._read_record(command)
            case 0x00, 0x20:
                return self._verify(command)
            case 0x00, 0x84:
                return self._get_challenge(command)
            case 0x80, 0x2A:
                return self._sign(command)
            case ((0x00 | 0x80), _):
                raise _RefusedError(StatusWord.UNKNOWN_INSTRUCTION)
            case _:
                raise _RefusedError(StatusWord.UNKNOWN_CLASS)

    def _select(self, command: Command) -> bytes:
        match command.p1, command.p2:
            case 0x04, 0x0C:
                if command.data not in self.image.applications:
                    raise _RefusedError(StatusWord.NOT_FOUND)
                self._aid, self._current = command.data, None
                if not self._quirks.select_keeps_codes:
                    self._given.clear()
            case 0x02, 0x0C if len(command.data) == 2:
                self._make_current(int.from_bytes(command.data))
            case 0x02, 0x0C:
                raise _RefusedError(StatusWord.WRONG_LENGTH)
            case _:
                raise _RefusedError(StatusWord.WRONG_P1_P2)  # there is no master file to go back to
        return reply()

    def _read_binary(self, command: Command) -> bytes:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                raise _RefusedError(StatusWord.WRONG_P1_P2)
            self._make_current(command.p1 & 0x1F)
            offset = command.p2
        file = self._current_entry()
        if not isinstance(file, File):
            raise _RefusedError(StatusWord.WRONG_FILE_TYPE)
        self._require(file.opened_by)
        if command.limit is None:
            raise _RefusedError(StatusWord.WRONG_LENGTH)
        content = self._quirks.written(file.content, self._place())
        if offset >= len(content):
            raise _RefusedError(StatusWord.OFFSET_PAST_END)
        part = content[offset : offset + command.limit]
        if self._quirks.right_length_by_6cxx and len(part) < command.limit and not command.is_extended:
            raise _RefusedError(StatusWord.WRONG_LE + len(part))
        is_short = len(part) < command.limit and not command.takes_less
        return reply(part, StatusWord.END_OF_FILE if is_short else StatusWord.OK)

    def _read_record(self, command: Command) -> bytes:
        if command.p2 & 0x07 != 0x04:  # P1 is a record number
            raise _RefusedError(StatusWord.WRONG_P1_P2)
        if command.p2 >> 3:
            self._make_current(command.p2 >> 3)
        file = self._current_entry()
        if not isinstance(file, RecordFile):
            raise _RefusedError(StatusWord.WRONG_FILE_TYPE)
        if not 1 <= command.p1 <= len(file.records):
            raise _RefusedError(StatusWord.RECORD_NOT_FOUND)
        record = file.records[command.p1 - 1]
        if command.limit is None or (command.limit != len(record) and not command.takes_less):
            raise _RefusedError(StatusWord.WRONG_LE + len(record))
        return reply(record)

    def _verify(self, command: Command) -> bytes:
        if command.p1:
            raise _RefusedError(StatusWord.WRONG_P1_P2)
        code = self._addressed(command.p2)
        if not isinstance(code, Code):
            raise _RefusedError(StatusWord.WRONG_FILE_TYPE)
        place = self._place()
        if not command.data:
            is_told = self._quirks.tells_tries(is_given=place in self._given)
            return reply(status=StatusWord.TRIES_LEFT + code.tries if is_told else StatusWord.OK)
        if code.tries == 0:
            raise _RefusedError(self._quirks.locked_status)
        is_right = secrets.compare_digest(command.data, code.value)
        tries = code.tries_full if is_right else code.tries - 1
        if tries != code.tries:
            self.image = self.image.with_entry(*place, replace(code, tries=tries))
        if not is_right:
            self._given.discard(place)
            return reply(status=StatusWord.TRIES_LEFT + tries)
        self._given.add(place)
        return reply()

    def _get_challenge(self, command: Command) -> bytes:
        if command.p1 or command.p2:
            raise _RefusedError(StatusWord.WRONG_P1_P2)
        if command.limit is None or command.limit > 256:
            raise _RefusedError(StatusWord.WRONG_LENGTH)
        return reply(secrets.token_bytes(command.limit))

    def _sign(self, command: Command) -> bytes:
        if command.p2 == 0:
            self._make_challenge_key_current()
        entry = self._current_entry() if command.p2 == 0 else self._addressed(command.p2)
        if not isinstance(entry, PrivateKey):
            raise _RefusedError(StatusWord.WRONG_FILE_TYPE)
        self._require(entry.opened_by)
        if not command.data or command.limit is None:
            raise _RefusedError(StatusWord.WRONG_LENGTH)
        time.sleep(self._quirks.signing_ms / 1000)
        try:
            signed = signature(entry.pkcs8, command.p1, command.data)
        except LookupError as error:
            raise _RefusedError(StatusWord.WRONG_P1_P2) from error
        if signed is None:
            raise _RefusedError(StatusWord.WRONG_DATA)
        return reply(signed)

    def _make_challenge_key_current(self) -> None:
        """P2 = 00 means the application's key for proving that the card is genuine: the one that no code guards."""
        for entry_id, entry in self.image.applications.get(self._aid or b"", {}).items():
            if isinstance(entry, PrivateKey) and entry.opened_by is None:
                self._current = entry_id
                return
        raise _RefusedError(StatusWord.WRONG_P1_P2)

    def _addressed(self, p2: int) -> Entry:
        """What VERIFY and signing mean by P2: 80 the current entry, 80|n the entry with id n, which becomes current."""
        if not p2 & 0x80 or p2 & 0x60:
            raise _RefusedError(StatusWord.WRONG_P1_P2)
        if p2 & 0x1F:
            self._make_current(p2 & 0x1F)
        return self._current_entry()

    def _make_current(self, entry_id: int) -> None:
        if (
            self._aid is None
            or entry_id not in self.image.applications[self._aid]
            or self._quirks.lacks((self._aid, entry_id))
        ):
            raise _RefusedError(StatusWord.NOT_FOUND)
        self._current = entry_id

    def _current_entry(self) -> Entry:
        aid, entry_id = self._place()
        return self.image.applications[aid][entry_id]

    def _place(self) -> tuple[bytes, int]:
        if self._aid is None or self._current is None:
            raise _RefusedError(StatusWord.NO_CURRENT_FILE)
        return self._aid, self._current

    def _require(self, opened_by: OpenedBy) -> None:
        if opened_by is not None and not any((self._aid, code_id) in self._given for code_id in opened_by):
            raise _RefusedError(StatusWord.NOT_AUTHORISED)
