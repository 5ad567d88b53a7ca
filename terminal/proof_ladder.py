"""What can still prove a coverage when the check gave no answer, in order, as data. Pure.

After the ministry's notice of 10 July 2023 (保発0710第1号). Law: the full price is charged to nobody before every other
way was shown, and then only with a reason; a `FullCharge` that was not earned so cannot be made.
"""

from dataclasses import dataclass, replace
from enum import StrEnum, auto


class Trouble(StrEnum):
    """Why there is no answer."""

    NOT_REGISTERED_YET = auto()  # the lag after a new job or a move
    READER_OR_CARD = auto()
    CERTIFICATE_ENDED = auto()
    OUTAGE = auto()  # the line, the power, or the service


class Way(StrEnum):
    """One rung of the ladder."""

    CERTIFICATE = auto()  # 資格確認書
    PORTAL = auto()  # the patient's マイナポータル, on the screen or as a PDF kept before
    NOTICE_WITH_CARD = auto()  # 資格情報のお知らせ together with the card
    NUMBER_QUERY = auto()  # from what the clinic already knows
    DECLARATION = auto()  # 被保険者資格申立書


class Proves(StrEnum):
    """What a way comes to."""

    COVERAGE = auto()  # proof in itself
    ANSWER = auto()  # the service's own word
    PATIENTS_WORD = auto()  # enough for the ordinary share, to be followed up


class Shown(StrEnum):
    """What the patient has to have with them."""

    PAPER = auto()
    PHONE = auto()
    CARD_AND_PAPER = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class Step:
    """A way, what it takes, what it proves, and the one after it; None: there is none but the full price."""

    way: Way
    takes: Shown
    proves: Proves
    next: Way | None


STEPS = {
    step.way: step
    for step in (
        Step(Way.CERTIFICATE, Shown.PAPER, Proves.COVERAGE, Way.PORTAL),
        Step(Way.PORTAL, Shown.PHONE, Proves.COVERAGE, Way.NOTICE_WITH_CARD),
        Step(Way.NOTICE_WITH_CARD, Shown.CARD_AND_PAPER, Proves.COVERAGE, Way.NUMBER_QUERY),
        Step(Way.NUMBER_QUERY, Shown.NOTHING, Proves.ANSWER, Way.DECLARATION),
        Step(Way.DECLARATION, Shown.NOTHING, Proves.PATIENTS_WORD, None),
    )
}
FIRST = Way.CERTIFICATE


class FullChargeReason(StrEnum):
    """Why the full price is charged after all. A closed set: nothing about a person is written into it."""

    PATIENT_SAYS_NOT_INSURED = auto()
    PATIENT_DECLINES_DECLARATION = auto()
    PATIENT_WISHES_TO = auto()  # to be paid back by the insurer later
    NOT_COVERED_TREATMENT = auto()


class ClaimBy(StrEnum):
    """With which number a visit on the patient's word is claimed, the first that there is."""

    CURRENT_NUMBER = auto()  # found since
    PAST_NUMBER = auto()
    SEVENS = auto()  # every number field filled with 7; address and telephone of the form in 摘要欄


class LadderSkipped(ValueError):  # noqa: N818  # what happened
    """The full price was about to be charged with ways that were not shown."""

    def __init__(self, not_shown: tuple[Way, ...]) -> None:
        super().__init__(", ".join(not_shown))
        self.not_shown = not_shown


@dataclass(frozen=True)
class Ladder:
    """How far one patient's visit has come: which ways were shown, in which order."""

    trouble: Trouble
    shown: tuple[Way, ...] = ()
    sheets: int = 0  # of the declaration that were printed
    end: "Way | FullChargeReason | None" = None  # by what it was proved, or why the full price is charged

    def __post_init__(self) -> None:
        if isinstance(self.end, FullChargeReason) and (not_shown := self.not_shown):
            raise LadderSkipped(not_shown)

    @property
    def step(self) -> Step | None:
        """The next way to show; None when all were."""
        left = self.not_shown
        return STEPS[left[0]] if left else None

    @property
    def not_shown(self) -> tuple[Way, ...]:
        """What is left, in order."""
        return tuple(way for way in ways(self.trouble) if way not in self.shown)

    def show(self, way: Way) -> "Ladder":
        """One more way was shown; in whatever order, each counts once."""
        return self if way in self.shown else replace(self, shown=(*self.shown, way))

    def print_sheet(self) -> "Ladder":
        """One more declaration is printed, which shows that way, too."""
        return replace(self.show(Way.DECLARATION), sheets=self.sheets + 1)

    def prove(self, way: Way) -> "Ladder":
        """It is proved, or declared, by a way that the receptionist holds in hand."""
        return replace(self.show(way), end=way)

    def charge(self, reason: "FullChargeReason") -> "Ladder":
        """The full price after all. Raises `LadderSkipped` when anything was left out."""
        return replace(self, end=reason)


@dataclass(frozen=True)
class FullCharge:
    """The full price, with what was shown before and why. Raises `LadderSkipped` when anything was left out."""

    ladder: Ladder
    reason: FullChargeReason

    def __post_init__(self) -> None:
        if not_shown := self.ladder.not_shown:
            raise LadderSkipped(not_shown)


def ways(trouble: Trouble) -> tuple[Way, ...]:
    """The ways there are: in an outage nobody can be asked by number."""
    way: Way | None = FIRST
    found = []
    while way is not None:
        if not (trouble is Trouble.OUTAGE and way is Way.NUMBER_QUERY):
            found.append(way)
        way = STEPS[way].next
    return tuple(found)


def claim_by(*, has_current_number: bool, has_past_number: bool) -> ClaimBy:
    """How a visit on the patient's word is claimed."""
    if has_current_number:
        return ClaimBy.CURRENT_NUMBER
    return ClaimBy.PAST_NUMBER if has_past_number else ClaimBy.SEVENS
