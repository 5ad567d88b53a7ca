"""What is done to the store while nobody is checked in: what has ended is deleted, and monthly the key is changed.

Never during a check-in: it begins when the desk has been idle for a while, and stops between two batches when a card
comes.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from terminal.ports import Clock
from terminal.problems import TerminalError
from terminal.states import Idle, State

PAUSE: Final = timedelta(minutes=2)
EVERY: Final = timedelta(hours=6)
_log = logging.getLogger(__name__)


class Kept(Protocol):
    """What is kept on disk. Both may raise `TerminalError`, and then it is tried again the next time."""

    def tidy(self, now: datetime, go_on: Callable[[], bool]) -> int:
        """Deletes what has ended, batch by batch while `go_on` says so; how many rows."""

    def renew(self, now: datetime) -> bool:
        """Gives the answers a new key where theirs is old; whether it did."""


class Upkeep:
    """Runs on a thread of its own from `start` to `close`."""

    def __init__(self, kept: Kept, clock: Clock, *, pause: timedelta = PAUSE, every: timedelta = EVERY) -> None:
        self._kept = kept
        self._clock = clock
        self._pause = pause.total_seconds()
        self._every = every.total_seconds()
        self._is_idle = True
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def saw(self, state: State) -> None:
        """Is told each state of the desk; from any thread, and returns at once."""
        with self._changed:
            self._is_idle = isinstance(state, Idle)
            self._changed.notify_all()

    def start(self) -> None:
        """Begins to wait for an idle moment."""
        self._thread.start()

    def close(self) -> None:
        """Returns once nothing is under way any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._is_idle_for_a_while():
            if self._keep_up():
                self._wait_for_the_next()

    def _keep_up(self) -> bool:
        """Whether it was done to its end, or failed: either way not again for a while."""
        try:
            deleted = self._kept.tidy(self._clock.now(), self._may_go_on)
            if not self._may_go_on():
                return False
            renewed = self._kept.renew(self._clock.now())
        except TerminalError as error:
            _log.warning("the store was not kept up: %s", error.problem)
            return True
        if deleted or renewed:
            _log.info("%d rows whose time was over were deleted%s", deleted, "; a new key" if renewed else "")
        return True

    def _may_go_on(self) -> bool:
        return self._is_idle and not self._is_closed

    def _is_idle_for_a_while(self) -> bool:
        """Waits until the desk has been idle for the whole pause; False when all is over."""
        with self._changed:
            while not self._is_closed:
                self._changed.wait_for(lambda: self._is_closed or self._is_idle)
                if not self._changed.wait_for(lambda: self._is_closed or not self._is_idle, self._pause):
                    return True
        return False

    def _wait_for_the_next(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed, self._every)
