"""The loop of the desk: event, `advance`, record, show, begin the work. Nothing is shown or sent that is not on record.

One thread runs the loop; everyone else only posts. An answer to a question that is no longer asked is dropped.
"""

import logging
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from terminal.checkin import advance
from terminal.events import Event, WaitedTooLong, WorkFailed
from terminal.perform import perform
from terminal.ports import Ports
from terminal.problems import Problem, TerminalError
from terminal.recording import accesses
from terminal.states import Idle, State, Stopped, Work, patience

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Posted:
    event: Event
    answering: State | None  # the state that asked; None: news that is true whatever is asked


class Desk:
    """One desk. `show` is called from the loop's thread with each new state; `actor` is who is signed in."""

    def __init__(self, ports: Ports, show: Callable[[State], None], actor: str) -> None:
        self.state: State = Idle()
        self._ports = ports
        self._show = show
        self._actor = actor
        self._patience_ends: float | None = None
        self._posted: queue.SimpleQueue[_Posted | None] = queue.SimpleQueue()
        self._workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="work")

    def post(self, event: Event, answering: State | None = None) -> None:
        """Tells what happened, from any thread. With `answering`, it counts only while that very state is there."""
        self._posted.put(_Posted(event, answering))

    def close(self) -> None:
        """Ends the loop after what was posted before."""
        self._posted.put(None)

    def run(self) -> None:
        """Runs the loop until `close`."""
        self._ports.card_reader.listen(self.post)
        self._show(self.state)
        while posted := self._next():
            if posted.answering is None or posted.answering is self.state:
                self._happened(posted.event)
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _next(self) -> _Posted | None:
        ends = self._patience_ends
        try:
            return self._posted.get(timeout=None if ends is None else max(0, ends - time.monotonic()))
        except queue.Empty:
            return _Posted(WaitedTooLong(), self.state)

    def _happened(self, event: Event) -> None:
        after = advance(self.state, event)
        if after is self.state:
            return
        try:
            for access in accesses(self.state, event, after, self._actor):
                self._ports.journal.record(access)
        except TerminalError as error:
            after = Stopped(error.problem)  # holds nothing of anyone, so it may be shown unrecorded
        self.state = after
        limit = patience(after)
        self._patience_ends = None if limit is None else time.monotonic() + limit.total_seconds()
        self._show(after)
        if isinstance(after, Work):
            work = self._workers.submit(perform, after, self._ports, lambda: self.state is after)
            work.add_done_callback(partial(self._done, after))

    def _done(self, asked: Work, work: "Future[Event]") -> None:
        if work.cancelled():
            return
        error = work.exception()
        if error is not None:  # a fault of ours: the type says enough, a message could hold someone's data
            _log.error("%s failed: %s", type(asked).__name__, type(error).__name__)
        self.post(WorkFailed(Problem.PROGRAM_ERROR) if error else work.result(), answering=asked)
