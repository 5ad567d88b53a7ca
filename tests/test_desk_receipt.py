"""The desk hands a confirmed answer to a real folder: on record first, once, and nothing that is not confirmed."""

import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sample_states import CONFIRMED, RECORD, VERIFIED

from terminal.access_log.access import Access, Action, Actor
from terminal.configuration.settings import Receipt
from terminal.coverage import Coverage, InForce, NotFound, Recalled, Record, Relation, Reply
from terminal.desk import Desk
from terminal.eligibility.receipt_desk import DeskReceipt
from terminal.eligibility.result_file import read_result_file
from terminal.events import (
    CardRemoved,
    EligibilityAnswered,
    HandOverRetried,
    NumbersEntered,
    PatientLeft,
    SpellingChosen,
    StillThere,
)
from terminal.handing_over import HandedOver, HeldBack, NotHandedOver
from terminal.insured import Insured, NumberQuestion
from terminal.people import Paper
from terminal.ports import ByNumber, Ports
from terminal.problems import Problem, TerminalError
from terminal.states import CheckingEligibility, Confirmed, Ended, Idle, Provisional, State, Stopped, Unconfirmed

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
INSURED = Insured("00990010", "12", "345678", "01", date(1992, 4, 12))
ENTERED = NumbersEntered(Paper("visit-9", INSURED), frozenset())
COVERAGE = Coverage("00990010", "架空市", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
ANSWER = InForce(Record("見本　花子", None, INSURED.birth_date, None, None), COVERAGE)
LIMIT = 30.0


class At:
    """A desk whose service says `reply`; only what a visit without a card needs is there."""

    def __init__(self, receipt: DeskReceipt) -> None:
        self.reply: Reply | Problem = ANSWER
        self.actor: Actor | None = Actor("practice")
        self.recorded: list[Access] = []
        self.shown: list[State] = []
        self.news = threading.Condition()
        rest = cast("Any", self)  # reader, journal, clock, service and store in one
        by_number = ByNumber(rest, rest)
        ports = Ports(rest, rest, rest, rest, rest, rest, rest, rest, by_number=by_number, receipt=receipt)
        self.desk = Desk(ports, self._show, lambda: self.actor)
        self.loop = threading.Thread(target=self.desk.run)
        self.loop.start()

    def listen(self, tell: object) -> None: ...

    def now(self) -> datetime:
        return NOW

    def record(self, access: Access) -> None:
        self.recorded.append(access)

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        if isinstance(self.reply, Problem):
            raise TerminalError(self.reply)
        return self.reply

    def remember_by_number(self, *_: object) -> None: ...

    def forget_by_number(self, *_: object) -> None: ...

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        return Recalled(COVERAGE, NOW - timedelta(hours=14), date(2026, 12, 1))

    def until(self, standing: type[object] | None) -> State:
        """Waits until the newest state has ended, and stands so with the receipt computer."""
        with self.news:
            assert self.news.wait_for(lambda: self._is_there(standing), LIMIT)
            return self.shown[-1]

    def _is_there(self, standing: type[object] | None) -> bool:
        state = self.shown[-1] if self.shown else Idle()
        if standing is None:
            return isinstance(state, Ended)
        return isinstance(state, Confirmed) and isinstance(state.receipt, standing)

    def _show(self, state: State) -> None:
        with self.news:
            self.shown.append(state)
            self.news.notify_all()


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def at(tmp_path: Path, share: Path) -> Iterator[At]:
    with closing(DeskReceipt(Receipt(share, tmp_path / "receipt.db"), "1319999999")) as receipt:
        made = At(receipt)
        yield made
        made.desk.close()
        made.loop.join(LIMIT)


def files(share: Path) -> list[Path]:
    return [entry for entry in share.iterdir() if entry.is_file()]


def test_a_confirmed_answer_is_on_record_and_then_in_the_folder_once(at: At, share: Path) -> None:
    at.desk.post(ENTERED)
    at.until(HandedOver)
    (file,) = files(share)
    assert read_result_file(file.read_bytes()).reply == ANSWER
    actions = [access.action for access in at.recorded]
    assert actions == [Action.ELIGIBILITY_ASKED, Action.ANSWER_SHOWN, Action.RESULT_SENT]


@pytest.mark.parametrize("gone", [CardRemoved(), PatientLeft()], ids=lambda gone: type(gone).__name__)
def test_who_goes_while_their_answer_is_handed_over_ends_the_visit_after_that(
    at: At, share: Path, gone: CardRemoved | PatientLeft
) -> None:
    at.desk.state = CheckingEligibility(VERIFIED, frozenset())
    at.desk.post(EligibilityAnswered(InForce(RECORD, COVERAGE), NOW))
    at.desk.post(gone)  # before the handing over can have ended
    with at.news:
        assert at.news.wait_for(lambda: isinstance(at.shown[-1], Idle) and len(at.shown) > 2, LIMIT)
    assert len(files(share)) == 1
    assert [access.action for access in at.recorded] == [Action.ANSWER_SHOWN, Action.RESULT_SENT]


def test_an_answer_that_came_after_the_card_had_gone_stays_to_be_seen(at: At) -> None:
    at.desk.state = CheckingEligibility(VERIFIED, frozenset())
    at.desk.post(CardRemoved())
    at.desk.post(EligibilityAnswered(InForce(RECORD, COVERAGE), NOW))
    at.until(HandedOver)
    at.desk.post(StillThere())
    at.desk.close()
    at.loop.join(LIMIT)
    assert isinstance(at.shown[-1], Confirmed)


def test_an_answer_that_nobody_waits_for_is_not_held_until_the_next_event(at: At) -> None:
    asked = replace(CONFIRMED)
    left = weakref.ref(asked)
    at.desk.post(EligibilityAnswered(InForce(RECORD, COVERAGE), NOW), answering=asked)
    del asked
    ends = time.monotonic() + LIMIT
    while left() is not None and time.monotonic() < ends:
        time.sleep(0.01)
    assert left() is None


@pytest.mark.parametrize(("reply", "kind"), [(NotFound(), Unconfirmed), (Problem.LINE_DOWN, Provisional)])
def test_what_is_not_confirmed_is_not_handed_over(at: At, share: Path, reply: Reply | Problem, kind: type) -> None:
    at.reply = reply
    at.desk.post(ENTERED)
    assert isinstance(at.until(None), kind)
    assert files(share) == []
    assert Action.RESULT_SENT not in {access.action for access in at.recorded}


def test_characters_are_listed_spelled_by_a_person_and_then_written_so(at: At, share: Path) -> None:
    at.reply = replace(ANSWER, record=replace(ANSWER.record, name="見本　𠮷子"))
    at.desk.post(ENTERED)
    held = at.until(HeldBack)
    assert isinstance(held, Confirmed)
    assert isinstance(held.receipt, HeldBack)
    assert held.receipt.untaken == (("name", "𠮷"),)
    assert files(share) == []
    at.desk.post(SpellingChosen((("𠮷", "吉"),)), answering=held)
    ended = at.until(HandedOver)
    assert isinstance(ended, Confirmed)
    assert ended.record.name == "見本　𠮷子"  # what is shown stays what the service said
    (file,) = files(share)
    assert "吉子" in file.read_bytes().decode("cp932")


def test_a_folder_that_is_away_is_told_and_served_when_it_is_back(at: At, share: Path) -> None:
    share.rename(share.with_name("away"))
    at.desk.post(ENTERED)
    away = at.until(NotHandedOver)
    share.with_name("away").rename(share)
    at.desk.post(HandOverRetried(), answering=away)
    at.until(HandedOver)
    assert len(files(share)) == 1


def test_nobody_is_asked_about_while_nobody_is_signed_in(at: At) -> None:
    at.actor = None
    at.desk.post(ENTERED)
    assert at.until(None) == Stopped(Problem.NOBODY_SIGNED_IN)
    assert at.recorded == []  # nothing was asked, so nothing says that it was
