"""The check-in, whole: `advance(state, event)` gives the next state. Pure: no clock, no I/O, no Qt.

The type of a state says what is waited for: `Work` for the machine, `Waiting` for a person, `Ended` for nothing more.
An event that a state does not wait for changes nothing. Nobody reaches an answer without having been `Verified`.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from terminal.aftermath import follow
from terminal.answering import answered, carried, settled, unanswered
from terminal.attendance import Attendance, Emergency, Guardian, LookReason, Proxy, Voucher, attended_by
from terminal.card_code import TRIES_FULL
from terminal.card_token import TokenKind
from terminal.certificate import certificate_problem
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
from terminal.people import Card, FaceComparison, FaceDecision, Holder, VerificationMethod, Verified
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
    Ended,
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
    card_of,
    is_kept,
    ladder_of,
)

FACE_ATTEMPTS = 2


def advance(state: State, event: Event) -> State:
    """The state after an event; the very same object when the event changes nothing."""
    match state, event:
        # a new card always begins anew: nothing of one patient is there for the next
        case _, CardLaid(insertion):
            return ReadingCard(insertion)
        case AwaitingConsent() | CheckingEligibility(), CardRemoved() | ReaderLost() | ReaderReady():
            return state  # the holder is verified, the card has done its part
        case (
            (Idle() | Confirmed() | Provisional() | Unconfirmed() | Withheld() | TurnedAway() | Stopped()),
            (NumbersEntered(paper, consents)),
        ):
            verified = Verified(paper, None, VerificationMethod.PAPER)
            return CheckingEligibility(verified, consents, carried(ladder_of(state)))
        case Idle(), ReaderLost(problem):
            return state if state.problem is problem else Idle(problem)
        case Idle(), ReaderReady():
            return Idle() if state.problem else state
        case Idle(), _:
            return state

        case Stopped(Problem.CARD_REMOVED), CardRemoved():
            return state  # the reading failed before the reader's news came: the reason stays to be seen
        case Withheld(), DoubtSettled():
            return settled(state)
        case Confirmed() | Provisional() | Unconfirmed() | Withheld() | TurnedAway() | Stopped(), _:
            return Idle() if _is_over(state, event) else follow(state, event)

        case _, CardRemoved():
            return Stopped(Problem.CARD_REMOVED, card_of(state))
        case _, ReaderLost(problem):
            return Stopped(problem, card_of(state))
        case _, Cancelled():
            return Stopped(Problem.CANCELLED, card_of(state))
        case _, WaitedTooLong():
            return Stopped(Problem.WAITED_TOO_LONG, card_of(state))
        case ((AwaitingCardCode() | AwaitingPhonePin() | AwaitingOperator() | AwaitingConsent()), Attended(attendance)):
            return _attended(state, attendance)
        case AwaitingConsent(verified), Vouched(Emergency()):  # the camera knew them, and they cannot be asked
            return CheckingEligibility(replace(verified, method=VerificationMethod.EMERGENCY), frozenset())
        case ((MatchingFace(card, holder) | AwaitingOperator(card, holder)), Vouched(voucher)):
            return _vouched(card, holder, voucher) or state

        case ReadingCard(), CardIdentified(card, at, code):
            return _identified(card, at, code)
        case AwaitingCardCode(card), CardCodeEntered(code, keep):
            return _unless_last(ReadingHolder(card, code, is_kept=keep), card.card_code_tries)
        case ReadingHolder(card), CardCodeRefused(tries_left):
            card = replace(card, card_code_tries=tries_left)
            return _ask_card_code(card, Problem.CARD_CODE_CHANGED if state.is_recalled else Problem.CARD_CODE_WRONG)
        case ReadingHolder(card), HolderRead(holder):
            if holder.portrait is None:
                return AwaitingOperator(card, holder, Problem.PHOTO_ABSENT)
            return MatchingFace(card, holder)

        case MatchingFace(look=None), FaceDeclined():
            return replace(state, look=LookReason.PATIENT_WISHES)
        case MatchingFace(look=None), LookChosen(look):
            return replace(state, look=look)
        case MatchingFace(card, holder, attempt, None), FaceCompared(face):
            return _face_compared(card, holder, attempt, face)
        case MatchingFace(card, holder, _, look), FaceUnseen(problem, portrait):
            unseen = FaceComparison(FaceDecision.NO_FACE, None, 0, 0.0, 0.0, portrait)
            return AwaitingOperator(card, holder, Problem.FACE_DECLINED if look else problem, unseen, look=look)
        case MatchingFace(card, holder, _, look), WorkFailed(problem):  # doubt goes to a person, not to a refusal
            return AwaitingOperator(card, holder, Problem.FACE_DECLINED if look else problem, look=look)
        case AwaitingOperator(card, holder), FaceRetried() if holder.portrait is not None:
            return MatchingFace(card, holder, FACE_ATTEMPTS)
        case AwaitingOperator(card, holder), OperatorRecognised() if holder.portrait is not None:
            return AwaitingConsent(Verified(card, holder, VerificationMethod.VISUAL))
        case AwaitingOperator(card), OperatorRefused():
            return TurnedAway(card, Problem.OPERATOR_REFUSED)
        case AwaitingOperator(card), PinEntered(pin):
            return _unless_last(CheckingPin(state, pin), card.pin_tries)
        case CheckingPin(asked), PinAccepted():
            return AwaitingConsent(Verified(asked.card, asked.holder, VerificationMethod.PIN))
        case CheckingPin(asked), PinRefused(tries_left):
            refused = Problem.PIN_LOCKED if tries_left == 0 else Problem.PIN_WRONG
            return replace(asked, card=replace(asked.card, pin_tries=tries_left), refused=refused)
        case CheckingPin(asked), WorkFailed(
            (Problem.PIN_LOCKED | Problem.PIN_NEARLY_LOCKED | Problem.TRIES_CHANGED | Problem.TRIES_UNKNOWN) as problem
        ):
            left = {Problem.PIN_LOCKED: 0, Problem.PIN_NEARLY_LOCKED: 1}.get(problem, asked.card.pin_tries)
            return replace(asked, card=replace(asked.card, pin_tries=left), refused=problem)

        case AwaitingPhonePin(card), PinEntered(pin):
            return _unless_last(OpeningPhone(card, pin), card.pin_tries)
        case OpeningPhone(), PhoneOpened(card):
            return AwaitingConsent(Verified(card, None, VerificationMethod.PIN))
        case OpeningPhone(card), PinRefused(tries_left):
            return _ask_phone_pin(replace(card, pin_tries=tries_left), Problem.PIN_WRONG)
        case OpeningPhone(card), WorkFailed(Problem.CERTIFICATE_EXPIRED as problem):
            return Unconfirmed(card, None, problem)

        case ConfirmingLastTry(work), LastTryConfirmed():
            return work
        case ConfirmingLastTry(CheckingPin(asked)), LastTryDeclined():
            return asked
        case ConfirmingLastTry(), LastTryDeclined():
            return Stopped(Problem.LAST_TRY_KEPT, card_of(state))

        case AwaitingConsent(verified), ConsentGiven(consents):
            return CheckingEligibility(verified, consents)
        case CheckingEligibility(), EligibilityAnswered():
            return answered(state, event)
        case CheckingEligibility(), EligibilityUnanswered() | WorkFailed():
            return unanswered(state, event)

        case ReadingCard() | ReadingHolder() | OpeningPhone() | CheckingPin(), WorkFailed(problem):
            return Stopped(problem, card_of(state))
        case _:
            return state


def _attended(
    state: AwaitingCardCode | AwaitingPhonePin | AwaitingOperator | AwaitingConsent, attendance: Attendance
) -> State:
    """The same wait, with whoever is there: work is never begun anew by it."""
    card = card_of(state)
    if card is None or card.attendance == attendance:
        return state
    if isinstance(state, AwaitingConsent):
        return AwaitingConsent(replace(state.verified, card=replace(card, attendance=attendance)))
    return replace(state, card=replace(state.card, attendance=attendance))


def _vouched(card: Card, holder: Holder, voucher: Voucher) -> State | None:
    """Without the patient's own word nothing is consented to; a guardian is only for whom no photo can speak."""
    card = replace(card, attendance=attended_by(voucher, card.attendance))
    match voucher:
        case Guardian() if holder.portrait is None:
            return AwaitingConsent(Verified(card, holder, VerificationMethod.GUARDIAN))
        case Guardian():
            return None
        case Proxy():
            return CheckingEligibility(Verified(card, holder, VerificationMethod.PROXY), frozenset())
        case Emergency():
            return CheckingEligibility(Verified(card, holder, VerificationMethod.EMERGENCY), frozenset())


