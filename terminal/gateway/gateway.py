"""The gateway between kiosks and service: one thread writes jobs to disk, a few lanes put them to the service.

Law: a question is on disk before it is put, and its answer before anybody has it; one key has one answer, and the
service is asked for it again only after a failure or a crash, with the same identifier.
"""

import logging
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import assert_never

from terminal.gateway.asking import Answer, GiveUp, ask
from terminal.gateway.jobs import Job, Jobs, KeyOfJob, Standing
from terminal.gateway.question import read_question
from terminal.ports import Clock, EligibilityService
from terminal.problems import Problem, TerminalError

MOST_WAITING = 2000  # questions in memory; more are turned away as busy
MOST_AT_ONCE = 256  # orders in one write to disk
LOOK_SECONDS = 1.0  # how often the jobs of ended runs are looked for
LOOK_ELSEWHERE_SECONDS = 0.1  # and, while a kiosk waits for what another gateway asks, its answer
FORGET_SECONDS = 300.0
GRACE_SECONDS = 5.0  # for questions under way when the gateway ends
CUT_SECONDS = 1.0  # for a service to let go once it is closed

_log = logging.getLogger(__name__)


class NotTakenError(Exception):
    """A question that the gateway does not put, with the HTTP status that says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True)
class Health:
    """How the gateway stands. `latest_problem` is of the newest question put; None when it was answered."""

    unanswered: int
    oldest_seconds: int
    latest_problem: Problem | None


@dataclass(frozen=True)
class _Accept:
    job: Job


_Order = _Accept | Answer | GiveUp


class Gateway:
    """`lanes` are services for one question at a time each; one that takes many may stand in several lanes.

    Raises `STORE_UNREADABLE` when the jobs of before cannot be read.
    """

    def __init__(
        self, jobs: Jobs, lanes: Sequence[EligibilityService], institution_code: str, clock: Clock, keep: timedelta
    ) -> None:
        self._jobs = jobs
        self._services = lanes
        self._institution_code = institution_code
        self._clock = clock
        self._keep_seconds = int(keep.total_seconds())
        self._lock = threading.Lock()
        self._is_closing = False
        self._waiting: dict[KeyOfJob, tuple[Job, Future[bytes]]] = {}
        self._orders: queue.SimpleQueue[_Order | Future[Health] | None] = queue.SimpleQueue()
        self._to_ask: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._asking: set[KeyOfJob] = set()  # these three are the writer's alone
        self._elsewhere: dict[KeyOfJob, Job] = {}
        self._forgot_at = float("-inf")
        self._latest_problem: Problem | None = None
        self._look()
        self._writer = threading.Thread(target=self._write, name="jobs")
        self._lanes = [threading.Thread(target=self._ask, args=(lane,), name="lane", daemon=True) for lane in lanes]
        for thread in (self._writer, *self._lanes):
            thread.start()

    def submit(self, terminal: str, key: str, message: bytes) -> "Future[bytes]":
        """The answer to a kiosk's question, some time, or `TerminalError`. Raises `NotTakenError` at once."""
        try:
            asked = read_question(message, terminal)
        except TerminalError as error:
            raise NotTakenError(HTTPStatus.BAD_REQUEST) from error
        if key != asked.identifier:
            raise NotTakenError(HTTPStatus.BAD_REQUEST)
        if asked.institution_code != self._institution_code:
            raise NotTakenError(HTTPStatus.FORBIDDEN)
        job = Job(terminal, key, message, asked)
        with self._lock:
            if job.key in self._waiting:
                first, answer = self._waiting[job.key]
                if first != job:
                    raise NotTakenError(HTTPStatus.CONFLICT)
                return answer
            if self._is_closing or len(self._waiting) >= MOST_WAITING:
                raise NotTakenError(HTTPStatus.SERVICE_UNAVAILABLE)
            answer = Future()
            self._waiting[job.key] = job, answer
        self._orders.put(_Accept(job))
        return answer

    def health(self) -> "Future[Health]":
        """How the gateway stands, once the jobs were read; `TerminalError` when they cannot be."""
        report: Future[Health] = Future()
        with self._lock:
            if self._is_closing:
                report.set_exception(TerminalError(Problem.SERVICE_BUSY, "closing"))
                return report
        self._orders.put(report)
        return report

    def close(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Takes no more, lets the lanes end what they ask, and leaves the rest on disk for the next run."""
        with self._lock:
            if self._is_closing:
                return
            self._is_closing = True
        while not self._to_ask.empty():
            self._to_ask.get()
        for _ in self._lanes:
            self._to_ask.put(None)
        self._await_lanes(grace_seconds)
        for service in {id(service): service for service in self._services}.values():
            service.close()
        self._await_lanes(CUT_SECONDS)
        self._orders.put(None)
        self._writer.join()
        for key in list(self._waiting):
            self._settle(key, TerminalError(Problem.SERVICE_BUSY, "the gateway ends"))
        self._jobs.close()

    def _await_lanes(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for lane in self._lanes:
            lane.join(max(0.0, deadline - time.monotonic()))

    def _ask(self, service: EligibilityService) -> None:
        """One lane: a question at a time."""
        while (job := self._to_ask.get()) is not None:
            order = ask(job, service, self._jobs.receptions, self._clock)
            self._latest_problem = order.problem if isinstance(order, GiveUp) else None
            self._orders.put(order)

    def _write(self) -> None:
        """The writer: all orders that lie ready go to disk together."""
        looked_at = time.monotonic()
        is_open = True
        while is_open:
            pause = LOOK_ELSEWHERE_SECONDS if self._elsewhere else LOOK_SECONDS
            orders, reports, is_open = self._ready(pause)
            if orders:
                self._commit(sorted(orders, key=lambda order: order.job.key))  # two gateways never cross each other
            for report in reports:
                self._report(report)
            if is_open and time.monotonic() - looked_at >= pause:
                self._look_safely()
                looked_at = time.monotonic()

    def _ready(self, seconds: float) -> "tuple[list[_Order], list[Future[Health]], bool]":
        orders: list[_Order] = []
        reports: list[Future[Health]] = []
        try:
            order = self._orders.get(timeout=seconds)
            while order is not None:
                (reports if isinstance(order, Future) else orders).append(order)  # type: ignore[arg-type]
                if len(orders) >= MOST_AT_ONCE:
                    return orders, reports, True
                order = self._orders.get_nowait()
        except queue.Empty:
            return orders, reports, True
        return orders, reports, False

    def _commit(self, orders: Sequence[_Order], *, is_first_try: bool = True) -> None:
        """All in one transaction; when that fails once more each in its own: one bad order costs nobody else anything.

        Whether the failed one took hold or not, doing it again does no harm, so a lost connection costs nothing either.
        """
        try:
            with self._jobs.transaction():
                outcomes = [self._apply(order) for order in orders]
        except TerminalError as error:
            if is_first_try:
                for order in orders:
                    self._commit([order], is_first_try=False)
                return
            _log.error("a job could not be written: %s", error)
            self._asking.discard(orders[0].job.key)
            self._settle(orders[0].job.key, error)
            return
        for order, outcome in zip(orders, outcomes, strict=True):
            self._follow(order.job, outcome)

    def _apply(self, order: _Order) -> Standing | bytes | TerminalError:
        match order:
            case _Accept(job):
                return self._jobs.accept(job, self._now())
            case Answer(job, message):
                self._asking.discard(job.key)
                return message if self._jobs.answer(job, message) else Standing.ASKED_ELSEWHERE
            case GiveUp(job, outcome):
                self._asking.discard(job.key)
                self._jobs.give_up(job)
                return outcome
            case _:
                assert_never(order)

    def _follow(self, job: Job, outcome: Standing | bytes | TerminalError) -> None:
        match outcome:
            case Standing.OURS_TO_ASK:
                self._have_asked(job)
            case Standing.ASKED_ELSEWHERE:
                self._elsewhere[job.key] = job
            case Standing.ANOTHER_QUESTION:
                self._settle(job.key, NotTakenError(HTTPStatus.CONFLICT))
            case _:
                self._settle(job.key, outcome)

    def _have_asked(self, job: Job) -> None:
        self._elsewhere.pop(job.key, None)
        if job.key not in self._asking:
            self._asking.add(job.key)
            self._to_ask.put(job)

    def _settle(self, key: KeyOfJob, outcome: bytes | Exception) -> None:
        self._elsewhere.pop(key, None)
        with self._lock:
            _, answer = self._waiting.pop(key, (None, None))
        if answer is None:
            return  # nobody waits: it was taken over from a run that ended
        if isinstance(outcome, bytes):
            answer.set_result(outcome)
        else:
            answer.set_exception(outcome)

    def _look_safely(self) -> None:
        try:
            self._look()
        except TerminalError as error:
            _log.error("jobs cannot be looked after: %s", error)

    def _look(self) -> None:
        """Takes over what ended runs left, looks for answers from elsewhere, forgets what is old."""
        with self._jobs.transaction():
            orphans = list(self._jobs.orphans())
        for job in orphans:
            self._have_asked(job)
        for job in list(self._elsewhere.values()):
            self._commit([_Accept(job)])
        if time.monotonic() - self._forgot_at >= FORGET_SECONDS:
            self._jobs.forget_before(self._now() - self._keep_seconds)
            self._forgot_at = time.monotonic()

    def _report(self, report: "Future[Health]") -> None:
        try:
            unanswered, oldest = self._jobs.unanswered()
        except TerminalError as error:
            report.set_exception(error)
            return
        report.set_result(Health(unanswered, 0 if oldest is None else self._now() - oldest, self._latest_problem))

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
