"""Whom and what a check-in is about: the card, its holder, a picture. Pure; personal fields never show in `repr`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from terminal.attendance import ALONE, Attendance
from terminal.card_token import TokenKind
from terminal.insured import Insured


class Sex(StrEnum):
    """ISO/IEC 5218 (JIS X 0303), as the card and the service write it."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_APPLICABLE = "9"


class IssuerTrust(StrEnum):
    """Whether the key that signed the card's data was itself signed by a root that an administrator imported."""

    CHECKED = "checked"
    UNKNOWN = "unknown"


class VerificationMethod(StrEnum):
    """How the person at the desk was found to be the card's holder."""

    FACE = "face"
    PIN = "pin"
    VISUAL = "visual"
    PAPER = "paper"  # without a card: the receptionist holds the 資格確認書 and looks at the person
    GUARDIAN = "guardian"  # of a child whose card has no photo: the receptionist looked at what the guardian showed
    PROXY = "proxy"  # the patient is not there: the receptionist looked at the document of whoever came
    EMERGENCY = "emergency"  # nobody could be asked; looked at again afterwards


class Consent(StrEnum):
    """What a patient may let the clinic see. Each is asked on its own; silence is no."""

    LIMIT_AMOUNT = "limit_amount"
    MEDICINES = "medicines"
    CHECKUPS = "checkups"


@dataclass(frozen=True)
class ConsentText:
    """Which words somebody answered to: `digest` is the SHA-256, in hex, of the sentences, a newline after each."""

    id: str
    language: str
    digest: str


@dataclass(frozen=True)
class Picture:
    """An image in memory: `height` rows of `width` pixels, 3 bytes each in the order blue, green, red."""

    width: int
    height: int
    bgr: bytes = field(repr=False)


@dataclass(frozen=True)
class Card:
    """A card as it shows itself before any code is given.

    `insertion` is new each time a card is laid, so that a swapped card is never taken for this one; it also names the
    visit in the journal. `certificate` is the user-authentication certificate (DER): opaque, yet it identifies someone.
    Tries are those left; None where the card does not report them.
    """

    insertion: str
    token: TokenKind
    certificate: bytes = field(repr=False)
    certificate_ends: datetime
    card_code_tries: int | None
    pin_tries: int | None
    attendance: Attendance = ALONE

    @property
    def subject(self) -> bytes:
        """What the person goes by in the journal, which stores a keyed pseudonym of it."""
        return self.certificate


@dataclass(frozen=True)
class Paper:
    """A 資格確認書 in the receptionist's hand, by the numbers typed from it. `insertion` names the visit."""

    insertion: str
    insured: Insured = field(repr=False)
    attendance: Attendance = ALONE

    @property
    def subject(self) -> bytes:
        """What the person goes by in the journal, which stores a keyed pseudonym of it."""
        return self.insured.key


Evidence = Card | Paper  # what a person came with


@dataclass(frozen=True)
class Holder:
    """The person a card was issued to, as the signed chip says. `portrait` is JPEG 2000; None if absent."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)
    portrait: bytes | None = field(repr=False)
    card_expires: date
    issuer: IssuerTrust


@dataclass(frozen=True)
class Verified:
    """A holder found to be the person at the desk. A phone tells nothing of its holder, nor does a paper: None."""

    card: Evidence
    holder: Holder | None
    method: VerificationMethod


class FaceDecision(StrEnum):
    """What comparing the living face with the chip photo came to. Only `ACCEPTED` lets anyone in."""

    ACCEPTED = "accepted"
    DOUBTFUL = "doubtful"
    DIFFERENT = "different"
    NO_FACE = "no_face"
    PHOTO_UNUSABLE = "photo_unusable"


@dataclass(frozen=True)
class FaceComparison:
    """A decision with what it rests on. `similarity` is a cosine, -1 to 1; the pictures are for the receptionist."""

    decision: FaceDecision
    similarity: float | None
    frames_used: int
    decode_ms: float
    match_ms: float
    portrait: Picture | None = field(default=None, repr=False)
    live: Picture | None = field(default=None, repr=False)
    attack: tuple[str, ...] = ()  # signs of a print or a screen, advisory: words that the receptionist reads
