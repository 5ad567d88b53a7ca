"""Real readers over PC/SC: the only file that knows pyscard, and of it only the bare functions.

Its own watch loop asks for changes every 500 ms and begins anew, context and all, 0.5 s after any error: so it survives
a restart of the service, which pyscard's own monitor does not. A card that is held is held alone, and loses its power
when it is let go, so that a code once accepted opens nothing for whoever comes next.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from smartcard import scard  # type: ignore[import-untyped]  # pyscard has no stubs

from device.card.apdu import Carries, Transmit
from device.card.readers import Readers
from device.card.slot import Presence
from terminal.card_news import CardNews
from terminal.problems import Problem, TerminalError

POLL_MS = 500
AGAIN_S = 0.5
BUSY_S = 2.0  # how long another program may hold the card before we say so
MUTE_ATTEMPTS = 3  # a card in a thick case or at the edge of the field answers at the second or third try
MUTE_S = 0.2

_PROBLEMS = {
    scard.SCARD_W_REMOVED_CARD: Problem.CARD_REMOVED,
    scard.SCARD_E_NO_SMARTCARD: Problem.CARD_REMOVED,
    scard.SCARD_E_NOT_TRANSACTED: Problem.CARD_REMOVED,  # what the first command after removal gets
    scard.SCARD_E_COMM_DATA_LOST: Problem.CARD_REMOVED,
    scard.SCARD_W_UNRESPONSIVE_CARD: Problem.CARD_SILENT,
    scard.SCARD_W_UNPOWERED_CARD: Problem.CARD_SILENT,
    scard.SCARD_E_PROTO_MISMATCH: Problem.CARD_UNREADABLE,
    scard.SCARD_W_RESET_CARD: Problem.CARD_UNREADABLE,
    scard.SCARD_E_SHARING_VIOLATION: Problem.READER_BUSY,
    scard.SCARD_E_NO_READERS_AVAILABLE: Problem.READER_ABSENT,
    scard.SCARD_E_READER_UNAVAILABLE: Problem.READER_ABSENT,
    scard.SCARD_E_UNKNOWN_READER: Problem.READER_ABSENT,
}


@dataclass(frozen=True)
class _Place:
    """A card in a reader; `count` is the service's own number of insertions and removals there so far."""

    reader: str
    count: int


class PcscSlot:
    """A `Slot` over those readers of the machine that take patients' cards. Of cards in several, the first stays it."""

    def __init__(self, readers: Readers) -> None:
        self._roles = readers
        self._presence: Presence[_Place] = Presence()
        self._carries: defaultdict[str, Carries] = defaultdict(Carries)  # by the reader's name

    def watch(self, tell: Callable[[CardNews], None]) -> None:
        """As `Slot` says."""
        self._presence.listen(tell)
        while True:
            try:
                with _context() as context:
                    self._watch(context)
            except TerminalError as error:
                self._presence.lost(error.problem)
            time.sleep(AGAIN_S)

    def restate(self) -> None:
        """As `Slot` says."""
        self._presence.restate()

    @contextmanager
    def connect(self, insertion: str) -> Iterator[Transmit]:
        """As `Slot` says. Raises `READER_BUSY` when another program holds the card for 2 s."""
        place = self._presence.find(insertion)
        with _context() as context:
            card, protocol = _hold(context, place.reader)
            if protocol == scard.SCARD_PROTOCOL_T0:  # which has no extended commands (ISO/IEC 7816-3, 12.2)
                self._carries[place.reader].long_answers = False
            try:
                if _cards(_states(context, {place.reader: scard.SCARD_STATE_UNAWARE}, 0)) != [place]:
                    raise TerminalError(Problem.CARD_REMOVED, "another insertion")
                yield partial(_transmit, card, protocol)
            finally:
                scard.SCardEndTransaction(card, scard.SCARD_UNPOWER_CARD)
                scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)

    def carries(self, insertion: str) -> Carries:
        """As `Slot` says."""
        return self._carries[self._presence.find(insertion).reader]

    def atr(self, insertion: str) -> bytes:
        """As `Slot` says; the service remembers it."""
        place = self._presence.find(insertion)
        with _context() as context:
            code, states = scard.SCardGetStatusChange(context, 0, [(place.reader, scard.SCARD_STATE_UNAWARE)])
            _require_success(code)
            return bytes(states[0][2])

    def _watch(self, context: int) -> NoReturn:
        """Follows readers and cards until something fails."""
        states: dict[str, int] = {}
        while True:
            readers = [name for name in _readers(context) if self._roles.take(name)]
            if not readers:
                raise TerminalError(Problem.READER_ABSENT)
            self._presence.ready()
            states = _states(context, {name: states.get(name, scard.SCARD_STATE_UNAWARE) for name in readers}, POLL_MS)
            cards = _cards(states)
            if self._presence.place not in cards:
                self._presence.removed()
                if cards:
                    self._presence.laid(cards[0])


def _readers(context: int) -> list[str]:
    code, names = scard.SCardListReaders(context, [])
    _require_success(code)
    return list(names)


def _states(context: int, known: dict[str, int], wait_ms: int) -> dict[str, int]:
    """The readers' states, at the latest after `wait_ms`, sooner when one is not as `known`."""
    code, states = scard.SCardGetStatusChange(context, wait_ms, list(known.items()))
    if code == scard.SCARD_E_TIMEOUT:
        return known
    _require_success(code)
    return {name: state & ~scard.SCARD_STATE_CHANGED for name, state, _ in states}


def _cards(states: dict[str, int]) -> list[_Place]:
    return [_Place(name, state >> 16 & 0xFFFF) for name, state in states.items() if state & scard.SCARD_STATE_PRESENT]


def _hold(context: int, reader: str) -> tuple[int, int]:
    """Connects alone, or in a transaction where another program shares the card; gives the handle and the protocol."""
    deadline = time.monotonic() + BUSY_S
    mute_attempts = 0
    while True:
        code, card, protocol = _connect(context, reader, scard.SCARD_SHARE_EXCLUSIVE)
        if code == scard.SCARD_E_SHARING_VIOLATION:
            code, card, protocol = _connect(context, reader, scard.SCARD_SHARE_SHARED)
            if code == scard.SCARD_S_SUCCESS:
                code = scard.SCardBeginTransaction(card)
        if code in (scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD) and mute_attempts < MUTE_ATTEMPTS:
            mute_attempts += 1
        elif code != scard.SCARD_E_SHARING_VIOLATION or time.monotonic() > deadline:
            _require_success(code)
            return card, protocol
        time.sleep(MUTE_S)


def _connect(context: int, reader: str, mode: int) -> tuple[int, int, int]:
    connected: tuple[int, int, int] = scard.SCardConnect(
        context, reader, mode, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    )
    return connected


def _transmit(card: int, protocol: int, command: bytes) -> bytes:
    pci = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
    code, answer = scard.SCardTransmit(card, pci, list(command))
    _require_success(code)
    if not answer:
        raise TerminalError(Problem.CARD_REMOVED, "PC/SC gave nothing")  # some drivers' way to say so
    return bytes(answer)


def _require_success(code: int) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise TerminalError(_PROBLEMS.get(code, Problem.READER_SERVICE_DOWN), f"PC/SC {code & 0xFFFFFFFF:08X}")


@contextmanager
def _context() -> Iterator[int]:
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _require_success(code)
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)
