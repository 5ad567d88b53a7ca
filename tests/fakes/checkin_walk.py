"""One invented patient as the pure check-in meets them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from terminal.attendance import (
    Attendance,
    Emergency,
    EmergencyReason,
    Guardian,
    GuardianProof,
    Helper,
    LookReason,
    Proxy,
)
from terminal.card_token import TokenKind
from terminal.checkin import advance
from terminal.coverage import (
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Recalled,
    Record,
    Refused,
    Relation,
    Reply,
    SecondSource,
    SeveralFound,
    StillRunning,
)
from terminal.events import (
    Attended,
    Cancelled,
    CardCodeEntered,
    CardCodeRefused,
    CardIdentified,
    CardLaid,
    CardRemoved,
    ConsentGiven,
    Dismissed,
    DoubtSettled,
    EligibilityAnswered,
    EligibilityUnanswered,
    Event,
    FaceCompared,
    FaceDeclined,
    FaceRetried,
    FaceUnseen,
    HolderRead,
    LastTryConfirmed,
    LastTryDeclined,
    LookChosen,
    NumbersEntered,
    OperatorRecognised,
    OperatorRefused,
    PatientLeft,
    PhoneOpened,
    PinAccepted,
    PinEntered,
    PinRefused,
    ReaderLost,
    ReaderReady,
    Vouched,
    WaitedTooLong,
    WorkFailed,
)
from terminal.insured import Insured
from terminal.people import (
    Card,
    Consent,
    FaceComparison,
    FaceDecision,
    Holder,
    IssuerTrust,
    Paper,
    Picture,
    Sex,
)
from terminal.problems import Problem
from terminal.states import (
    Idle,
    State,
)

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
CARD = Card("visit-1", TokenKind.PLASTIC, b"certificate", NOW + timedelta(days=900), 10, 3)
HOLDER = Holder(
    "見本　花子", "東京都架空区見本町１", date(1992, 4, 12), Sex.FEMALE, b"jp2", date(2034, 4, 12), IssuerTrust.CHECKED
)
COVERAGE = Coverage(
    "00138057", "架空区国民健康保険", "１２", "３４５", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None
)
RECORD = Record("見本　花子", "ﾐﾎﾝ ﾊﾅｺ", date(1992, 4, 12), Sex.FEMALE, "東京都架空区見本町１")
OTHER = replace(RECORD, birth_date=date(1961, 8, 30))
MOVED = replace(RECORD, address="東京都架空区旧住所町９")
PAPER = Paper("visit-9", Insured("00138057", "12", "345", "01", date(1992, 4, 12)))


def face(decision: FaceDecision) -> FaceComparison:
    return FaceComparison(decision, 0.5, 3, 2.0, 60.0)


def run(*events: Event, state: State | None = None) -> State:
    state = state or Idle()
    for event in events:
        state = advance(state, event)
    return state


# --- promises for any sequence of events ------------------------------------------------------------------------------

cards = st.builds(
    Card,
    insertion=st.sampled_from(["visit-1", "visit-2"]),
    token=st.sampled_from(TokenKind),
    certificate=st.sampled_from([b"one", b"two"]),
    certificate_ends=st.sampled_from([NOW + timedelta(days=900), NOW - timedelta(days=30), NOW - timedelta(days=400)]),
    card_code_tries=st.sampled_from([None, 0, 1, 2, 10]),
    pin_tries=st.sampled_from([None, 0, 1, 3]),
)
holders = st.sampled_from([HOLDER, replace(HOLDER, portrait=None)])
records = st.sampled_from([RECORD, OTHER, MOVED, replace(RECORD, name=None), replace(RECORD, name="見本　●子")])
replies: st.SearchStrategy[Reply] = st.one_of(
    st.builds(InForce, records, st.just(COVERAGE)),
    st.builds(NotInForce, st.none() | records, st.booleans()),
    st.builds(InForceUnregistered, records, st.just(COVERAGE)),
    st.sampled_from([NotFound(), SeveralFound(), StillRunning(), Refused("E", "")]),
)
problems = st.sampled_from(Problem)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(ReaderLost, problems),
    st.builds(CardLaid, st.sampled_from(["visit-1", "visit-2"])),
    st.builds(CardIdentified, cards, st.just(NOW), st.sampled_from([None, "0" * 14])),
    st.builds(CardCodeEntered, st.just("0" * 14), st.booleans()),
    st.builds(CardCodeRefused, st.integers(0, 10)),
    st.builds(HolderRead, holders),
    st.builds(FaceUnseen, problems, st.just(Picture(1, 1, b"\0\0\0"))),
    st.builds(FaceCompared, st.builds(face, st.sampled_from(FaceDecision))),
    st.builds(PinEntered, st.just("0000")),
    st.builds(PinRefused, st.integers(0, 3)),
    st.builds(PhoneOpened, cards.filter(lambda card: card.token is TokenKind.ANDROID)),
    st.sampled_from([LastTryConfirmed(), LastTryDeclined(), DoubtSettled(SecondSource.INSURER)]),
    st.builds(ConsentGiven, st.frozensets(st.sampled_from(Consent))),
    st.builds(EligibilityAnswered, replies, st.just(NOW)),
    st.builds(EligibilityUnanswered, problems, st.none() | st.just(Recalled(COVERAGE, NOW, date(2026, 12, 1)))),
    st.builds(WorkFailed, problems),
    st.builds(NumbersEntered, st.just(PAPER), st.frozensets(st.just(Consent.LIMIT_AMOUNT))),
    st.sampled_from([ReaderReady(), CardRemoved(), FaceDeclined(), FaceRetried(), OperatorRecognised()]),
    st.sampled_from([OperatorRefused(), PinAccepted(), Cancelled(), WaitedTooLong(), Dismissed(), PatientLeft()]),
    st.builds(LookChosen, st.sampled_from(LookReason)),
    st.builds(Vouched, st.sampled_from([Guardian(GuardianProof.PHOTO_ID), Proxy(Helper.FAMILY)])),
    st.builds(Vouched, st.builds(Emergency, st.sampled_from(EmergencyReason))),
    st.builds(Attended, st.builds(Attendance, st.none() | st.sampled_from(Helper))),
)
