"""The allow-list: every APDU passes here, and what is not in the table raises before anything is sent.

The 12-digit number cannot be asked for: neither its files, nor the secrets that open them, nor the applications that
have no use in a clinic are in any table. A check-in and a glance have one each for each generation of cards, so that
neither can do what only the other needs. What passes is logged without its data: instruction, file, status, size, time.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from device.card.apdu import StatusWord, Transmit
from device.card.profile import GENERATIONS
from terminal.problems import Problem, TerminalError

log = logging.getLogger(__name__)


class Use(StrEnum):
    """What a file may be used for, besides being selected."""

    READ = "read"
    READ_RECORD = "read record"
    ASK_TRIES = "ask tries"
    VERIFY = "verify"  # includes asking for the tries
    SIGN = "sign"


Table = Mapping[tuple[str, int], Use]

APPLICATIONS = {
    application.aid: application.name
    for card in GENERATIONS
    for application in (card.jpki, card.surface, card.text, card.common)
    if application is not None
}

# Literal on purpose: whoever opens another file has to do so here as well as in the profile.
CHECK_IN_PRESENT: Table = {
    ("JPKI", 0x0006): Use.READ,  # token label
    ("JPKI", 0x000A): Use.READ,  # user-authentication certificate
    ("JPKI", 0x0017): Use.SIGN,  # user-authentication key
    ("JPKI", 0x0018): Use.VERIFY,  # its PIN
    ("card surface", 0x0002): Use.READ,  # photo and what is printed
    ("card surface", 0x0003): Use.READ,  # layout
    ("card surface", 0x0004): Use.READ,  # municipality's certificate
    ("card surface", 0x0012): Use.VERIFY,  # card code
    ("card surface", 0x001A): Use.SIGN,  # the card's own key
    ("text input", 0x0002): Use.READ,  # four attributes
    ("text input", 0x0003): Use.READ,  # their digests, signed
    ("text input", 0x0004): Use.READ,  # municipality's certificate
    ("text input", 0x0005): Use.READ,  # layout
    ("text input", 0x0015): Use.VERIFY,  # card code
}
CHECK_IN_NEXT: Table = {  # its ids are placeholders, as in its profile
    ("next authentication", 0x0006): Use.READ,  # token label
    ("next authentication", 0x000A): Use.READ,  # user-authentication certificate
    ("next authentication", 0x0017): Use.SIGN,  # user-authentication key
    ("next authentication", 0x0018): Use.VERIFY,  # its PIN
    ("next card surface", 0x0002): Use.READ,  # photo and attributes
    ("next card surface", 0x0003): Use.READ,  # layout
    ("next card surface", 0x0004): Use.READ,  # municipality's certificate
    ("next card surface", 0x0012): Use.VERIFY,  # card code
    ("next card surface", 0x001A): Use.SIGN,  # the card's own key
}
GLANCE_PRESENT: Table = {  # no code can be given and nothing be signed
    ("JPKI", 0x0006): Use.READ,  # token label
    ("JPKI", 0x000A): Use.READ,  # user-authentication certificate
    ("JPKI", 0x0018): Use.ASK_TRIES,  # of the PIN
    ("card surface", 0x0012): Use.ASK_TRIES,  # of the card code
    ("text input", 0x0015): Use.ASK_TRIES,  # of the card code, counted apart
    ("common", 0x0001): Use.READ_RECORD,  # the card's expiry
}
GLANCE_NEXT: Table = {
    ("next authentication", 0x0006): Use.READ,  # token label
    ("next authentication", 0x000A): Use.READ,  # user-authentication certificate
    ("next authentication", 0x0018): Use.ASK_TRIES,  # of the PIN
    ("next card surface", 0x0012): Use.ASK_TRIES,  # of the card code
}
CHECK_IN: Table = {**CHECK_IN_PRESENT, **CHECK_IN_NEXT}  # which card lies there is not known until it is asked
GLANCE: Table = {**GLANCE_PRESENT, **GLANCE_NEXT}
OWN_KEYS = {"card surface": 0x001A, "next card surface": 0x001A}  # "the application's own key" in a SIGN command


@dataclass(frozen=True)
class Place:
    """Where a command works: an application and a file of it, None where there is none."""

    application: str | None = None
    file: int | None = None


class Gate:
    """A `Transmit` in front of another one. It follows what is selected, so it knows what each command is about."""

    def __init__(self, transmit: Transmit, table: Table = CHECK_IN) -> None:
        self._transmit = transmit
        self._table = table
        self._applications = {application for application, _ in table}
        self._current = Place()
        self._may_continue = False

    def __call__(self, command: bytes) -> bytes:
        """The card's answer. Raises `APDU_FORBIDDEN`, with nothing sent."""
        place = self._place(command)
        before, self._current = self._current, Place()  # should no answer come, nothing is known to be selected
        started = time.perf_counter()
        answer = self._transmit(command)
        status = int.from_bytes(answer[-2:])
        self._may_continue = status >> 8 == 0x61
        if self._may_continue or status in (StatusWord.OK, StatusWord.END_OF_FILE) or place == before:
            self._current = place
        elif place.application == before.application:
            self._current = Place(place.application)
        log.debug(
            "INS %02X, %s, file %s: %04X, %d bytes, %.1f ms",
            command[1],
            place.application,
            "-" if place.file is None else f"{place.file:04X}",
            status,
            max(len(answer) - 2, 0),
            (time.perf_counter() - started) * 1000,
        )
        return answer

    def _place(self, command: bytes) -> Place:
        """What the command is about, if it may pass."""
        match tuple(command[:4]):
            case 0x00, 0xA4, 0x04, 0x0C if (name := APPLICATIONS.get(_data(command))) in self._applications:
                return Place(name)
            case 0x00, 0xA4, 0x02, 0x0C if len(_data(command)) == 2:
                place = Place(self._current.application, int.from_bytes(_data(command)))
                if (place.application, place.file) in self._table:
                    return place
            case 0x00, 0xB0, p1, _ if len(command) == 5:
                return self._permitted(command, p1 if p1 & 0x80 else 0x80, Use.READ)
            case 0x00, 0xB0, p1, _ if len(command) == 7 and not (p1 & 0x80 or command[4]):  # on in the file, extended
                return self._permitted(command, 0x80, Use.READ)
            case 0x00, 0xB2, _, 0x04 if len(command) == 5:
                return self._permitted(command, 0x80, Use.READ_RECORD)
            case 0x00, 0x20, 0x00, p2 if len(command) == 4:
                return self._permitted(command, p2, Use.ASK_TRIES, Use.VERIFY)
            case 0x00, 0x20, 0x00, p2 if _data(command):
                return self._permitted(command, p2, Use.VERIFY)
            case 0x80, 0x2A, 0x00, p2 if _data(command[:-1]):
                return self._permitted(command, p2, Use.SIGN)
            case 0x00, 0xC0, 0x00, 0x00 if len(command) == 5 and self._may_continue:
                return self._current
            case _:
                pass
        raise self._forbidden(command)

    def _permitted(self, command: bytes, reference: int, *uses: Use) -> Place:
        """The file meant by a reference byte (80: the current one, 80 + short id: that one), if it may be used so."""
        application, file = self._current.application, self._current.file
        if reference == 0x00 and Use.SIGN in uses and application in OWN_KEYS:
            file = OWN_KEYS[application]
        elif reference != 0x80:
            file = reference & 0x1F if reference & 0xE0 == 0x80 else None
        if application is None or file is None or self._table.get((application, file)) not in uses:
            raise self._forbidden(command)
        return Place(application, file)

    def _forbidden(self, command: bytes) -> TerminalError:
        application = self._current.application or "no application"
        return TerminalError(Problem.APDU_FORBIDDEN, f"instruction {command[1:2].hex().upper()}, {application}")


def _data(command: bytes) -> bytes:
    """The data of a command that has some and expects none back; empty when its length is wrong."""
    return command[5:] if len(command) > 5 and len(command) == 5 + command[4] else b""
