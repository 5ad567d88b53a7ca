"""Each check-in of the deck comes to what the deck promises, and all together meet what a reception meets.

They run in one process: a real card interpreter, the real face networks and the real codec, without the wires between.
Each runs once; the tests look at its end and at the states on its way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest

from device.card import reading
from device.card.anchors import Anchors, load_anchors
from device.card.apdu import Transmit
from device.face.decision import decide
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels
from device.face.portrait import decode
from device.virtual.camera import camera_pictures
from device.virtual.card import VirtualCard
from device.virtual.issuing import issue
from terminal.attendance import Attendance, Helper, Place
from terminal.card_code import TRIES_FULL
from terminal.card_token import CodeRefused, TokenKind
from terminal.certificate import JST
from terminal.checkin import advance
from terminal.coverage import Coverage, Question, Recalled, Reply
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.events import CardLaid
from terminal.people import Card, Consent, FaceComparison, Holder, IssuerTrust, Picture, VerificationMethod
from terminal.perform import perform
from terminal.ports import Ports
from terminal.practice.answers import read_question, write_answer
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, load_deck
from terminal.practice.reaction import reaction
from terminal.problems import Problem, TerminalError
from terminal.recording import outcome_of
from terminal.states import (
    AwaitingCardCode,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    Confirmed,
    ConfirmingLastTry,
    Ended,
    Idle,
    State,
    Work,
    card_of,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NOW.astimezone(JST).date()
DECK = load_deck(TODAY)
INSTITUTION = "1312345670"
INSERTION = "the only one"

METHODS = {  # of the confirmed; the others by face
    **dict.fromkeys(("p16", "p22", "p31", "p51"), VerificationMethod.PIN),
    **dict.fromkeys(("p09", "p39", "p43"), VerificationMethod.VISUAL),
    "p59": VerificationMethod.GUARDIAN,
    "p60": VerificationMethod.PROXY,
    "p63": VerificationMethod.EMERGENCY,
}

everybody = pytest.mark.parametrize("person_id", DECK)


class Desk:
    """Card, camera, service and clock of one person, in one process: every port but faces and what is remembered."""

    def __init__(self, person: Person, card: VirtualCard, anchors: Anchors, faces: "Faces") -> None:
        self.person = person
        self.virtual_card = card
        self.anchors = anchors
        self.is_line_cut = False
        self.ports = Ports(self, self, faces, self, Remembered(), NoCardCodes(), self, self)
        self.way: list[State] = [advance(Idle(), CardLaid(INSERTION))]

    @property
    def end(self) -> Ended:
        assert isinstance(self.way[-1], Ended), self.way[-1]
        return self.way[-1]

    def check_in(self) -> None:
        """Runs the check-in without hands."""
        while not isinstance(state := self.way[-1], Ended) and len(self.way) < 40:
            event = reaction(self.person, state)
            if event is None:
                assert isinstance(state, Work)
                event = perform(state, self.ports, lambda: True)
            self.way.append(advance(state, event))

    def listen(self, tell: object) -> None:
        """The card lies there already."""

    def identify(self, insertion: str) -> Card:
        return reading.identify(self._powered_up(), insertion)

    def read_holder(self, card: Card, code: str) -> Holder | CodeRefused:
        return reading.read_holder(self._powered_up(), code, card.card_code_tries, self.anchors, TODAY)

    def open_phone(self, card: Card, pin: str) -> Card | CodeRefused:
        return reading.open_phone(self._powered_up(), card, pin, self.anchors, NOW)

    def verify_pin(self, card: Card, pin: str) -> CodeRefused | None:
        return reading.verify_pin(self._powered_up(), card, pin, self.anchors, NOW)

    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        person = self.person
        for pixels in camera_pictures(person.behaviour.face or person.portrait or person.id):
            yield Picture(pixels.shape[1], pixels.shape[0], pixels.tobytes())

    def ask(self, question: Question) -> Reply:
        if self.is_line_cut:
            raise TerminalError(Problem.LINE_DOWN)
        asked = read_question(encode_question(question, INSTITUTION))
        return decode_reply(write_answer(asked, self.person, NOW), question.identifier, INSTITUTION, question.day)

    def record(self, access: object) -> None: ...

    def now(self) -> datetime:
        return NOW

    def close(self) -> None: ...

    def _powered_up(self) -> Transmit:
        self.virtual_card.power_off()
        return self.virtual_card.transmit


@dataclass
class Remembered:
    """A store in memory."""

    answers: dict[bytes, Recalled] = field(default_factory=dict)

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None:
        self.answers[certificate] = Recalled(coverage, as_of, TODAY)

    def forget(self, certificate: bytes) -> None:
        self.answers.pop(certificate, None)

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        return self.answers.get(certificate)

    def close(self) -> None: ...


class NoCardCodes:
    """Nobody wants the code remembered."""

    def remember(self, certificate: bytes, code: str, card_expires: object, now: datetime) -> None: ...

    def recall(self, certificate: bytes, now: datetime) -> str | None:
        return None

    def forget(self, certificate: bytes) -> None: ...

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


CheckedIn = Callable[[str], Desk]


@pytest.fixture(scope="module")
def checked_in(tmp_path_factory: pytest.TempPathFactory) -> CheckedIn:
    """The desk of a person after their check-in, which runs when it is first asked for."""
    home, authority = tmp_path_factory.mktemp("home"), Authority.make(NOW)
    authority.save(home)
    anchors, faces, desks = load_anchors(home / "anchors"), Faces(), dict[str, Desk]()

    def desk_of(person_id: str) -> Desk:
        if person_id not in desks:
            person = DECK[person_id]
            desks[person_id] = desk = Desk(person, VirtualCard(issue(person, authority, TODAY)), anchors, faces)
            desk.check_in()
        return desks[person_id]

    return desk_of


@everybody
def test_a_check_in_comes_to_what_the_deck_promises(checked_in: CheckedIn, person_id: str) -> None:
    outcome, reason = outcome_of(checked_in(person_id).end)
    assert (outcome, reason or "") == (DECK[person_id].outcome, DECK[person_id].reason)


@everybody
def test_a_check_in_meets_what_the_deck_says_and_nothing_else(checked_in: CheckedIn, person_id: str) -> None:
    way, person = checked_in(person_id).way, DECK[person_id]
    named = {getattr(state, name, None) for state in way for name in ("reason", "refused", "problem")}
    noted = {note for state in way for note in getattr(state, "notes", ())}
    assert {*filter(None, named), *noted} == {*person.meets, person.reason} - {""}


@everybody
def test_with_the_line_cut_only_who_was_confirmed_gets_an_answer_and_it_is_provisional(
    checked_in: CheckedIn, person_id: str
) -> None:
    desk = checked_in(person_id)
    asking = [state for state in desk.way if isinstance(state, CheckingEligibility)]
    is_over_before = desk.person.outcome in ("stopped", "turned_away")
    assert bool(asking) != (is_over_before or desk.person.reason == Problem.CERTIFICATE_EXPIRED)
    for state in asking:
        desk.is_line_cut = True
        end = advance(state, perform(state, desk.ports, lambda: True))
        assert isinstance(end, Ended)
        expected = "provisional" if desk.person.outcome == "confirmed" else "unconfirmed"
        assert outcome_of(end) == (expected, Problem.LINE_DOWN)


@pytest.mark.parametrize("person_id", [person.id for person in DECK.values() if person.outcome == "confirmed"])
def test_the_confirmed_are_verified_as_their_story_says(checked_in: CheckedIn, person_id: str) -> None:
    desk = checked_in(person_id)
    assert isinstance(desk.end, Confirmed)
    verified = desk.end.verified
    assert verified.method is METHODS.get(person_id, VerificationMethod.FACE)
    if verified.holder is None:
        assert desk.person.card.token is TokenKind.ANDROID
    else:
        assert verified.holder.issuer is IssuerTrust.CHECKED


@pytest.mark.parametrize(
    ("person_id", "asked"),
    [
        ("p03", [(10, None), (9, Problem.CARD_CODE_WRONG)]),
        ("p30", [(10, None), (9, Problem.CARD_CODE_WRONG), (8, Problem.CARD_CODE_WRONG)]),
        ("p37", [(1, Problem.CARD_CODE_NEARLY_LOCKED)]),
    ],
)
def test_who_has_fewer_tries_sees_them_and_owes_none_in_the_end(
    checked_in: CheckedIn, person_id: str, asked: list[tuple[int, Problem | None]]
) -> None:
    desk = checked_in(person_id)
    seen = [(state.card.card_code_tries, state.refused) for state in desk.way if isinstance(state, AwaitingCardCode)]
    assert seen == asked
    assert any(isinstance(state, ConfirmingLastTry) for state in desk.way) == (asked[-1][0] == 1)
    assert desk.identify(INSERTION).card_code_tries == TRIES_FULL


@pytest.mark.parametrize("person_id", ["p39", "p54"])
def test_a_last_try_that_is_kept_is_still_there(checked_in: CheckedIn, person_id: str) -> None:
    desk = checked_in(person_id)
    card = desk.identify(INSERTION)
    assert (card.card_code_tries, card.pin_tries) == (desk.person.card.card_code_tries, desk.person.card.pin_tries)
    assert 1 in (card.card_code_tries, card.pin_tries)


def test_a_wrong_pin_is_asked_for_again_with_the_tries_left(checked_in: CheckedIn) -> None:
    asked = [state for state in checked_in("p31").way if isinstance(state, AwaitingOperator)]
    assert [(state.card.pin_tries, state.refused) for state in asked] == [(3, None), (2, Problem.PIN_WRONG)]


def test_who_consents_to_nothing_is_asked_about_with_nothing(checked_in: CheckedIn) -> None:
    consents = {
        person_id: state.consents
        for person_id in DECK
        for state in checked_in(person_id).way
        if isinstance(state, CheckingEligibility)
    }
    without = {person_id for person_id, given in consents.items() if not given}
    assert without == {"p29", "p60", "p63"}  # of whom two could not be asked
    consents = {person_id: given for person_id, given in consents.items() if given}
    assert set(consents.values()) == {frozenset(Consent)}


def test_who_is_with_a_patient_is_known_from_the_first_wait_to_the_end(checked_in: CheckedIn) -> None:
    for person_id, helper, place in (("p61", Helper.CARER, Place.CLINIC), ("p62", Helper.CARER, Place.CARE_HOME)):
        for state in checked_in(person_id).way[3:]:
            card = card_of(state)
            assert card is not None
            assert card.attendance == Attendance(helper, place)


def test_a_phone_is_asked_for_its_pin_and_its_holder_is_nobody_to_compare(checked_in: CheckedIn) -> None:
    way = checked_in("p51").way
    assert any(isinstance(state, AwaitingPhonePin) for state in way)
    assert not any(isinstance(state, AwaitingCardCode | AwaitingOperator) for state in way)