def _is_over(state: Ended, event: Event) -> bool:
    """Whether an end makes room for the next: the patient's leaving counts as little as the card's."""
    is_left = isinstance(event, CardRemoved | PatientLeft)
    return isinstance(event, Dismissed | WaitedTooLong) or (is_left and not is_kept(state))


def _identified(card: Card, at: datetime, code: str | None) -> State:
    match card.token:
        case TokenKind.IPHONE:
            return Stopped(Problem.CARD_IS_PHONE, card)  # its holder shows the face to the phone, not a PIN to us
        case TokenKind.ANDROID:
            return _ask_phone_pin(card)
        case TokenKind.PLASTIC if certificate_problem(card, at) is Problem.CERTIFICATE_EXPIRED:
            return Unconfirmed(card, None, Problem.CERTIFICATE_EXPIRED)  # before the patient does anything for nothing
        case TokenKind.PLASTIC if code and card.card_code_tries == TRIES_FULL:
            return ReadingHolder(card, code, is_recalled=True)  # with less, no try is spent that nobody asked for
        case TokenKind.PLASTIC:
            return _ask_card_code(card)
        case _:
            assert_never(card.token)


def _ask_card_code(card: Card, refused: Problem | None = None) -> State:
    match card.card_code_tries:
        case 0:
            return Stopped(Problem.CARD_CODE_LOCKED, card)
        case 1:
            return AwaitingCardCode(card, Problem.CARD_CODE_NEARLY_LOCKED)
        case _:
            return AwaitingCardCode(card, refused)


