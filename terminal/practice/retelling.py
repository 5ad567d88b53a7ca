"""A recording told again: the state that stood on the windows at each of its moments, with people of the deck. Pure.

A recording names types and closed words alone. Everything else is made here of the invented person: what was typed is
empty, and pictures are those that are handed in. Where a recording is silent, as on who looked and why, so is this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from xml.etree.ElementTree import Element, SubElement

from terminal.aftermath import trouble_of
from terminal.card_token import TokenKind
from terminal.certificate import JST
from terminal.comparison.compare import compare
from terminal.coverage import Coverage, Record
from terminal.eligibility.result import read_coverage, read_record
from terminal.people import (
    Card,
    FaceComparison,
    FaceDecision,
    Holder,
    IssuerTrust,
    Picture,
    VerificationMethod,
    Verified,
)
from terminal.practice.deck import Person
from terminal.practice.session import Kind, Moment, Recording
from terminal.problems import Problem, TerminalError
from terminal.proof_ladder import FullChargeReason, Ladder, Way
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

KEPT_FOR: Final = timedelta(days=1)  # how old a stored answer is made: the recording does not say

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Pictures:
    """Of one person, for the receptionist's look: as the chip has them, and before the camera."""

    portrait: Picture | None = None
    live: Picture | None = None


@dataclass(frozen=True)
class Scene:
    """What stood on the windows at a moment: the state, when, and whose face was before the camera ("": nobody's)."""

    state: State
    at: datetime
    face: str
    is_camera_unplugged: bool = False


def scenes(
    recording: Recording, people: Mapping[str, Person], pictures: Mapping[str, Pictures], began: datetime
) -> list[Scene]:
    """One scene for each moment. Raises `CONFIGURATION_WRONG` for what cannot have happened with this deck."""
    teller, told = _Teller(recording.person, people, pictures, began), []
    for moment in recording.moments:
        at = began + timedelta(seconds=moment.at)
        teller.hear(moment)
        told.append(Scene(teller.state, at, teller.before_camera, teller.is_camera_unplugged))
    return told


