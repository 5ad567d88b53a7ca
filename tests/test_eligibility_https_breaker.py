"""After outages in a row nobody waits any more, and a probe, never a patient, finds out that the service is back."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standing import FixedClock

from terminal.card_token import TokenKind
from terminal.coverage import NotFound, Question, Reply
from terminal.eligibility.breaker import GuardedEligibility
from terminal.eligibility.failures import FAILURES, OUTAGES, Failure, failure_of
from terminal.eligibility.line_state import MOST_OUTAGES, SILENCES, LineState, after_probe, after_question
from terminal.insured import NumberQuestion
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
CARD = Card("insertion-1", TokenKind.PLASTIC, b"certificate", NOW, 10, 3)
QUESTION = Question("q-1", Verified(CARD, HOLDER, VerificationMethod.FACE), frozenset(), NOW.date(), NOW)
SECONDS = 20  # at most, for what takes milliseconds
PROBLEMS = st.sampled_from(sorted(FAILURES))


class FakeService:
    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.probe_problem: Problem | None = None
        self.questions = 0
        self.was_probed = threading.Event()

    def ask(self, question: Question) -> Reply:
        self.questions += 1
        if self.problem:
            raise TerminalError(self.problem)
        return NotFound()

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        self.questions += 1
        return NotFound()

    def probe(self) -> None:
        self.was_probed.set()
        if self.probe_problem:
            raise TerminalError(self.probe_problem)

    def close(self) -> None: ...


class Desk:
    """A guarded service, and the states that were told."""

    def __init__(self, probe_every: timedelta) -> None:
        self.service = FakeService()
        self.told: list[LineState] = []
        self.changed = threading.Condition()
        self.guarded = GuardedEligibility(self.service, FixedClock(NOW), probe_every=probe_every)
        self.guarded.listen(self._hear)

    def _hear(self, state: LineState) -> None:
        with self.changed:
            self.told.append(state)
            self.changed.notify_all()

    def ask(self) -> Problem | None:
        try:
            self.guarded.ask(QUESTION)
        except TerminalError as error:
            return error.problem
        return None

    def wait_until_asked_again(self) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: not self.guarded.state.is_resting, SECONDS)

    def rest(self) -> None:
        self.service.problem = self.service.probe_problem = Problem.SERVICE_SILENT
        for _ in range(MOST_OUTAGES):
            self.ask()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(timedelta(milliseconds=5))
    yield desk
    desk.guarded.close()


@pytest.fixture
def slow_desk() -> Iterator[Desk]:
    desk = Desk(timedelta(hours=1))
    yield desk
    desk.guarded.close()


def test_a_resting_line_answers_at_once_and_asks_nobody(slow_desk: Desk) -> None:
    slow_desk.rest()
    assert slow_desk.guarded.state == LineState(Problem.SERVICE_SILENT, NOW, MOST_OUTAGES, is_resting=True)
    assert [slow_desk.ask() for _ in range(5)] == [Problem.SERVICE_SILENT] * 5
    assert slow_desk.service.questions == MOST_OUTAGES


def test_an_answer_in_between_begins_the_row_anew(slow_desk: Desk) -> None:
    slow_desk.service.problem = Problem.LINE_DOWN
    for _ in range(MOST_OUTAGES - 1):
        slow_desk.ask()
    slow_desk.service.problem = None
    assert slow_desk.ask() is None
    slow_desk.service.problem = Problem.LINE_DOWN
    slow_desk.ask()
    assert not slow_desk.guarded.state.is_resting


def test_a_probe_that_gets_through_lets_questions_go_again(desk: Desk) -> None:
    desk.rest()
    assert desk.service.was_probed.wait(SECONDS)
    assert desk.guarded.state.is_resting
    desk.service.problem = desk.service.probe_problem = None
    desk.wait_until_asked_again()
    assert desk.ask() is None
    assert desk.guarded.state == LineState()
    assert [state.is_resting for state in desk.told] == [False] * (MOST_OUTAGES - 1) + [True, False, False]


def test_after_a_probe_one_more_outage_is_enough(desk: Desk) -> None:
    desk.rest()
    desk.service.probe_problem = None
    desk.wait_until_asked_again()
    desk.service.probe_problem = Problem.SERVICE_SILENT
    desk.ask()
    assert desk.guarded.state.is_resting


def test_a_wrong_certificate_does_not_hide_behind_a_line_at_rest(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.rest()
    with caplog.at_level(logging.ERROR):
        desk.service.problem = desk.service.probe_problem = Problem.SERVICE_UNTRUSTED
        desk.wait_until_asked_again()
        assert desk.ask() is Problem.SERVICE_UNTRUSTED
    assert desk.guarded.state.is_alarm
    assert "the line is blocked: service_untrusted" in caplog.messages


def test_nothing_is_probed_while_the_line_is_well(desk: Desk) -> None:
    desk.service.problem = Problem.SERVICE_UNTRUSTED
    for _ in range(MOST_OUTAGES * 2):
        assert desk.ask() is Problem.SERVICE_UNTRUSTED
    assert not desk.service.was_probed.wait(0.05)


def test_closing_ends_the_probing(slow_desk: Desk) -> None:
    slow_desk.rest()
    slow_desk.guarded.close()
    assert not slow_desk.guarded._probing.is_alive()


@given(st.lists(PROBLEMS | st.none(), max_size=12))
def test_a_line_rests_after_outages_in_a_row_and_after_nothing_else(problems: list[Problem | None]) -> None:
    state = LineState()
    for problem in problems:
        state = after_question(state, problem, NOW)
    row = problems[-MOST_OUTAGES:]
    is_silent = len(row) == MOST_OUTAGES and all(problem in SILENCES for problem in row)
    assert state.is_resting == is_silent
    assert state.is_alarm == bool(problems and problems[-1] and failure_of(problems[-1]) is Failure.SECURITY)


@given(PROBLEMS | st.none())
def test_whatever_a_probe_meets_but_silence_ends_the_rest(problem: Problem | None) -> None:
    resting = LineState(Problem.LINE_DOWN, NOW, 5, is_resting=True)
    assert after_probe(resting, problem, LATER).is_resting == (problem in SILENCES)


def test_an_outage_began_when_it_began_however_it_shows_itself() -> None:
    state = after_question(LineState(), Problem.LINE_DOWN, NOW)
    assert after_question(state, Problem.SERVICE_SILENT, LATER).since == NOW
    assert after_question(state, Problem.SERVICE_UNTRUSTED, LATER).since == LATER


@pytest.mark.parametrize("problem", Problem)
def test_only_an_outage_of_the_table_may_fall_back(problem: Problem) -> None:
    assert (problem in OUTAGES) == (failure_of(problem) is Failure.OUTAGE)
    assert problem in FAILURES or failure_of(problem) is Failure.BUSINESS


def test_whatever_names_a_line_or_a_service_is_in_the_table() -> None:
    assert {problem for problem in Problem if problem.startswith(("line_", "service_"))} == set(FAILURES)