def _ask_phone_pin(card: Card, refused: Problem | None = None) -> State:
    match card.pin_tries:
        case 0:
            return Stopped(Problem.PIN_LOCKED, card)
        case 1:
            return AwaitingPhonePin(card, Problem.PIN_NEARLY_LOCKED)
        case _:
            return AwaitingPhonePin(card, refused)


def _unless_last(work: ReadingHolder | CheckingPin | OpeningPhone, tries: int | None) -> State:
    """The work, or first the question whether the last try is to be spent on it."""
    return ConfirmingLastTry(work) if tries == 1 else work


def _face_compared(card: Card, holder: Holder, attempt: int, face: FaceComparison) -> State:
    match face.decision:
        case FaceDecision.ACCEPTED:
            return AwaitingConsent(Verified(card, holder, VerificationMethod.FACE))
        case FaceDecision.DIFFERENT | FaceDecision.NO_FACE if attempt < FACE_ATTEMPTS:
            return MatchingFace(card, holder, attempt + 1)
        case FaceDecision.DIFFERENT:
            return AwaitingOperator(card, holder, Problem.FACE_DIFFERS, face)
        case FaceDecision.DOUBTFUL:
            return AwaitingOperator(card, holder, Problem.FACE_DOUBTFUL, face)
        case FaceDecision.NO_FACE:
            return AwaitingOperator(card, holder, Problem.FACE_NOT_FOUND, face)
        case FaceDecision.PHOTO_UNUSABLE:
            return AwaitingOperator(card, holder, Problem.PHOTO_UNUSABLE, face)