class _Teller:
    """Goes through the moments; `state` is what is on the windows by now."""

    def __init__(
        self, person: str, people: Mapping[str, Person], pictures: Mapping[str, Pictures], now: datetime
    ) -> None:
        self.state: State = Idle()
        self.before_camera = ""
        self.is_camera_unplugged = False
        self._people = people
        self._pictures = pictures
        self._now = now
        self._cards = 0
        self._take(person)

    def hear(self, moment: Moment) -> None:
        """The next moment."""
        match moment:
            case Moment(kind=Kind.HAND, name="lay"):
                self._take(moment.words[0] if moment.words else self._person.id)
                self.before_camera = self._person.behaviour.face or self._person.portrait or self._person.id
            case Moment(kind=Kind.HAND, name="take_away"):
                self.before_camera = ""
            case Moment(kind=Kind.HAND, name="unplug_camera" | "plug_camera"):
                self.is_camera_unplugged = moment.name == "unplug_camera"
            case Moment(kind=Kind.SHOWN):
                self.state = self._state(moment.name, moment.words)
            case _:
                pass

    def _take(self, person: str) -> None:
        if person not in self._people:
            raise TerminalError(Problem.CONFIGURATION_WRONG, "the recording is of someone who is not in this deck")
        self._person = self._people[person]

    def _state(self, name: str, words: Sequence[str]) -> State:
        """A state of that type. One whose type this version does not know leaves the windows as they are."""
        problems = _all(Problem, words)
        problem = problems[0] if problems else None
        reason = problem or Problem.PROGRAM_ERROR
        if name == ReadingCard.__name__:
            self._cards += 1
        card, holder = self._card(words), self._holder()
        verified = self._verified(card, words)
        now, day = self._now, self._now.astimezone(JST).date()
        match name:
            case "Idle":
                return Idle(problem)
            case "ReadingCard":
                return ReadingCard(card.insertion)
            case "AwaitingCardCode":
                return AwaitingCardCode(card, problem)
            case "ReadingHolder":
                return ReadingHolder(card, "")
            case "AwaitingPhonePin":
                return AwaitingPhonePin(card, problem)
            case "OpeningPhone":
                return OpeningPhone(card, "")
            case "MatchingFace":
                again = self.state.attempt + 1 if isinstance(self.state, MatchingFace) else 1
                return MatchingFace(card, holder, again)
            case "AwaitingOperator":
                return self._asked(card, words)
            case "CheckingPin":
                return CheckingPin(self._asked(card, words), "")
            case "ConfirmingLastTry":
                return ConfirmingLastTry(self._work(card, words))
            case "AwaitingConsent":
                return AwaitingConsent(verified)
            case "CheckingEligibility":
                return CheckingEligibility(verified, frozenset())
            case "Confirmed":
                record, coverage = self._answer()
                return Confirmed(verified, record, coverage, now, tuple(problems))
            case "Provisional":
                return Provisional(verified, self._answer()[1], now - KEPT_FOR, day + KEPT_FOR, reason)
            case "Unconfirmed":
                return Unconfirmed(card, verified, reason, ladder=_ladder(reason, words))
            case "Withheld":
                return Withheld(verified, compare(holder, self._answer()[0]), reason)
            case "TurnedAway":
                return TurnedAway(card, reason, _ladder(reason, words))
            case "Stopped":
                has_card = bool(_all(TokenKind, words))
                return Stopped(reason, card if has_card else None, _ladder(reason, words))
            case _:
                return self.state

    def _card(self, words: Sequence[str]) -> Card:
        """The tries that were left are not told: none was lost, but for those that a problem speaks of."""
        on_card = self._person.card
        token = next(iter(_all(TokenKind, words)), on_card.token)
        ends = self._now + timedelta(days=on_card.certificate_ends_in_days)
        code_tries, pin_tries = on_card.card_code_tries, on_card.pin_tries
        if Problem.CARD_CODE_WRONG in words:
            code_tries = max(0, code_tries - 1)
        if Problem.PIN_WRONG in words:
            pin_tries = max(0, pin_tries - 1)
        if Problem.CARD_CODE_NEARLY_LOCKED in words:
            code_tries = 1
        if Problem.PIN_NEARLY_LOCKED in words:
            pin_tries = 1
        return Card(f"replay-{self._cards}", token, b"", ends, code_tries, pin_tries)

    def _holder(self) -> Holder:
        person = self._person
        portrait = b"practice" if person.portrait else None  # only whether there is one is looked at
        facts = (person.name, person.address, person.birth_date, person.sex, portrait)
        return Holder(*facts, person.card.expires, IssuerTrust.CHECKED)

    def _verified(self, card: Card, words: Sequence[str]) -> Verified:
        method = next(iter(_all(VerificationMethod, words)), VerificationMethod.FACE)
        return Verified(card, None if card.token is not TokenKind.PLASTIC else self._holder(), method)

    def _asked(self, card: Card, words: Sequence[str]) -> AwaitingOperator:
        problems, decisions = _all(Problem, words), _all(FaceDecision, words)
        seen = self._pictures.get(self._person.id, Pictures())
        face = FaceComparison(decisions[0], None, 0, 0.0, 0.0, seen.portrait, seen.live) if decisions else None
        reason = problems[0] if problems else Problem.FACE_DOUBTFUL
        return AwaitingOperator(card, self._holder(), reason, face, problems[1] if len(problems) > 1 else None)

    def _work(self, card: Card, words: Sequence[str]) -> ReadingHolder | CheckingPin | OpeningPhone:
        """What the last try would be spent on, by what was asked for before."""
        match self.state:
            case AwaitingPhonePin():
                return OpeningPhone(card, "")
            case AwaitingOperator():
                return CheckingPin(self._asked(card, words), "")
            case _:
                return ReadingHolder(card, "")

    def _answer(self) -> tuple[Record, Coverage]:
        """What the practice service knows of the person. Raises `CONFIGURATION_WRONG` where that is nothing."""
        if not self._person.records:
            raise TerminalError(Problem.CONFIGURATION_WRONG, "the recording answers for someone unknown to the service")
        result = Element("ResultOfQualificationConfirmation")
        for name, text in self._person.records[0].elements.items():
            SubElement(result, name).text = text
        return read_record(result), read_coverage(result)


def _ladder(reason: Problem, words: Sequence[str]) -> Ladder | None:
    """How far other proofs were sought; None while none was."""
    shown = tuple(_all(Way, words))
    if not shown:
        return None
    charged = _all(FullChargeReason, words)
    ladder = Ladder(trouble_of(reason), shown)
    return ladder.charge(charged[0]) if charged and not ladder.not_shown else ladder


def _all(kind: type[Word], words: Sequence[str]) -> list[Word]:
    """The words of one set, in their order."""
    return [kind(word) for word in words if word in kind._value2member_map_]
