"""Each check-in of the deck comes to what the deck promises.

They run in one process: a real card interpreter, the real face networks and the real codec, without the wires between.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest

from device.card import reading
from device.card.anchors import Anchors
from device.face.decision import decide
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels
from device.face.portrait import decode
from device.opencv import cv2
from device.virtual.card import VirtualCard
from device.virtual.issuing import PORTRAITS, issue
from terminal.certificate import JST
from terminal.checkin import advance
from terminal.comparison.compare import compare
from terminal.comparison.likeness import Attribute, Likeness
from terminal.coverage import Coverage, Question, Recalled, Reply
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.events import CardLaid, Event
from terminal.people import Card, CodeRefused, FaceComparison, Holder, IssuerTrust, Picture, VerificationMethod
from terminal.perform import perform
from terminal.ports import Ports
from terminal.practice.answers import read_question, write_answer
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, load_deck
from terminal.practice.reaction import reaction
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingOperator,
    Confirmed,
    Ended,
    Idle,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
    Work,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NOW.astimezone(JST).date()
DECK = load_deck()
INSTITUTION = "1312345670"
INSERTION = "the only one"

everybody = pytest.mark.parametrize("person", DECK.values(), ids=list(DECK))


class Desk:
    """Card, camera and service of one person, in one process."""

    def __init__(self, person: Person, card: VirtualCard, anchors: Anchors, faces: "Faces") -> None:
        self.person = person
        self.virtual_card = card
        self.anchors = anchors
        self.faces = faces

    def ports(self) -> Ports:
        return Ports(self, Standing(self.person), self.faces, Service(self.person), Nothing(), Nothing(), Noon())

    def listen(self, tell: object) -> None:
        """The card lies there already."""

    def identify(self, insertion: str) -> Card:
        self.virtual_card.power_off()
        return reading.identify(self.virtual_card.transmit, insertion)

    def read_holder(self, card: Card, code: str) -> Holder | CodeRefused:
        self.virtual_card.power_off()
        return reading.read_holder(self.virtual_card.transmit, code, card.card_code_tries, self.anchors, TODAY)

    def verify_pin(self, card: Card, pin: str) -> CodeRefused | None:
        self.virtual_card.power_off()
        return reading.verify_pin(self.virtual_card.transmit, card, pin, self.anchors, NOW)

    def close(self) -> None: ...


@dataclass
class Service:
    """The practice service without its line."""

    person: Person

    def ask(self, question: Question) -> Reply:
        asked = read_question(encode_question(question, INSTITUTION))
        answer = write_answer(asked, self.person, NOW)
        return decode_reply(answer, question.identifier, INSTITUTION, question.day)

    def close(self) -> None: ...


class Nothing:
    """A store and a journal that keep nothing."""

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None: ...

    def forget(self, certificate: bytes) -> None: ...

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        return None

    def record(self, access: object) -> None: ...

    def close(self) -> None: ...


class Noon:
    """It is always `NOW`."""

    def now(self) -> datetime:
        return NOW


class Standing:
    """The three pictures of whoever stands before the camera."""

    def __init__(self, person: Person) -> None:
        self.face_id = person.behaviour.face or person.id

    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        for n in (1, 2, 3):
            pixels = cv2.imdecode(
                np.frombuffer((PORTRAITS / f"{self.face_id}_cam{n}.jpg").read_bytes(), np.uint8), cv2.IMREAD_COLOR
            )
            assert pixels is not None
            yield Picture(pixels.shape[1], pixels.shape[0], pixels.tobytes())

    def close(self) -> None: ...


class Faces:
    """The face networks, in this process."""

    def __init__(self) -> None:
        self._detector, self._embedder = Detector(), Embedder()

    def compare(self, portrait: bytes, frames: Iterator[Picture]) -> FaceComparison:
        pictures = [np.frombuffer(one.bgr, np.uint8).reshape(one.height, one.width, 3).copy() for one in frames]
        verdict = decide(self._embed(decode(portrait)), [self._embed(picture) for picture in pictures])
        assert verdict is not None
        return FaceComparison(verdict.decision, verdict.similarity, len(pictures), decode_ms=0, match_ms=0)

    def show(self, portrait: bytes) -> Picture:
        photo = decode(portrait)
        return Picture(photo.shape[1], photo.shape[0], photo.tobytes())

    def _embed(self, picture: Pixels) -> Floats:
        return self._embedder.embed(self._embedder.align(picture, self._detector.find(picture)[0]))

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make(NOW)


@pytest.fixture(scope="module")
def anchors(authority: Authority) -> Anchors:
    roots = {root.identifier: root.key.public_key() for root in (authority.surface_root, authority.text_root)}
    return Anchors((authority.authentication_ca,), roots)


@pytest.fixture(scope="module")
def faces() -> Faces:
    return Faces()


@pytest.fixture
def desk(person: Person, authority: Authority, anchors: Anchors, faces: Faces) -> Desk:
    return Desk(person, VirtualCard(issue(person, authority, TODAY)), anchors, faces)


def check_in(desk: Desk) -> tuple[Ended, list[State]]:
    """Runs a check-in without hands; its end, and the states on the way."""
    ports, way = desk.ports(), list[State]([advance(Idle(), CardLaid(INSERTION))])
    while not isinstance(way[-1], Ended) and len(way) < 30:
        way.append(advance(way[-1], _event(desk.person, way[-1], ports)))
    assert isinstance(way[-1], Ended)
    return way[-1], way


def _event(person: Person, state: State, ports: Ports) -> Event:
    event = reaction(person, state)
    if event is None:
        assert isinstance(state, Work)
        event = perform(state, ports, lambda: True)
    return event


def reason_of(end: Ended) -> str:
    match end:
        case Stopped(problem):
            return problem
        case Unconfirmed() | Withheld() | TurnedAway():
            return end.reason
        case _:
            return ""


@everybody
def test_a_check_in_comes_to_what_the_deck_promises(desk: Desk) -> None:
    end, _ = check_in(desk)
    outcome = re.sub(r"(?<!^)(?=[A-Z])", "_", type(end).__name__).lower()
    assert (outcome, reason_of(end)) == (desk.person.outcome, desk.person.reason)


@pytest.mark.parametrize(
    ("person", "method"),
    [
        (DECK[person_id], method)
        for person_id, method in {
            **dict.fromkeys(("p01", "p03", "p07"), VerificationMethod.FACE),
            **dict.fromkeys(("p16", "p22"), VerificationMethod.PIN),
            "p09": VerificationMethod.VISUAL,
        }.items()
    ],
    ids=lambda value: getattr(value, "id", str(value)),
)
def test_the_confirmed_are_verified_as_their_story_says(desk: Desk, method: VerificationMethod) -> None:
    end, _ = check_in(desk)
    assert isinstance(end, Confirmed)
    assert end.verified.method is method
    assert end.verified.holder.issuer is IssuerTrust.CHECKED


def only(person_id: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("person", [DECK[person_id]], ids=[person_id])


@only("p03")
def test_who_mistypes_the_code_once_is_asked_again_and_owes_nothing(desk: Desk) -> None:
    end, way = check_in(desk)
    asked = [state for state in way if isinstance(state, AwaitingCardCode)]
    assert [(state.card.card_code_tries, state.refused) for state in asked] == [
        (10, None),
        (9, Problem.CARD_CODE_WRONG),
    ]
    assert isinstance(end, Confirmed)
    assert end.coverage.copay_percent == 20
    assert desk.identify(INSERTION).card_code_tries == 10


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (DECK["p09"], Problem.FACE_DOUBTFUL),
        (DECK["p20"], Problem.FACE_DIFFERS),
        (DECK["p16"], Problem.PHOTO_ABSENT),
        (DECK["p22"], Problem.FACE_DECLINED),
    ],
    ids=lambda value: getattr(value, "id", str(value)),
)
def test_the_receptionist_is_asked_for_the_reason_of_the_story(desk: Desk, reason: Problem) -> None:
    _, way = check_in(desk)
    assert reason in [state.reason for state in way if isinstance(state, AwaitingOperator)]


@only("p07")
def test_a_name_with_an_unknown_character_is_confirmed_with_a_note(desk: Desk) -> None:
    end, _ = check_in(desk)
    assert isinstance(end, Confirmed)
    assert end.notes == (Problem.RECORD_HAS_UNKNOWN_CHARACTERS,)
    assert end.coverage.copay_percent == 10
    assert end.coverage.relation is None


@only("p22")
def test_variant_kanji_are_one_name(desk: Desk) -> None:
    end, _ = check_in(desk)
    assert isinstance(end, Confirmed)
    assert end.record.name is not None
    assert end.record.name != end.verified.holder.name
    assert compare(end.verified.holder, end.record).likeness(Attribute.NAME) is Likeness.EQUIVALENT


@only("p06")
def test_another_person_of_the_same_name_differs_by_birth_date_alone_among_what_decides(desk: Desk) -> None:
    end, _ = check_in(desk)
    assert isinstance(end, Withheld)
    likeness = end.comparison.likeness
    assert (likeness(Attribute.NAME), likeness(Attribute.SEX)) == (Likeness.EQUAL, Likeness.EQUAL)
    assert likeness(Attribute.BIRTH_DATE) is Likeness.DIFFERENT
