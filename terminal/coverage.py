"""What the eligibility service is asked, and what it can answer: one type an answer, no boolean "valid". Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from terminal.insured import NumberQuestion
from terminal.people import Card, Consent, Paper, Sex, Verified


class SecondSource(StrEnum):
    """What settles a doubt about whose record an answer is: something that is not the answer itself."""

    CERTIFICATE = "certificate"  # the patient's own 資格確認書 or 資格情報のお知らせ
    PORTAL = "portal"  # the patient's own マイナポータル screen
    CHART = "chart"  # the clinic's chart of an earlier visit
    INSURER = "insurer"  # asked by telephone


class Relation(StrEnum):
    """The subscriber or a dependant (OQSCD009)."""

    SUBSCRIBER = "1"
    DEPENDANT = "2"


@dataclass(frozen=True)
class Certificate:
    """What is certified beside a coverage, from when to when; both days are in it, None is open or not said."""

    starts: date | None
    ends: date | None
    percent: int | None = None  # of 高齢受給者証
    # of 限度額適用認定証, which say how much a patient pays at most:
    category: str = field(default="", repr=False)  # 適用区分, in the service's words
    category_code: str = field(default="", repr=False)
    issued: date | None = None
    long_term: date | None = None  # 長期入院該当年月日


@dataclass(frozen=True)
class Coverage:
    """A health insurance as FHIR Coverage has it. `copay_percent` is None where the answer has no ratio (under 70).

    The certificates are of the day's answer and never kept: the patient lets the clinic see them for that day.
    """

    insurer_number: str = field(repr=False)  # 8 digits, zero-padded
    insurer_name: str = field(repr=False)
    symbol: str = field(repr=False)
    subscriber_id: str = field(repr=False)
    branch: str = field(repr=False)  # 2 digits, or empty
    relation: Relation | None
    copay_percent: int | None
    starts: date | None
    ends: date | None  # last day in force; None: open
    elderly_certificate: Certificate | None = None  # 高齢受給者証, from 70 to 74
    limit_certificate: Certificate | None = None  # 限度額適用認定証, where the patient consents


@dataclass(frozen=True)
class Record:
    """Whom an answer is about, as the insurer knows them; None where the answer does not say."""

    name: str | None = field(repr=False)
    kana: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: Sex | None = field(repr=False)
    address: str | None = field(repr=False)


@dataclass(frozen=True)
class Question:
    """Is this verified holder's coverage in force on `day`? `identifier` is the same in every retry of one question."""

    identifier: str
    verified: Verified
    consents: frozenset[Consent]
    day: date
    asked_at: datetime

    @property
    def card(self) -> Card:
        """The card that the question is put with. Who came with a paper is asked about by `numbers`."""
        if not isinstance(self.verified.card, Card):
            raise TypeError("a paper is asked about by its numbers")
        return self.verified.card

    @property
    def numbers(self) -> NumberQuestion | None:
        """The same question by the numbers of the paper that somebody came with; None of whoever came with a card."""
        if not isinstance(self.verified.card, Paper):
            return None
        limit_amount = Consent.LIMIT_AMOUNT in self.consents
        return NumberQuestion(self.identifier, self.verified.card.insured, self.day, limit_amount)


@dataclass(frozen=True)
class InForce:
    """OQS 1: in force on the day asked about."""

    record: Record
    coverage: Coverage
    service_note: str = ""


@dataclass(frozen=True)
class NotInForce:
    """OQS 2 and 3: ended; `newer_exists` says that the person has another coverage by now."""

    record: Record | None
    newer_exists: bool
    service_note: str = ""


@dataclass(frozen=True)
class NotFound:
    """OQS 4: nobody matches."""


@dataclass(frozen=True)
class SeveralFound:
    """OQS 5: more than one matches. The choice is never ours."""


@dataclass(frozen=True)
class InForceUnregistered:
    """OQS 6, medical aid: in force, but this clinic is not on a ticket."""

    record: Record
    coverage: Coverage


@dataclass(frozen=True)
class StillRunning:
    """SegmentOfResult 2: the service is still looking."""


@dataclass(frozen=True)
class Refused:
    """SegmentOfResult 9 or ProcessingResultStatus 2: a system or request error, in the service's own words."""

    code: str
    message: str = field(repr=False)


Reply = InForce | NotInForce | NotFound | SeveralFound | InForceUnregistered | StillRunning | Refused


@dataclass(frozen=True)
class Recalled:
    """A stored answer: what was confirmed at `as_of`, usable as provisional up to and with `ends`."""

    coverage: Coverage
    as_of: datetime
    ends: date


@dataclass(frozen=True)
class LastVisit:
    """What was to be paid the last time, when, and by which coverage."""

    day: date
    percent: int
    coverage: Coverage | None = field(default=None, repr=False, compare=False)
