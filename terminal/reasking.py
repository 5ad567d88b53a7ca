"""The worker that asks again what was checked offline, one check at a time, once the line is back.

Nothing leaves that is not on record first, and each question keeps its key, so that the service sees one question
however often it is sent. `service` is a line of its own: a patient's question never waits behind one of these.
"""

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from terminal.answering import doubt_in
from terminal.certificate import JST
from terminal.coverage import Coverage, InForce, Question, Refused, Reply, StillRunning
from terminal.outbox.backoff import FIRST_WAIT, LONGEST_WAIT, MOST_ATTEMPTS, wait_after
from terminal.outbox.difference import Difference, Finding, difference
from terminal.outbox.queued import Queued
from terminal.ports import ByNumber, Clock, EligibilityService, OfflineCache
from terminal.problems import Problem, TerminalError

# Of a card's check at an official reader nothing but the reader's own result can be had: none comes any more.
_FOR_A_PERSON = frozenset({Problem.SERVICE_REFUSED, Problem.HOLDER_NOT_COMPARED})
_log = logging.getLogger(__name__)


class Queue(Protocol):
    """What waits on disk, as this worker uses it. Raises `JOURNAL_FAILED` or `STORE_UNREADABLE`."""

    def due(self, now: datetime) -> Queued | None:
        """The check that has been due longest."""

    def next_due(self) -> datetime | None:
        """When the next one is due; None while nothing waits."""

    def begin(self, queued: Queued, again_at: datetime) -> None:
        """Puts a sending on record, before it leaves."""

    def put_off(self, identifier: str, reason: str) -> None:
        """Notes why it still waits."""

    def settle(self, identifier: str, found: Difference) -> None:
        """It is answered."""

    def bury(self, identifier: str, reason: str) -> None:
        """It is for a person to look at."""


class Reasking:
    """Runs on a thread of its own from `start` to `close`; closes none of its ports. `chance` gives 0 to 1.

    `by_number` is asked about whoever came with a paper; without it nobody was.
    """

    def __init__(
        self,
        service: EligibilityService,
        queue: Queue,
        cache: OfflineCache,
        clock: Clock,
        by_number: ByNumber | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._service = service
        self._queue = queue
        self._cache = cache
        self._clock = clock
        self._by_number = by_number
        self._chance = chance
        self._failures = 0  # of the line, in a row
        self._is_closed = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reasking", daemon=True)

    def start(self) -> None:
        """Begins with what an earlier run has left."""
        self._thread.start()

    def wake(self) -> None:
        """Has it look at once: a check was queued, or the line is back."""
        self._news.set()

    def close(self) -> None:
        """Returns once nothing is under way any more: at most as long as one question takes."""
        self._is_closed = True
        self._news.set()
        self._thread.join()

    def ask_due(self) -> timedelta:
        """Asks whatever is due, until there is nothing more or the line fails; gives how long to wait then."""
        try:
            while not self._is_closed and (queued := self._queue.due(self._clock.now())):
                if not self._ask(queued):
                    self._failures += 1
                    return wait_after(self._failures, self._chance())
                self._failures = 0
            return self._until_next()
        except TerminalError as error:  # of the store: the check that it was about still waits, or is asked once more
            _log.error("checks made offline could not be asked again: %s", error.problem)
            return LONGEST_WAIT

    def _ask(self, queued: Queued) -> bool:
        """Whether the line holds."""
        identifier, attempts = queued.question.identifier, queued.attempts + 1
        self._queue.begin(queued, self._clock.now() + wait_after(attempts, self._chance()))
        try:
            reply = self._reply_to(queued.question)
        except TerminalError as error:
            if error.problem in _FOR_A_PERSON:
                self._queue.bury(identifier, error.problem)
            elif error.problem is Problem.SERVICE_UNREADABLE:
                self._put_off(identifier, attempts, error.problem)
            else:  # an outage, or a matter of certificates: nothing that is this question's fault
                self._queue.put_off(identifier, error.problem)
                return False
            return True
        self._take(queued, attempts, reply)
        return True

    def _reply_to(self, question: Question) -> Reply:
        if question.numbers is None:
            return self._service.ask(question)
        return self._numbers().service.ask_by_number(question.numbers)

    def _take(self, queued: Queued, attempts: int, reply: Reply) -> None:
        identifier = queued.question.identifier
        is_anothers = doubt_in(queued.question.verified, reply) is not None
        found = Difference(Finding.PERSON_DIFFERS) if is_anothers else difference(queued.shown, reply)
        match reply:
            case Refused(code):
                self._queue.bury(identifier, code or Problem.SERVICE_REFUSED)
            case StillRunning():
                self._put_off(identifier, attempts, Problem.SERVICE_STILL_RUNNING)
            case _ if found:
                self._keep(queued, reply, found)
                self._queue.settle(identifier, found)

    def _put_off(self, identifier: str, attempts: int, problem: Problem) -> None:
        """Such an answer may be of the moment; one that never changes must not wait for ever unseen."""
        if attempts >= MOST_ATTEMPTS:
            self._queue.bury(identifier, problem)
        else:
            self._queue.put_off(identifier, problem)

    def _keep(self, queued: Queued, reply: Reply, found: Difference) -> None:
        """Brings the store's answer up to date, before the check is settled: a kill in between asks once more.

        There is no holder here to compare a record with: only what was compared at the desk, and is said again for
        today, counts as confirmed anew; what contradicts it is dropped.
        """
        now = self._clock.now()
        remember, forget = self._store_of(queued.question)
        is_of_today = queued.question.day == now.astimezone(JST).date()
        try:
            match found.finding, reply:
                case Finding.AS_SHOWN, InForce(coverage=coverage):
                    if is_of_today:
                        remember(coverage, now)
                case ((Finding.NOW_KNOWN | Finding.UNREGISTERED), _):
                    pass
                case _:
                    forget()
        except TerminalError as error:  # disposable
            _log.warning("the store was not brought up to date: %s", error.problem)

    def _store_of(self, question: Question) -> tuple[Callable[[Coverage, datetime], None], Callable[[], None]]:
        """How its answer is remembered, and how forgotten."""
        if question.numbers is None:
            certificate = question.card.certificate
            return partial(self._cache.remember, certificate), partial(self._cache.forget, certificate)
        answers, insured = self._numbers().answers, question.numbers.insured
        return partial(answers.remember_by_number, insured), partial(answers.forget_by_number, insured)

    def _numbers(self) -> ByNumber:
        if self._by_number is None:
            raise TerminalError(Problem.CONFIGURATION_WRONG, "no service is asked by number")
        return self._by_number

    def _until_next(self) -> timedelta:
        due = self._queue.next_due()
        wait = LONGEST_WAIT if due is None else due - self._clock.now()
        return min(max(wait, timedelta(seconds=1)), FIRST_WAIT)  # looked at each minute: another process may add some

    def _run(self) -> None:
        while not self._is_closed:
            self._news.clear()
            wait = self.ask_due()
            self._news.wait(wait.total_seconds())
