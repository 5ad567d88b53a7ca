"""The states of a check-in. The type of a state says what is waited for. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import assert_never

from terminal.attendance import LookReason
from terminal.comparison.likeness import Comparison
from terminal.coverage import Coverage, LastVisit, Record
from terminal.handing_over import HandedOver, HeldBack, NotHandedOver, Standing
from terminal.people import Card, Consent, Evidence, FaceComparison, Holder, Paper, Verified
from terminal.problems import Problem
from terminal.proof_ladder import Ladder


@dataclass(frozen=True)
class Idle:
    """Ready for the next patient, or `problem` says why not."""

    problem: Problem | None = None


@dataclass(frozen=True)
class ReadingCard:
    """Work: read what the card shows without a code."""

    insertion: str


@dataclass(frozen=True)
class AwaitingCardCode:
    """Waiting for the 14 digits of the card code; `refused` says why they are asked for again."""

    card: Card
    refused: Problem | None = None


@dataclass(frozen=True)
class ReadingHolder:
    """Work: spend one try of the card code, read photo and attributes, check what is signed.

    With `is_kept` the patient wants the code remembered if the card accepts it; with `is_recalled` it was remembered.
    """

    card: Card
    code: str = field(repr=False)
    is_kept: bool = False
    is_recalled: bool = False


@dataclass(frozen=True)
class AwaitingPhonePin:
    """Waiting for the PIN of a phone, which has no card code and no photo."""

    card: Card
    refused: Problem | None = None


@dataclass(frozen=True)
class OpeningPhone:
    """Work: spend one try of the PIN, read the phone's certificate, have it sign a challenge."""

    card: Card
    pin: str = field(repr=False)


@dataclass(frozen=True)
class MatchingFace:
    """Work: compare the living face with the chip photo; with a `look`, only open the photo for the receptionist."""

    card: Card
    holder: Holder
    attempt: int = 1
    look: LookReason | None = None


@dataclass(frozen=True)
class AwaitingOperator:
    """Waiting for the receptionist's own look at photo and person, or for the holder's PIN. `reason` says why.

    `look` is there where a person chose it, and no camera was to be used.
    """

    card: Card
    holder: Holder
    reason: Problem
    face: FaceComparison | None = None
    refused: Problem | None = None
    look: LookReason | None = None


@dataclass(frozen=True)
class CheckingPin:
    """Work: spend one try of the PIN. `asked` is where it was asked for."""

    asked: AwaitingOperator
    pin: str = field(repr=False)


@dataclass(frozen=True)
class ConfirmingLastTry:
    """Waiting for an explicit second yes: were the code typed wrongly, this last try would lock it. `work` holds it."""

    work: ReadingHolder | CheckingPin | OpeningPhone


@dataclass(frozen=True)
class AwaitingConsent:
    """Waiting for the patient's yes or no to each consent. The card may be taken away by now."""

    verified: Verified


@dataclass(frozen=True)
class CheckingEligibility:
    """Work: ask the service, else the store. `ladder` is what was shown before a paper was asked about."""

    verified: Verified
    consents: frozenset[Consent]
    ladder: Ladder | None = None


@dataclass(frozen=True)
class Confirmed:
    """Answer: in force, the service said so at `as_of`. `notes` are said beside it.

    `last` is what was to be paid at the visit before, where that is known. `receipt` is how it stands with the receipt
    computer; None: nothing was begun.
    """

    verified: Verified
    record: Record
    coverage: Coverage
    as_of: datetime
    notes: tuple[Problem, ...] = ()
    last: LastVisit | None = None
    receipt: Standing | None = None


@dataclass(frozen=True)
class Provisional:
    """Answer: a stored one, confirmed at `as_of`, usable to `ends`. Never shown or handed on as `Confirmed`."""

    verified: Verified
    coverage: Coverage
    as_of: datetime
    ends: date
    reason: Problem


