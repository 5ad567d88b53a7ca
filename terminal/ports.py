"""What a check-in needs of the world, as Protocols. A call blocks within its own time limit, raises `TerminalError`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from terminal.access_log.access import Access
from terminal.card_news import CardNews as CardNews
from terminal.card_token import CodeRefused
from terminal.coverage import Coverage, Question, Recalled, Reply
from terminal.handing_over import Spelling
from terminal.insured import Insured, NumberQuestion
from terminal.people import Card, FaceComparison, Holder, Picture
from terminal.problems import Problem
from terminal.states import Confirmed


class CardReader(Protocol):
    """The reader on the desk. News comes by itself; each question stands alone and leaves the card without power."""

    def listen(self, tell: Callable[[CardNews], None]) -> None:
        """Calls `tell`, from a thread of its own, for each card laid or taken; repeats `ReaderLost` while it lasts."""

    def identify(self, insertion: str) -> Card:
        """Reads what a card shows without a code."""

    def read_holder(self, card: Card, code: str) -> Holder | CodeRefused:
        """Opens the card with its card code (照合番号B), once, and reads the holder.

        Refuses with `TRIES_CHANGED`, sending nothing, when the tries left are not those that `card` tells of: what a
        person saw and confirmed is what is spent. The last try is spent for a `card` alone that tells of it; one that
        hides its tries gets no code (`TRIES_UNKNOWN`).
        """

    def open_phone(self, card: Card, pin: str) -> Card | CodeRefused:
        """Opens a phone with its holder's PIN, once: the card with its certificate; signature and chain are right.

        Raises `CERTIFICATE_EXPIRED` (phones have no grace), `TRIES_CHANGED` as above.
        """

    def verify_pin(self, card: Card, pin: str) -> CodeRefused | None:
        """Has the card sign a challenge with the holder's PIN; None when signature, certificate and chain are right."""

    def close(self) -> None:
        """Ends what was started."""


class Camera(Protocol):
    """One owner of the capture; the preview and the comparison share its frames."""

    def latest(self) -> Picture | None:
        """The newest frame, at most 640 pixels wide; None while there is none. Never waits."""

    def frames(self) -> Iterator[Picture]:
        """Each newer frame as it comes. Raises `CAMERA_ABSENT` when none comes for a while."""

    def close(self) -> None:
        """Lets go of the device."""


class FaceMatcher(Protocol):
    """Compares one living face with one chip photo. Keeps nothing."""

    def compare(self, portrait: bytes, frames: Iterator[Picture]) -> FaceComparison:
        """Takes frames until it can decide or its time is up. `portrait` is JPEG 2000 from the chip: hostile bytes."""

    def show(self, portrait: bytes) -> Picture:
        """The chip photo as a picture, for a person's own look. Raises `PHOTO_UNUSABLE`."""

    def close(self) -> None:
        """Ends what was started."""


class EligibilityService(Protocol):
    """Online: whoever can say whether a coverage is in force."""

    def ask(self, question: Question) -> Reply:
        """Asks once, within a time limit."""

    def close(self) -> None:
        """Lets go of the line."""


@runtime_checkable
class NumberService(Protocol):
    """Whoever can say so by the numbers of a 資格確認書, without a card."""

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        """Asks once, within a time limit."""


class NumberAnswers(Protocol):
    """Answers that were asked for by number, such as those about booked patients from the night before."""

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        """Keeps a confirmed answer in place of the one before."""

    def forget_by_number(self, insured: Insured) -> None:
        """Drops what was kept."""

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        """The stored answer, None when there is none or its end has come."""


@dataclass(frozen=True)
class ByNumber:
    """What questions without a card need."""

    service: NumberService
    answers: NumberAnswers


class ReceiptOutput(Protocol):
    """Where confirmed answers go for the receipt computer."""

    def look(self, confirmed: Confirmed, spelling: Spelling) -> tuple[tuple[str, str], ...]:
        """Fields, each with a character that cannot be written; none: it can be handed over as it is."""

    def hand_over(self, confirmed: Confirmed, spelling: Spelling) -> tuple[tuple[str, str], ...]:
        """Hands it over, once; else nothing is written, and this is why. Raises `RECEIPT_FOLDER_AWAY`."""


class OfflineCache(Protocol):
    """Confirmed answers, encrypted on this machine, for an outage; found by the certificate's keyed hash."""

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None:
        """Keeps a confirmed answer in place of the one before."""

    def forget(self, certificate: bytes) -> None:
        """Drops what was kept: the service has said since that it does not hold any more."""

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        """The stored answer, None when there is none or its end has come."""

    def close(self) -> None:
        """Closes the file."""


class CardCodes(Protocol):
    """Card codes that patients want remembered: encrypted on this machine, each so that only its own card opens it."""

    def remember(self, certificate: bytes, code: str, card_expires: date, now: datetime) -> None:
        """Keeps a code for the card with this certificate until the policy's end, at most as long as the card lasts."""

    def recall(self, certificate: bytes, now: datetime) -> str | None:
        """The code; None when there is none or its end has come."""

    def forget(self, certificate: bytes) -> None:
        """Drops what was kept."""

    def close(self) -> None:
        """Closes the file."""


class Journal(Protocol):
    """The access log: append-only, tamper-evident."""

    def record(self, access: Access) -> None:
        """Returns once the entry is on disk. Raises `JOURNAL_FAILED` otherwise, and then nothing may be shown."""

    def close(self) -> None:
        """Closes the file."""


class Outbox(Protocol):
    """Checks that were made offline, to be asked again when the line is back."""

    def queue(self, question: Question, shown: Coverage | None, reason: Problem) -> None:
        """Returns once it is on disk and in the log, both or neither. `shown` is what stood in for the answer.

        Raises `JOURNAL_FAILED`. A question that is queued already stays as it is.
        """

    def close(self) -> None:
        """Closes the file."""


class Clock(Protocol):
    """The time, as the desk takes it."""

    def now(self) -> datetime:
        """An aware datetime."""


@dataclass(frozen=True)
class Ports:
    """Everything that a check-in touches."""

    card_reader: CardReader
    camera: Camera
    face_matcher: FaceMatcher
    eligibility: EligibilityService
    cache: OfflineCache
    card_codes: CardCodes
    journal: Journal
    clock: Clock
    outbox: Outbox | None = None  # where there is none, nothing is asked again
    by_number: ByNumber | None = None  # where there is none, nobody is asked about without a card
    receipt: ReceiptOutput | None = None  # where there is none, nothing is handed over
