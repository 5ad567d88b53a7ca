"""Tomorrow's bookings, asked about many at a time: what the service says of each, kept for an outage.

Law: nobody is asked about twice. A batch is on record before it is put; after a kill the same batch is put again under
its own identifier, by which the service knows it, and what was answered is not asked any more.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from terminal.access_log.access import Access, Action
from terminal.coverage import Coverage, InForce, NotFound, NotInForce, Refused, Reply, SeveralFound
from terminal.eligibility.bookings_file import Booking
from terminal.eligibility.bookings_messages import (
    MOST_QUESTIONS,
    Envelope,
    Search,
    decode_answers,
    decode_reception,
    encode_fetch,
    encode_many,
)
from terminal.eligibility.bookings_outcome import Outcome, outcome_of
from terminal.eligibility.bookings_progress import Batch, Progress
from terminal.eligibility.number_query import Insured
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

PASSING = (Problem.LINE_DOWN, Problem.SERVICE_SILENT, Problem.SERVICE_BUSY)
PUT_AGAIN_AFTER_SECONDS = (1.0, 4.0, 15.0)
LOOK_AGAIN_AFTER_SECONDS = (0.2, 1.0, 5.0, 15.0)  # the last one again and again
PATIENCE = timedelta(minutes=30)  # with a service that is still at work


@runtime_checkable
class BulkService(Protocol):
    """Who takes many questions at once."""

    def exchange(self, identifier: str, body: bytes) -> bytes:
        """A message for a message; the same message again under the same identifier is the same question."""


class NumberCache(Protocol):
    """The store's answers that are found by number."""

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        """Keeps a confirmed answer in place of the one before."""

    def forget_by_number(self, insured: Insured) -> None:
        """Drops what was kept."""


@dataclass(frozen=True)
class Asking:
    """What asking needs: `record` puts accesses into the journal, `wait` lets seconds pass, `tell` hears how far it is.

    `actor` is who started it, as the journal names them.
    """

    service: BulkService
    cache: NumberCache
    clock: Clock
    institution_code: str
    actor: str
    record: Callable[[Sequence[Access]], None]
    wait: Callable[[float], None]
    tell: Callable[[int, int], None]


def ask_bookings(bookings: Sequence[Booking], day: date, progress: Progress, asking: Asking) -> None:
    """Asks about whoever was not asked about yet; what it comes to is in `progress`.

    Raises `TerminalError` when the service cannot be reached for good, or is still at work after `PATIENCE`; then the
    same call goes on where this one ended.
    """
    by_line = {booking.line: booking for booking in bookings if booking.insured}
    begun = progress.begun_lines()
    new = [booking for line, booking in by_line.items() if line not in begun]
    waiting = progress.unanswered()
    run = _Run(by_line, day, progress, asking)
    run.tell()
    put = [run.put(batch) if batch.reception is None else batch for batch in waiting]
    put += [run.put(progress.begin(lines)) for lines in _batches(new)]
    run.fetch([batch for batch in put if batch])


