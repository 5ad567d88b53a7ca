"""One invented patient, and every state of a check-in with that patient in it: what each window is tested with.

All of it is frozen: a test that needs another patient takes `replace` of this one.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from terminal.card_token import TokenKind
from terminal.comparison.compare import compare
from terminal.coverage import Coverage, Record, Relation
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    Idle,
    MatchingFace,
    OpeningPhone,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
)
from ui.patient.laid_picture import DRAWN

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # 9:30 in Japan
CODE, PIN = "58040120301234", "4071"

CARD = Card("v1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)
PHONE = replace(CARD, token=TokenKind.ANDROID, certificate=b"", card_code_tries=None)
HOLDER = Holder("見本　花子", "架空区", date(1983, 4, 1), Sex.FEMALE, b"jp2", date(2034, 4, 1), IssuerTrust.CHECKED)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
RECORD = Record("見本　花子", "ﾐﾎﾝ ﾊﾅｺ", date(1983, 4, 1), Sex.FEMALE, "架空区")
OTHER = Record("他人　太郎", "ﾀﾆﾝ ﾀﾛｳ", date(1950, 5, 5), Sex.MALE, "別の町")
COVERAGE = Coverage("01130012", "見本健康保険組合", "12", "3456", "01", Relation.SUBSCRIBER, 30, date(2020, 4, 1), None)

ASKING_CODE, ASKING_PHONE = AwaitingCardCode(CARD), AwaitingPhonePin(PHONE)
ASKING_PIN = AwaitingOperator(CARD, HOLDER, Problem.FACE_DECLINED)
WITHOUT_PHOTO = AwaitingOperator(CARD, replace(HOLDER, portrait=None), Problem.PHOTO_ABSENT)
LAST_TRY = ConfirmingLastTry(ReadingHolder(CARD, CODE))
CONFIRMED = Confirmed(VERIFIED, RECORD, COVERAGE, NOW)
PROVISIONAL = Provisional(VERIFIED, COVERAGE, NOW - timedelta(hours=14), date(2026, 12, 1), Problem.LINE_DOWN)
WITHHELD = Withheld(VERIFIED, compare(HOLDER, OTHER))

ENDS: dict[str, State] = {
    "confirmed": CONFIRMED,
    "confirmed_phone": replace(
        CONFIRMED, verified=Verified(PHONE, None, VerificationMethod.PIN), notes=(Problem.HOLDER_NOT_COMPARED,)
    ),
    "confirmed_ends_soon": replace(CONFIRMED, notes=(Problem.CERTIFICATE_ENDS_SOON,)),
    "provisional": PROVISIONAL,
    "unconfirmed": Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_ENDED),
    "withheld": WITHHELD,
    "turned_away": TurnedAway(CARD, Problem.OPERATOR_REFUSED),
    "stopped": Stopped(Problem.CARD_REMOVED, CARD),
    **{f"stopped_{problem}": Stopped(problem) for problem in DRAWN},
}
STATES: dict[str, State] = {
    "idle": Idle(),
    "idle_reader_absent": Idle(Problem.READER_ABSENT),
    "reading_card": ReadingCard("v1"),
    "card_code": ASKING_CODE,
    "card_code_again": AwaitingCardCode(replace(CARD, card_code_tries=2), Problem.CARD_CODE_WRONG),
    "reading_holder": ReadingHolder(CARD, CODE),
    "phone_pin": ASKING_PHONE,
    "phone_pin_last_try": AwaitingPhonePin(replace(PHONE, pin_tries=1), Problem.PIN_NEARLY_LOCKED),
    "opening_phone": OpeningPhone(PHONE, PIN),
    "last_try_card_code": LAST_TRY,
    "last_try_pin": ConfirmingLastTry(CheckingPin(ASKING_PIN, PIN)),
    "face": MatchingFace(CARD, HOLDER),
    "face_again": MatchingFace(CARD, HOLDER, 2),
    "operator": ASKING_PIN,
    "operator_pin_wrong": replace(ASKING_PIN, card=replace(CARD, pin_tries=2), refused=Problem.PIN_WRONG),
    "operator_last_try": replace(ASKING_PIN, card=replace(CARD, pin_tries=1), refused=Problem.PIN_NEARLY_LOCKED),
    "operator_pin_locked": replace(ASKING_PIN, card=replace(CARD, pin_tries=0), refused=Problem.PIN_LOCKED),
    "operator_without_photo": WITHOUT_PHOTO,
    "checking_pin": CheckingPin(ASKING_PIN, PIN),
    "consent": AwaitingConsent(VERIFIED),
    "checking_eligibility": CheckingEligibility(VERIFIED, frozenset()),
    **ENDS,
}