@dataclass(frozen=True)
class Unconfirmed:
    """Answer: nobody says that a coverage is in force; `reason` says why, `ladder` how far other proofs were sought."""

    card: Evidence
    verified: Verified | None
    reason: Problem
    service_code: str = ""
    service_words: str = field(default="", repr=False)  # verbatim, for the receptionist
    ladder: Ladder | None = None


@dataclass(frozen=True)
class Withheld:
    """The answer may be about someone else: nothing of it is shown, only which attributes differ.

    `held` is what is shown once a second source has settled the doubt; where there is no doubt, but certainty that the
    record is another person's, nothing settles it.
    """

    verified: Verified
    comparison: Comparison
    reason: Problem = Problem.RECORD_DIFFERS
    held: Confirmed | Unconfirmed | None = field(default=None, repr=False)


@dataclass(frozen=True)
class TurnedAway:
    """The person at the desk was not found to be the holder."""

    card: Card
    reason: Problem
    ladder: Ladder | None = None


@dataclass(frozen=True)
class Stopped:
    """The check-in could not go on; nothing is kept of it."""

    problem: Problem
    card: Evidence | None = None
    ladder: Ladder | None = None


Work = ReadingCard | ReadingHolder | OpeningPhone | MatchingFace | CheckingPin | CheckingEligibility
Waiting = Idle | AwaitingCardCode | AwaitingPhonePin | AwaitingOperator | ConfirmingLastTry | AwaitingConsent
Answer = Confirmed | Provisional | Unconfirmed | Withheld
Ended = Answer | TurnedAway | Stopped
Unproved = Unconfirmed | TurnedAway | Stopped  # no answer: other proofs are sought
State = Work | Waiting | Ended


def card_of(state: State) -> Evidence | None:
    """The card, or the paper, that a state is about; None while none was identified."""
    match state:
        case AwaitingCardCode() | ReadingHolder() | MatchingFace() | AwaitingOperator():
            return state.card
        case AwaitingPhonePin() | OpeningPhone():
            return state.card
        case Unconfirmed() | TurnedAway() | Stopped():
            return state.card
        case CheckingPin():
            return state.asked.card
        case ConfirmingLastTry():
            return card_of(state.work)
        case AwaitingConsent() | CheckingEligibility() | Confirmed() | Provisional() | Withheld():
            return state.verified.card
        case Idle() | ReadingCard():
            return None
        case _:
            assert_never(state)


def ladder_of(state: State) -> Ladder | None:
    """How far other proofs were sought; None where they were not."""
    return state.ladder if isinstance(state, Unconfirmed | TurnedAway | Stopped) else None


def is_kept(state: State) -> bool:
    """Whether an ended state stays when card and patient leave: it is about a paper, or reception has more to do."""
    is_to_hand_over = isinstance(state, Confirmed) and not isinstance(state.receipt, HandedOver | None)
    is_to_settle = isinstance(state, Withheld | Unconfirmed | TurnedAway)  # what to do next must outlast the card
    return isinstance(card_of(state), Paper) or ladder_of(state) is not None or is_to_hand_over or is_to_settle


def patience(state: State) -> timedelta | None:
    """How long a state waits for a person before `WaitedTooLong`; None: for ever, or for work, which has a limit."""
    match state:
        case Idle() | ReadingCard() | ReadingHolder() | MatchingFace() | CheckingPin() | CheckingEligibility():
            return None
        case OpeningPhone():
            return None
        case ConfirmingLastTry():
            return timedelta(minutes=1)  # it holds a code
        case AwaitingOperator():
            return timedelta(minutes=10)
        case AwaitingCardCode() | AwaitingPhonePin() | AwaitingConsent():
            return timedelta(minutes=5)
        case Withheld() | Unconfirmed() | TurnedAway() | Stopped(ladder=Ladder()):
            return timedelta(minutes=10)  # someone looks for a paper, prints a report, or fills in a form
        case Confirmed(receipt=HeldBack() | NotHandedOver()):
            return timedelta(minutes=10)  # someone sees to it
        case _:
            return timedelta(minutes=2)
