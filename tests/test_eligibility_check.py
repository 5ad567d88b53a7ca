"""Online, else what was kept: and never kept in place of a security matter."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from terminal.card_token import TokenKind
from terminal.coverage import (
    Coverage,
    InForce,
    InForceUnregistered,
    LastVisit,
    NotFound,
    NotInForce,
    Question,
    Recalled,
    Record,
    Refused,
    Relation,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.eligibility.check import OUTAGES, check
from terminal.events import EligibilityAnswered, EligibilityUnanswered
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
CARD = Card("insertion-1", TokenKind.PLASTIC, b"certificate", NOW, 10, 3)
QUESTION = Question("q-1", Verified(CARD, HOLDER, VerificationMethod.FACE), frozenset(), NOW.date(), NOW)
RECORD = Record("見本　花子", None, date(1992, 4, 12), Sex.FEMALE, "架空区")
COVERAGE = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, None, date(2024, 4, 1), None)
RECALLED = Recalled(COVERAGE, NOW, NOW.date())
LAST = LastVisit(NOW.date(), 30)  # at 34, whatever the answer said


class FakeService:
    def __init__(self, answer: Reply | Problem) -> None:
        self.answer = answer

    def ask(self, question: Question) -> Reply:
        if isinstance(self.answer, Problem):
            raise TerminalError(self.answer)
        return self.answer

    def close(self) -> None: ...


class FakeCache:
    def __init__(self, *, problem: Problem | None = None) -> None:
        self.problem = problem
        self.remembered: list[tuple[bytes, Coverage, datetime]] = []
        self.forgotten: list[bytes] = []
        self.recalls = 0

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None:
        self._fail()
        self.remembered.append((certificate, coverage, as_of))

    def forget(self, certificate: bytes) -> None:
        self._fail()
        self.forgotten.append(certificate)

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        self.recalls += 1
        self._fail()
        return RECALLED

    def close(self) -> None: ...

    def _fail(self) -> None:
        if self.problem:
            raise TerminalError(self.problem, "detail of the cache")


def test_an_answer_in_force_about_the_holder_is_remembered() -> None:
    cache = FakeCache()
    answer = InForce(RECORD, COVERAGE)
    assert check(QUESTION, FakeService(answer), cache, NOW) == EligibilityAnswered(answer, NOW, LAST)
    assert cache.remembered == [(CARD.certificate, COVERAGE, NOW)]


@pytest.mark.parametrize(
    "answer",
    [
        InForce(replace(RECORD, birth_date=date(1992, 4, 13)), COVERAGE),
        InForce(replace(RECORD, name=None), COVERAGE),
        InForceUnregistered(RECORD, COVERAGE),
        NotInForce(RECORD, newer_exists=True),
        NotFound(),
        SeveralFound(),
        StillRunning(),
        Refused("X1", "閉局中"),
    ],
)
def test_any_other_answer_is_given_on_and_nothing_is_remembered_or_recalled(answer: Reply) -> None:
    cache = FakeCache()
    assert check(QUESTION, FakeService(answer), cache, NOW) == EligibilityAnswered(answer, NOW)
    assert (cache.remembered, cache.recalls) == ([], 0)


@pytest.mark.parametrize("answer", [NotInForce(None, newer_exists=False), NotFound(), SeveralFound()])
def test_an_answer_that_contradicts_what_was_kept_drops_it(answer: Reply) -> None:
    cache = FakeCache()
    check(QUESTION, FakeService(answer), cache, NOW)
    assert cache.forgotten == [CARD.certificate]


@pytest.mark.parametrize("answer", [InForce(RECORD, COVERAGE), StillRunning(), Refused("X1", "閉局中")])
def test_an_answer_that_says_nothing_against_it_drops_nothing(answer: Reply) -> None:
    cache = FakeCache()
    check(QUESTION, FakeService(answer), cache, NOW)
    assert cache.forgotten == []


@pytest.mark.parametrize("problem", sorted(OUTAGES))
def test_an_outage_recalls_what_was_kept(problem: Problem) -> None:
    assert check(QUESTION, FakeService(problem), FakeCache(), NOW) == EligibilityUnanswered(problem, RECALLED)


@pytest.mark.parametrize("problem", sorted(set(Problem) - OUTAGES))
def test_nothing_but_an_outage_recalls(problem: Problem) -> None:
    cache = FakeCache()
    assert check(QUESTION, FakeService(problem), cache, NOW) == EligibilityUnanswered(problem, None)
    assert cache.recalls == 0


def test_a_security_matter_is_no_outage() -> None:
    assert OUTAGES.isdisjoint({Problem.SERVICE_UNTRUSTED, Problem.SERVICE_HUNG_UP})


def test_an_answer_is_not_lost_when_it_cannot_be_kept(caplog: pytest.LogCaptureFixture) -> None:
    answer = InForce(RECORD, COVERAGE)
    with caplog.at_level(logging.WARNING):
        event = check(QUESTION, FakeService(answer), FakeCache(problem=Problem.STORE_BUSY), NOW)
    assert event == EligibilityAnswered(answer, NOW)
    assert caplog.messages == ["the store was not brought up to date: store_busy"]


def test_a_store_that_fails_leaves_the_outage_unanswered(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        event = check(QUESTION, FakeService(Problem.LINE_DOWN), FakeCache(problem=Problem.STORE_UNREADABLE), NOW)
    assert event == EligibilityUnanswered(Problem.LINE_DOWN, None)
    assert caplog.messages == ["no answer could be recalled: store_unreadable"]
