"""The loop records before it shows, drops late answers, and survives whatever its ports do."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from terminal.access_log.access import Access, Action, Actor
from terminal.card_token import CodeRefused, TokenKind
from terminal.coverage import Coverage, InForce, Question, Recalled, Record, Reply
from terminal.desk import Desk
from terminal.events import CardCodeEntered, CardLaid, CardRemoved, ConsentGiven, OperatorRecognised
from terminal.people import Card, FaceComparison, FaceDecision, Holder, IssuerTrust, Picture, Sex
from terminal.ports import CardNews, Ports
from terminal.problems import Problem, TerminalError
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    CheckingEligibility,
    Confirmed,
    Idle,
    MatchingFace,
    ReadingCard,
    State,
    Stopped,
    Unconfirmed,
)

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
HOLDER = Holder(
    "見本　花子", "東京都架空区", date(1992, 4, 12), Sex.FEMALE, b"jp2", date(2034, 4, 12), IssuerTrust.CHECKED
)
COVERAGE = Coverage("00138057", "架空区", "１２", "３４５", "01", None, 30, None, None)
RECORD = Record("見本　花子", None, date(1992, 4, 12), Sex.FEMALE, "東京都架空区")
CODE = "04041220342285"
RECEPTIONIST = Actor("practice")


def card(insertion: str) -> Card:
    return Card(insertion, TokenKind.PLASTIC, b"certificate", NOW + timedelta(days=900), 10, 3)


class NoCardCodes:
    """Nobody wanted a code remembered."""

    def remember(self, certificate: bytes, code: str, card_expires: date, now: datetime) -> None: ...

    def recall(self, certificate: bytes, now: datetime) -> str | None:
        return None

    def forget(self, certificate: bytes) -> None: ...

    def close(self) -> None: ...


@dataclass
class Desktop:
    """All ports of one desk, as fakes with knobs; clearing `gate` delays the reading of the card."""

    decision: FaceDecision = FaceDecision.ACCEPTED
    reply: Reply = field(default_factory=lambda: InForce(RECORD, COVERAGE))
    journal_broken: bool = False
    actor: Actor | None = RECEPTIONIST
    fault: Exception | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    trace: list[State | Access | str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()
        self._changed = threading.Condition()
        ports = Ports(self, self, self, self, self, NoCardCodes(), self, self)
        self.desk = Desk(ports, self._show, lambda: self.actor)

    # the windows
    def _show(self, state: State) -> None:
        with self._changed:
            self.trace.append(state)
            self._changed.notify_all()

    def wait_for(self, kind: type[State]) -> State:
        with self._changed:
            assert self._changed.wait_for(lambda: isinstance(self.desk.state, kind), timeout=30), self.desk.state
            return self.desk.state

    # the ports
    def listen(self, tell: Callable[[CardNews], None]) -> None:
        self.tell = tell

    def identify(self, insertion: str) -> Card:
        self.gate.wait(10)
        return card(insertion)

    def read_holder(self, card: Card, code: str) -> Holder | CodeRefused:
        self.trace.append("code sent")
        if self.fault:
            raise self.fault
        return HOLDER if code == CODE else CodeRefused(9)

    def open_phone(self, card: Card, pin: str) -> Card | CodeRefused:
        return card

    def verify_pin(self, card: Card, pin: str) -> CodeRefused | None:
        return None

    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        while True:
            yield Picture(1, 1, b"\0\0\0")

    def compare(self, portrait: bytes, frames: Iterator[Picture]) -> FaceComparison:
        return FaceComparison(self.decision, 0.9, 3, 1.0, 1.0)

    def show(self, portrait: bytes) -> Picture:
        return Picture(1, 1, b"\0\0\0")

    def ask(self, question: Question) -> Reply:
        self.trace.append("asked")
        return self.reply

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None:
        self.trace.append("remembered")

    def forget(self, certificate: bytes) -> None:
        self.trace.append("forgotten")

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        return None

    def record(self, access: Access) -> None:
        if self.journal_broken:
            raise TerminalError(Problem.JOURNAL_FAILED)
        self.trace.append(access)

    def now(self) -> datetime:
        return NOW

    def close(self) -> None:
        pass

    def actions_before(self, kind: type[State]) -> list[Action]:
        shown = next(index for index, what in enumerate(self.trace) if isinstance(what, kind))
        return [what.action for what in self.trace[:shown] if isinstance(what, Access)]


@pytest.fixture
def at() -> Iterator[Desktop]:
    desktop = Desktop()
    loop = threading.Thread(target=desktop.desk.run)
    loop.start()
    yield desktop
    desktop.gate.set()
    desktop.desk.close()
    loop.join(10)
    assert not loop.is_alive()


def reach_consent(at: Desktop) -> None:
    at.desk.post(CardLaid("v1"))
    at.wait_for(AwaitingCardCode)
    at.desk.post(CardCodeEntered(CODE))
    at.wait_for(AwaitingConsent)


def test_a_checkin_runs_from_card_to_answer_by_itself(at: Desktop) -> None:
    reach_consent(at)
    at.desk.post(ConsentGiven(frozenset()))
    at.wait_for(Confirmed)
    assert "remembered" in at.trace


def test_every_access_is_on_record_before_it_is_shown_or_sent(at: Desktop) -> None:
    reach_consent(at)
    at.desk.post(ConsentGiven(frozenset()))
    at.wait_for(Confirmed)
    assert at.actions_before(AwaitingCardCode) == [Action.CARD_IDENTIFIED]
    assert at.actions_before(MatchingFace)[1:] == [Action.CARD_CODE_SENT, Action.HOLDER_READ]
    assert at.actions_before(AwaitingConsent)[3:] == [Action.FACE_COMPARED, Action.HOLDER_VERIFIED]
    assert at.actions_before(CheckingEligibility)[5:] == [Action.ELIGIBILITY_ASKED]
    assert at.actions_before(Confirmed)[6:] == [Action.ANSWER_SHOWN]
    records = [what.action if isinstance(what, Access) else what for what in at.trace]
    assert records.index(Action.CARD_CODE_SENT) < records.index("code sent")
    assert records.index(Action.ELIGIBILITY_ASKED) < records.index("asked")


def test_what_cannot_be_recorded_is_neither_shown_nor_sent(at: Desktop) -> None:
    at.desk.post(CardLaid("v1"))
    at.wait_for(AwaitingCardCode)
    at.journal_broken = True
    at.desk.post(CardCodeEntered(CODE))
    assert at.wait_for(Stopped) == Stopped(Problem.JOURNAL_FAILED)
    assert "code sent" not in at.trace


def test_a_late_answer_is_dropped(at: Desktop) -> None:
    at.gate.clear()
    at.desk.post(CardLaid("v1"))
    at.wait_for(ReadingCard)
    at.desk.post(CardRemoved())
    at.wait_for(Stopped)
    at.desk.post(CardLaid("v2"))
    at.gate.set()
    state = at.wait_for(AwaitingCardCode)
    assert isinstance(state, AwaitingCardCode)
    assert state.card.insertion == "v2"
    assert not [what for what in at.trace if isinstance(what, AwaitingCardCode) and what.card.insertion == "v1"]


def test_what_the_receptionist_said_of_one_patient_never_counts_for_the_next(at: Desktop) -> None:
    at.decision = FaceDecision.DOUBTFUL
    at.desk.post(CardLaid("v1"))
    at.wait_for(AwaitingCardCode)
    at.desk.post(CardCodeEntered(CODE))
    first = at.wait_for(AwaitingOperator)
    at.desk.post(CardRemoved())
    at.desk.post(CardLaid("v2"))
    at.wait_for(AwaitingCardCode)
    at.desk.post(CardCodeEntered(CODE))
    second = at.wait_for(AwaitingOperator)
    at.desk.post(OperatorRecognised(), answering=first)
    at.desk.post(CardRemoved(), answering=second)
    at.wait_for(Stopped)
    assert not [what for what in at.trace if isinstance(what, AwaitingConsent)]


def test_a_problem_of_the_card_is_told_by_its_code(at: Desktop) -> None:
    at.fault = TerminalError(Problem.CARD_MALFORMED, "file 0002")
    at.desk.post(CardLaid("v1"))
    at.wait_for(AwaitingCardCode)
    at.desk.post(CardCodeEntered(CODE))
    assert at.wait_for(Stopped) == Stopped(Problem.CARD_MALFORMED, card("v1"))


def test_a_fault_of_our_own_ends_the_checkin_and_says_nothing_personal(
    at: Desktop, caplog: pytest.LogCaptureFixture
) -> None:
    at.fault = RuntimeError("見本　花子")
    at.desk.post(CardLaid("v1"))
    at.wait_for(AwaitingCardCode)
    at.desk.post(CardCodeEntered(CODE))
    assert at.wait_for(Stopped) == Stopped(Problem.PROGRAM_ERROR, card("v1"))
    assert "RuntimeError" in caplog.text
    assert "見本" not in caplog.text


def test_an_ended_checkin_gives_way_to_the_next_card(at: Desktop) -> None:
    at.reply = InForce(RECORD, COVERAGE)
    reach_consent(at)
    at.desk.post(ConsentGiven(frozenset()))
    at.wait_for(Confirmed)
    at.desk.post(CardRemoved())
    at.wait_for(Idle)
    assert not isinstance(at.desk.state, Unconfirmed)


def test_a_checkin_left_for_a_card_that_nobody_may_read_is_on_record_as_abandoned(at: Desktop) -> None:
    reach_consent(at)
    at.actor = None
    at.desk.post(CardLaid("v2"))
    assert at.wait_for(Stopped) == Stopped(Problem.NOBODY_SIGNED_IN)
    last = [what for what in at.trace if isinstance(what, Access)][-1]
    assert (last.visit, last.action, last.outcome) == ("v1", Action.CHECKIN_ENDED, "abandoned")


def test_an_abandoned_checkin_is_on_record(at: Desktop) -> None:
    reach_consent(at)
    at.desk.post(CardRemoved())
    at.desk.post(CardLaid("v2"))
    at.wait_for(AwaitingCardCode)
    outcomes = [what.outcome for what in at.trace if isinstance(what, Access) and what.action is Action.CHECKIN_ENDED]
    assert outcomes == ["abandoned"]
