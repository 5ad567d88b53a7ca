"""The watch tells how line, queue, limits and store are; upkeep is for idle time; limits take away and never add."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standing import FixedClock

from device.child import command
from terminal.card_token import TokenKind
from terminal.coverage import Coverage, NotFound, Question, Recalled, Relation, Reply
from terminal.eligibility.https_line import HttpsLine, LineCertificates, Message
from terminal.eligibility.line_state import LineState
from terminal.insured import Insured
from terminal.limits import Function, Measure, Standing, policy
from terminal.outage.heard import HeardEligibility
from terminal.outage.limited import LimitedAnswers, LimitedCache, LimitedCodes, LimitedOutbox
from terminal.outage.situation import Figures, Situation, measured
from terminal.outage.watch import Gauges, OutageWatch
from terminal.outbox.asked_again import AskedAgain
from terminal.people import Card, VerificationMethod, Verified
from terminal.practice.authority import Authority
from terminal.practice.service import PracticeService
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
LONG = timedelta(hours=1)
DOWN = LineState(Problem.LINE_DOWN, NOW - timedelta(hours=1), 1)
COVERAGE = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
INSURED = Insured("00138057", "12", "345678", "01", date(1992, 4, 12))
CARD = Card("v1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)
QUESTION = Question("q", Verified(CARD, None, VerificationMethod.PIN), frozenset(), NOW.date(), NOW)


@dataclass
class World:
    """What the watch looks at."""

    line: LineState = LineState()  # noqa: RUF009  # frozen
    figures: Figures = Figures()  # noqa: RUF009
    confirmed_at: datetime | None = None
    service_now: datetime | None = None
    is_reserve_given_up: bool = False
    store: Problem | None = None
    is_there: bool = False
    failing: Problem | None = None
    probes: int = 0
    told: list[Situation] = field(default_factory=list)
    asked_again: tuple[AskedAgain, ...] = ()

    def probe(self) -> None:
        self.probes += 1
        if not self.is_there:
            raise TerminalError(Problem.LINE_DOWN)

    def _figures(self, month: date) -> Figures:
        assert month.day == 1
        if self.failing:
            raise TerminalError(self.failing)
        return self.figures

    def _asked_again(self, since: datetime) -> tuple[AskedAgain, ...]:
        assert since == datetime(2026, 11, 19, 15, tzinfo=UTC)  # midnight in Japan
        if self.failing:
            raise TerminalError(self.failing)
        return self.asked_again

    def watch(self, *, probes: bool = True) -> OutageWatch:
        gauges = Gauges(
            lambda: self.line,
            self._figures,
            lambda: self.confirmed_at,
            lambda: self.is_reserve_given_up,
            lambda: self.service_now,
            self.probe if probes else None,
            lambda: self.store,
            self._asked_again,
        )
        made = OutageWatch(gauges, FixedClock(NOW), every=LONG)
        made.listen(self.told.append)
        return made


def test_only_changes_are_told() -> None:
    world = World()
    watch = world.watch()
    watch.look()
    assert world.told == []
    world.line = DOWN
    watch.look()
    watch.look()
    assert [each.is_down for each in world.told] == [True]


def test_the_banner_goes_by_itself_once_somebody_answers_again() -> None:
    world = World(DOWN)
    watch = world.watch()
    assert watch.look().is_down
    world.is_there = True
    assert watch.look() == Situation()
    watch.look()
    assert world.probes == 2  # and it is not asked again and again
    world.line = replace(DOWN, outages=2)
    world.is_there = False
    assert watch.look().is_down


def test_a_line_at_rest_is_left_to_its_breaker_and_a_security_matter_to_people() -> None:
    for line in (replace(DOWN, is_resting=True), LineState(Problem.SERVICE_UNTRUSTED, NOW)):
        world = World(line, is_there=True)
        assert world.watch().look().line == line
        assert world.probes == 0


def test_what_came_of_a_check_made_offline_is_told_and_outlasts_a_store_that_fails() -> None:
    world = World()
    watch = world.watch()
    world.asked_again = (AskedAgain("v1", NOW, None),)
    watch.look()
    world.failing = Problem.STORE_UNREADABLE
    assert watch.look().asked_again == world.asked_again
    assert [each.asked_again for each in world.told] == [world.asked_again]


def test_who_listens_late_is_told_at_once() -> None:
    world = World(DOWN)
    watch = world.watch(probes=False)
    watch.look()
    late: list[Situation] = []
    watch.listen(late.append)
    assert late == [watch.situation]


def test_a_limit_that_is_reached_stops_its_function_alone() -> None:
    world = World(service_now=NOW - timedelta(minutes=6))
    watch = world.watch()
    situation = watch.look()
    assert watch.is_stopped(Function.STORED_ANSWERS)
    assert not watch.is_stopped(Function.QUEUED_CHECKS)
    first = situation.limits[0]
    assert (first.standing, first.because) == (Standing.STOPPED, (Measure.CLOCK_DRIFT,))
    world.service_now = NOW
    watch.look()
    assert not watch.is_stopped(Function.STORED_ANSWERS)


def test_what_cannot_be_counted_stands_as_it_did() -> None:
    world = World(figures=Figures(3))
    watch = world.watch()
    watch.look()
    world.failing = Problem.JOURNAL_FAILED
    assert watch.look().figures == Figures(3)


def test_a_change_is_told_without_waiting_for_the_next_look() -> None:
    world = World()
    heard = threading.Event()
    watch = world.watch(probes=False)
    watch.start()
    watch.listen(lambda _: heard.set())
    try:
        world.line = DOWN
        watch.wake()
        assert heard.wait(30)
    finally:
        watch.close()


def test_days_offline_count_from_the_last_answer_and_only_while_nobody_answers() -> None:
    friday = NOW - timedelta(days=3)

    def offline(line: LineState) -> timedelta | None:
        return measured(line, Figures(), NOW, confirmed_at=friday, service_now=None, is_reserve_given_up=False).offline

    assert offline(LineState()) is None
    assert offline(DOWN) == timedelta(days=3)


@pytest.mark.parametrize("pair", [{"offline_days": (3, 31)}, {"clock_seconds": (60, 301)}, {"queued": (10, 5)}])
def test_no_policy_is_laxer_than_an_answer_can_bear(pair: dict[str, tuple[float, float]]) -> None:
    sound = {"offline_days": (1.0, 7.0), "queued": (10.0, 50.0), "clock_seconds": (30.0, 120.0)}
    assert len(policy(**sound)) == 6
    with pytest.raises(ValueError, match=r"."):
        policy(**(sound | pair))


class Shelf:
    """Whatever is kept: answers, codes, a queue."""

    def __init__(self) -> None:
        self.queued: list[str] = []
        self.kept: list[object] = []

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        return Recalled(COVERAGE, NOW, NOW.date())

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        return Recalled(COVERAGE, NOW, NOW.date())

    def remember(self, *kept: object) -> None:
        self.kept.append(kept)

    def remember_by_number(self, *kept: object) -> None:
        self.kept.append(kept)

    def forget(self, certificate: bytes) -> None:
        self.kept.clear()

    def forget_by_number(self, insured: Insured) -> None:
        self.kept.clear()

    def queue(self, question: Question, shown: Coverage | None, reason: Problem) -> None:
        self.queued.append(question.identifier)

    def close(self) -> None: ...


@given(st.frozensets(st.sampled_from(Function)))
def test_a_stopped_function_gives_nothing_and_the_others_are_untouched(stopped: frozenset[Function]) -> None:
    shelf, is_stopped = Shelf(), stopped.__contains__
    cache, answers = LimitedCache(shelf, is_stopped), LimitedAnswers(shelf, is_stopped)
    codes, outbox = LimitedCodes(shelf, is_stopped), LimitedOutbox(shelf, is_stopped)  # type: ignore[arg-type]
    outbox.queue(QUESTION, None, Problem.LINE_DOWN)
    assert (cache.recall(b"", NOW) is None) == (Function.STORED_ANSWERS in stopped)
    assert (answers.recall_by_number(INSURED, NOW) is None) == (Function.STORED_ANSWERS in stopped)
    assert (codes.recall(b"", NOW) is None) == (Function.REMEMBERED_CODES in stopped)
    assert (not shelf.queued) == (Function.QUEUED_CHECKS in stopped)
    cache.remember(b"", COVERAGE, NOW)
    answers.remember_by_number(INSURED, COVERAGE, NOW)
    assert len(shelf.kept) == 2  # what is confirmed is kept all the same
    cache.forget(b"")
    answers.forget_by_number(INSURED)
    codes.forget(b"")
    assert shelf.kept == []


class Service:
    def __init__(self) -> None:
        self.failing: Problem | None = None

    def ask(self, question: Question) -> Reply:
        if self.failing:
            raise TerminalError(self.failing)
        return NotFound()

    def close(self) -> None: ...


def test_a_line_without_a_breaker_is_heard_and_never_rests() -> None:
    service = Service()
    heard = HeardEligibility(service, FixedClock(NOW))
    service.failing = Problem.SERVICE_SILENT
    for _ in range(5):
        with pytest.raises(TerminalError):
            heard.ask(QUESTION)
    assert (heard.state.problem, heard.state.outages, heard.state.is_resting) == (Problem.SERVICE_SILENT, 5, False)
    service.failing = None
    heard.ask(QUESTION)
    assert heard.state == LineState()


def test_the_time_that_a_service_tells_goes_on_by_itself(tmp_path: Path) -> None:
    """`Date` is taken from whatever it answers; what is no date changes nothing."""
    home = tmp_path
    Authority.make(datetime.now(UTC)).save(home)
    service = PracticeService(home, command)
    service.start()
    tls = home / "tls"
    line = HttpsLine(service.url, LineCertificates(tls / "ca.crt", tls / "client.crt", tls / "client.key"))
    try:
        assert line.service_now() is None
        line.exchange(Message("probe", method="HEAD"), 10)
        told = line.service_now()
        assert told is not None
        assert abs(datetime.now(UTC) - told) < timedelta(seconds=30)
    finally:
        line.close()
        service.close()
