"""The loop of the desk: event, `advance`, record, show, begin the work. Nothing is shown or sent that is not on record.

One thread runs the loop; everyone else only posts. An answer to a question that is no longer asked is dropped.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from terminal.access_log.access import Actor
from terminal.checkin import advance
from terminal.events import CardRemoved, Event, NumbersEntered, PatientLeft, StillThere, WaitedTooLong, WorkFailed
from terminal.handing_over import is_under_way
from terminal.perform import perform
from terminal.ports import Ports
from terminal.problems import Problem, TerminalError
from terminal.recording import accesses
from terminal.recording_in_full import in_full, with_surname
from terminal.states import Confirmed, Idle, ReadingCard, State, Stopped, Work, patience

_log = logging.getLogger(__name__)

NOBODY = Actor("nobody")  # before anybody signed in: then nothing is recorded, for no check-in begins


@dataclass(frozen=True)
class _Posted:
    event: Event
    answering: State | None  # the state that asked; None: news that is true whatever is asked


class Desk:
    """One desk. `show` is called from the loop's thread with each new state.

    `actor` is who is signed in, or says it when asked: while nobody is, no check-in begins, and one that has begun goes
    on under whoever was there last. `is_staff_surname` tells of a holder's name whether the log is to say so.
    """

    def __init__(
        self,
        ports: Ports,
        show: Callable[[State], None],
        actor: Actor | Callable[[], Actor | None],
        is_staff_surname: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.state: State = Idle()
        self._is_staff_surname = is_staff_surname
        self._ports = ports
        self._show = show
        self._who: Callable[[], Actor | None] = (lambda: actor) if isinstance(actor, Actor) else actor
        self._actor = NOBODY
        self._patience_ends: float | None = None
        self._left = ""  # the visit whose card or patient went while its answer was on its way
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
            del posted  # nothing of a patient waits here for the next event
        self._workers.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The loop on a thread of its own, for as long as what is within goes on."""
        loop = threading.Thread(target=self.run, name="desk")
        loop.start()
        try:
            yield
        finally:
            self.close()
            loop.join()

    def _next(self) -> _Posted | None:
        ends = self._patience_ends
        try:
            return self._posted.get(timeout=None if ends is None else max(0, ends - time.monotonic()))
        except queue.Empty:
            return _Posted(WaitedTooLong(), self.state)

    def _happened(self, event: Event) -> None:
        if isinstance(event, StillThere):
            self._wait()
        is_left = isinstance(event, CardRemoved | PatientLeft)
        if is_left and isinstance(self.state, Confirmed) and self._is_to_hand_over(self.state):
            self._left = self.state.verified.card.insertion
            return
        after = advance(self.state, event)
        if after is self.state:
            return
        try:
            actor = self._who()
            self._actor = actor or self._actor
            if actor is None and (isinstance(after, ReadingCard) or isinstance(event, NumbersEntered)):
                after = Stopped(Problem.NOBODY_SIGNED_IN)
            for access in accesses(self.state, event, after, self._actor.id):
                full = in_full(access, event, after, self._actor)
                self._ports.journal.record(with_surname(full, event, self._is_staff_surname))
        except TerminalError as error:
            after = Stopped(error.problem)  # holds nothing of anyone, so it may be shown unrecorded
        self.state = after
        self._wait()
        self._show(after)
        if isinstance(after, Work) or (isinstance(after, Confirmed) and self._is_to_hand_over(after)):
            work = self._workers.submit(perform, after, self._ports, lambda: self.state is after)
            work.add_done_callback(partial(self._done, after))
        elif isinstance(after, Confirmed) and after.verified.card.insertion == self._left:
            self.post(CardRemoved(), answering=after)  # put off until the answer was handed over

    def _wait(self) -> None:
        limit = patience(self.state)
        self._patience_ends = None if limit is None else time.monotonic() + limit.total_seconds()

    def _is_to_hand_over(self, confirmed: Confirmed) -> bool:
        """Whether the machine is to bring it on towards the receipt computer."""
        return self._ports.receipt is not None and is_under_way(confirmed.receipt)

    def _done(self, asked: Work | Confirmed, work: "Future[Event]") -> None:
        if work.cancelled():
            return
        error = work.exception()
        if error is not None:  # a fault of ours: the type says enough, a message could hold someone's data
            _log.error("%s failed: %s", type(asked).__name__, type(error).__name__)
        self.post(WorkFailed(Problem.PROGRAM_ERROR) if error else work.result(), answering=asked)
