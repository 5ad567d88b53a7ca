"""Where a card is laid: the Protocol that real and virtual readers share, and the one memory of what lies there.

A card is known by its insertion, new each time one is laid, so that a swapped card is never taken for the one before.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar

from device.card.apdu import Carries, Transmit
from terminal.card_news import CardLaid, CardNews, CardRemoved, ReaderLost, ReaderReady
from terminal.problems import Problem, TerminalError

TELL_AGAIN_S = 2.0

Place = TypeVar("Place")


class Slot(Protocol):
    """A place for cards."""

    def watch(self, tell: Callable[[CardNews], None]) -> None:
        """Tells what happens, on the calling thread and without end; `ReaderLost` again every 2 s while it lasts."""

    def restate(self) -> None:
        """Tells once more how things stand, for a listener that comes late."""

    def connect(self, insertion: str) -> AbstractContextManager[Transmit]:
        """Gives the card power and holds it alone; it is without power afterwards.

        Raises `CARD_REMOVED` when the card of this insertion lies there no more, also from the `Transmit`, and
        `CARD_SILENT` when its chip does not answer.
        """

    def carries(self, insertion: str) -> Carries:
        """What the reader carries where this card lies; whoever learns more writes it there. Raises `CARD_REMOVED`."""

    def atr(self, insertion: str) -> bytes:
        """The answer to reset of the card of this insertion, a card that was `connect`ed. Raises `CARD_REMOVED`."""


class Presence(Generic[Place]):
    """What lies on a slot: one card at a time, with the place that the slot finds it at."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._tell: Callable[[CardNews], None] = lambda news: None
        self._problem: Problem | None = None
        self._is_ready = False
        self._told_at = 0.0
        self._laid: tuple[str, Place] | None = None

    @property
    def place(self) -> Place | None:
        """Where the card lies; None while there is none."""
        return self._laid[1] if self._laid else None

    def listen(self, tell: Callable[[CardNews], None]) -> None:
        """From now on, `tell` gets the news."""
        self._tell = tell

    def find(self, insertion: str) -> Place:
        """Where the card of this insertion lies. Raises `CARD_REMOVED`."""
        with self._lock:
            if self._laid is None or self._laid[0] != insertion:
                raise TerminalError(Problem.CARD_REMOVED, "another insertion")
            return self._laid[1]

    def ready(self) -> None:
        """The reader can be used."""
        with self._lock:
            if not self._is_ready:
                self._is_ready, self._problem = True, None
                self._tell(ReaderReady())

    def lost(self, problem: Problem) -> None:
        """The reader cannot be used, and no card is known to lie there."""
        with self._lock:
            now = time.monotonic()
            if problem is self._problem and now - self._told_at < TELL_AGAIN_S:
                return
            self._is_ready, self._problem, self._told_at, self._laid = False, problem, now, None
            self._tell(ReaderLost(problem))

    def laid(self, place: Place) -> None:
        """A card was laid."""
        with self._lock:
            self._laid = os.urandom(16).hex(), place
            self._tell(CardLaid(self._laid[0]))

    def removed(self) -> None:
        """The card was taken away."""
        with self._lock:
            if self._laid is not None:
                self._laid = None
                self._tell(CardRemoved())

    def restate(self) -> None:
        """Tells all of it again."""
        with self._lock:
            if self._problem is not None:
                self._tell(ReaderLost(self._problem))
            if self._is_ready:
                self._tell(ReaderReady())
            if self._laid is not None:
                self._tell(CardLaid(self._laid[0]))
