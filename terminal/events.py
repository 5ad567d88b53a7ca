"""What can happen in a check-in: what hands do, what ports answer. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from terminal.attendance import Attendance, LookReason, Voucher
from terminal.card_news import CardLaid as CardLaid  # "as": whoever takes events from here finds these, too
from terminal.card_news import CardRemoved as CardRemoved
from terminal.card_news import ReaderLost as ReaderLost
from terminal.card_news import ReaderReady as ReaderReady
from terminal.coverage import LastVisit, Recalled, Reply, SecondSource
from terminal.handing_over import Spelling
from terminal.people import Card, Consent, ConsentText, FaceComparison, Holder, Paper, Picture
from terminal.problems import Problem
from terminal.proof_ladder import FullChargeReason, Way


@dataclass(frozen=True)
class CardIdentified:
    """`ReadingCard` is done. `code` is the card code that was remembered for this card at the holder's wish."""

    card: Card
    at: datetime
    code: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class CardCodeEntered:
    """Someone typed the card code, having seen how many tries are left; `keep`: it is to be remembered."""

    code: str = field(repr=False)
    keep: bool = False


@dataclass(frozen=True)
class CardCodeRefused:
    """The card did not accept the code."""

    tries_left: int


@dataclass(frozen=True)
class HolderRead:
    """`ReadingHolder` is done."""

    holder: Holder


@dataclass(frozen=True)
class FaceCompared:
    """`MatchingFace` is done."""

    face: FaceComparison


@dataclass(frozen=True)
class FaceUnseen:
    """`MatchingFace` saw nobody, because of `problem`; the chip photo is there for the receptionist's own look."""

    problem: Problem
    portrait: Picture


@dataclass(frozen=True)
class FaceDeclined:
    """The patient would rather not be looked at by a camera."""


@dataclass(frozen=True)
class LookChosen:
    """The receptionist looks, for this patient only, and the camera is not waited for."""

    reason: LookReason


@dataclass(frozen=True)
class FaceRetried:
    """Someone asks for the camera once more."""


@dataclass(frozen=True)
class OperatorRecognised:
    """The receptionist looked at photo and person, for this patient only, and says that they are the same."""


@dataclass(frozen=True)
class OperatorRefused:
    """The receptionist looked, and says that they are not."""


@dataclass(frozen=True)
class Vouched:
    """The receptionist saw what lets somebody else speak for the patient, or goes on without a word in an emergency."""

    voucher: Voucher


@dataclass(frozen=True)
class Attended:
    """Who is with the patient, and where, as the receptionist says."""

    attendance: Attendance


@dataclass(frozen=True)
class PinEntered:
    """The holder typed the PIN, having seen how many tries are left."""

    pin: str = field(repr=False)


@dataclass(frozen=True)
class LastTryConfirmed:
    """Asked a second time, someone wants the last try spent."""


@dataclass(frozen=True)
class LastTryDeclined:
    """Asked a second time, someone would rather keep it."""


@dataclass(frozen=True)
class DoubtSettled:
    """The receptionist holds a second source beside the answer, and it says that the record is the patient's."""

    source: SecondSource


@dataclass(frozen=True)
class PhoneOpened:
    """`OpeningPhone` is done: its certificate is in `card`, and signature and chain are right."""

    card: Card


@dataclass(frozen=True)
class PinRefused:
    """The card did not accept the PIN."""

    tries_left: int


@dataclass(frozen=True)
class PinAccepted:
    """The card signed the challenge, and signature and certificate are right."""


@dataclass(frozen=True)
class ConsentGiven:
    """The patient answered; what is not in `consents` was not agreed to. `text` is what they read."""

    consents: frozenset[Consent]
    text: ConsentText | None = field(default=None, compare=False)  # the answer is the same in any language


@dataclass(frozen=True)
class NumbersEntered:
    """Someone without a card: the receptionist holds the 資格確認書, looked at it and at the person, and typed it."""

    paper: Paper
    consents: frozenset[Consent]


@dataclass(frozen=True)
class EligibilityAnswered:
    """The service replied at `as_of`; `last` is what the store knew of the visit before."""

    reply: Reply
    as_of: datetime
    last: LastVisit | None = None


@dataclass(frozen=True)
class EligibilityUnanswered:
    """The service could not be asked; `recalled` is what the store holds."""

    problem: Problem
    recalled: Recalled | None = None


@dataclass(frozen=True)
class WayShown:
    """The patient was shown one more way to prove a coverage."""

    way: Way


@dataclass(frozen=True)
class ProofSeen:
    """The receptionist holds a proof in hand, or the patient's signed word."""

    way: Way


@dataclass(frozen=True)
class DeclarationPrinted:
    """The clinic's own sheet is about to be printed with what is known of the patient."""


@dataclass(frozen=True)
class FullPriceCharged:
    """The full price is to be charged after all."""

    reason: FullChargeReason


@dataclass(frozen=True)
class ResultLookedAt:
    """Fields of a confirmed answer, each with a character that the receipt computer cannot take; none: it can go."""

    untaken: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True)
class SpellingChosen:
    """A person chose what is written for characters that the receipt computer cannot take."""

    spelling: Spelling = field(repr=False)


@dataclass(frozen=True)
class ResultHandedOver:
    """The files lie where the receipt computer looks; or they do not, because of `problem`."""

    problem: Problem | None = None


@dataclass(frozen=True)
class HandOverRetried:
    """Someone wants the result handed over after all."""


@dataclass(frozen=True)
class WorkFailed:
    """The work that was under way ended with a problem."""

    problem: Problem


@dataclass(frozen=True)
class Cancelled:
    """The patient or the receptionist ends the check-in."""


@dataclass(frozen=True)
class WaitedTooLong:
    """Nobody did anything for as long as `patience` allows."""


@dataclass(frozen=True)
class StillThere:
    """The patient is still at it: how long a state waits begins anew. Nothing else changes."""


@dataclass(frozen=True)
class Dismissed:
    """Reception is done with the ended check-in; the next patient may come."""


@dataclass(frozen=True)
class PatientLeft:
    """The patient is done with what the end says to them; reception may have more to do about it."""


Event = (
    ReaderLost | ReaderReady | CardLaid | CardRemoved | CardIdentified | CardCodeEntered | CardCodeRefused | HolderRead
    | FaceCompared | FaceUnseen | FaceDeclined | FaceRetried | OperatorRecognised | OperatorRefused | PinEntered
    | PinRefused | PinAccepted | PhoneOpened | LastTryConfirmed | LastTryDeclined | ConsentGiven | EligibilityAnswered
    | EligibilityUnanswered | DoubtSettled | WorkFailed | Cancelled | WaitedTooLong | Dismissed | NumbersEntered
    | WayShown | ProofSeen | DeclarationPrinted | FullPriceCharged | ResultLookedAt | SpellingChosen | ResultHandedOver
    | HandOverRetried | StillThere | LookChosen | Vouched | Attended | PatientLeft
)  # fmt: skip
