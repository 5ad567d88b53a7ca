"""Waiting with a clock of our own for files that others write, on a share that may hang for minutes.

A call into a dead network share cannot be ended, only abandoned: so each wait has a thread, and so many at most.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from terminal.problems import Problem, TerminalError

POLL_SECONDS = 0.2  # no events: a network share sends none
LAST_LOOK_SECONDS = 1.0  # between the end of the waiting and the end of the budget, for what the wait came to
MOST_WAITING = 256

Answer = TypeVar("Answer")


class Waiting:
    """The waits of one desk. `close` ends them all."""

    def __init__(self, budget_seconds: float) -> None:
        self._budget_seconds = budget_seconds
        self._closed = threading.Event()
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def within_budget(self, work: Callable[["Wait"], Answer]) -> Answer:
        """What `work` comes to. Raises what it raises; `LINE_DOWN` when it hangs in the share, `SERVICE_BUSY` when
        too many hang there already.
        """
        if not self._places.acquire(blocking=False):
            raise TerminalError(Problem.SERVICE_BUSY, "too many questions wait for the shared folder")
        wait = Wait(time.monotonic() + max(0.0, self._budget_seconds - LAST_LOOK_SECONDS), self._closed)
        outcome: _Outcome[Answer] = _Outcome()

        def run() -> None:
            try:
                outcome.answer = work(wait)
            except TerminalError as error:
                outcome.error = error
            finally:
                self._places.release()
                outcome.came.set()

        threading.Thread(target=run, name="eligibility folder", daemon=True).start()
        if not outcome.came.wait(self._budget_seconds):
            raise TerminalError(Problem.LINE_DOWN, "the shared folder does not answer")
        return outcome.taken()

    def close(self) -> None:
        """Ends every wait."""
        self._closed.set()


class Wait:
    """One wait, from within."""

    def __init__(self, deadline: float, closed: threading.Event) -> None:
        self._deadline = deadline
        self._closed = closed

    def goes_on(self) -> bool:
        """Waits a moment; False once the time is up, or all waits are ended."""
        left = self._deadline - time.monotonic()
        return left > 0 and not self._closed.wait(min(POLL_SECONDS, left))

    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        return self._closed.is_set() or time.monotonic() >= self._deadline


class _Outcome(Generic[Answer]):
    """What a thread came to."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self.answer: Answer | None = None
        self.error: TerminalError | None = None

    def taken(self) -> Answer:
        """The answer, or its error raised."""
        error, self.error = self.error, None  # or it would hold itself, and the question, by its traceback
        if error is not None:
            try:
                raise error
            finally:
                del error
        if self.answer is None:
            raise TerminalError(Problem.PROGRAM_ERROR, "a wait without outcome")
        return self.answer