class _Run:
    """One call of `ask_bookings`."""

    def __init__(self, by_line: dict[int, Booking], day: date, progress: Progress, asking: Asking) -> None:
        self._by_line = by_line
        self._day = day
        self._progress = progress
        self._asking = asking
        self._answered = len(progress.outcomes())

    def tell(self) -> None:
        self._asking.tell(self._answered, len(self._by_line))

    def put(self, batch: Batch) -> Batch | None:
        """The batch with its reception number; None where the service gave none, and then its rows have an outcome."""
        searches = self._searches(batch)
        subjects = [search.insured.key for search in searches]
        self._asking.record(
            [
                Access(Action.ELIGIBILITY_ASKED, batch.identifier, self._asking.actor, subject, details=_BY_NUMBER)
                for subject in subjects
            ]
        )
        envelope = self._envelope(batch.identifier)
        answer = self._exchange(envelope, encode_many(envelope, searches))
        try:
            reception = decode_reception(answer, envelope)
        except TerminalError:
            self._settle(batch, dict.fromkeys(batch.lines, Outcome.NO_ANSWER))
            return None
        if isinstance(reception, Refused):
            self._settle(batch, dict.fromkeys(batch.lines, Outcome.REFUSED))
            return None
        return self._progress.received(batch, reception)

    def fetch(self, batches: list[Batch]) -> None:
        """Asks for the answers, of each batch in turn, until there are all of them."""
        give_up = self._asking.clock.now() + PATIENCE
        pauses = _pauses(LOOK_AGAIN_AFTER_SECONDS)
        while batches := [batch for batch in batches if not self._is_fetched(batch)]:
            if self._asking.clock.now() >= give_up:
                raise TerminalError(Problem.SERVICE_STILL_RUNNING, f"{len(batches)} batches")
            self._asking.wait(next(pauses))

    def _is_fetched(self, batch: Batch) -> bool:
        envelope = self._envelope(f"{batch.identifier}-{secrets.token_hex(4)}")  # each look is a message of its own
        answer = self._exchange(envelope, encode_fetch(envelope, batch.reception or ""))
        searches = {search.identifier: search.insured for search in self._searches(batch)}
        try:
            replies = decode_answers(answer, envelope, searches)
        except TerminalError:
            self._settle(batch, dict.fromkeys(batch.lines, Outcome.NO_ANSWER))
            return True
        if isinstance(replies, Refused):
            self._settle(batch, dict.fromkeys(batch.lines, Outcome.REFUSED))
        elif replies is not None:
            self._take(batch, {searches[identifier].key: reply for identifier, reply in replies.items()})
        return replies is not None

    def _take(self, batch: Batch, replies: dict[bytes, Reply]) -> None:
        """Kept first and on record then: a kill in between fetches the same answers once more."""
        outcomes = {}
        for booking in self._bookings(batch):
            insured = _insured(booking)
            reply = replies.get(insured.key)
            outcomes[booking.line] = outcome_of(booking, reply) if reply else Outcome.NO_ANSWER
            self._keep(insured, reply, outcomes[booking.line])
        self._settle(batch, outcomes)

    def _keep(self, insured: Insured, reply: Reply | None, outcome: Outcome) -> None:
        match reply:
            case InForce(_, coverage) if outcome is Outcome.IN_FORCE:
                self._asking.cache.remember_by_number(insured, coverage, self._asking.clock.now())
            case NotInForce() | NotFound() | SeveralFound():
                self._asking.cache.forget_by_number(insured)
            case _:
                pass

    def _settle(self, batch: Batch, outcomes: dict[int, Outcome]) -> None:
        self._progress.answered(outcomes, self._asking.clock.now())
        self._answered += len(batch.lines)
        self.tell()

    def _exchange(self, envelope: Envelope, body: bytes) -> bytes:
        """Again after a while where the line or the service may come back; the identifier makes it one question."""
        for seconds in PUT_AGAIN_AFTER_SECONDS:
            try:
                return self._asking.service.exchange(envelope.identifier, body)
            except TerminalError as error:
                if error.problem not in PASSING:
                    raise
            self._asking.wait(seconds)
        return self._asking.service.exchange(envelope.identifier, body)

    def _envelope(self, identifier: str) -> Envelope:
        return Envelope(identifier, self._asking.institution_code, self._day)

    def _searches(self, batch: Batch) -> list[Search]:
        """One for each insured, though they may have two bookings."""
        first: dict[bytes, Search] = {}
        for booking in self._bookings(batch):
            insured = _insured(booking)
            first.setdefault(insured.key, Search(f"{booking.line:06d}", insured))
        return list(first.values())

    def _bookings(self, batch: Batch) -> list[Booking]:
        return [self._by_line[line] for line in batch.lines]


_BY_NUMBER = (("by", "number"),)


def _batches(bookings: Sequence[Booking]) -> Iterator[list[int]]:
    """Lines for one message each; all bookings of one insured stand in one batch."""
    lines_by_insured: dict[bytes, list[int]] = {}
    for booking in bookings:
        lines_by_insured.setdefault(_insured(booking).key, []).append(booking.line)
    groups = list(lines_by_insured.values())
    for begin in range(0, len(groups), MOST_QUESTIONS):
        yield sorted(line for group in groups[begin : begin + MOST_QUESTIONS] for line in group)


def _insured(booking: Booking) -> Insured:
    if booking.insured is None:
        raise TerminalError(Problem.PROGRAM_ERROR, f"line {booking.line} cannot be asked about")
    return booking.insured


def _pauses(seconds: Sequence[float]) -> Iterator[float]:
    yield from seconds
    while True:
        yield seconds[-1]
