"""A desk that checks people of the deck in, with cards, faces and a service in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from device.card import reading
from device.card.anchors import Anchors
from device.card.apdu import Transmit
from device.face.decision import decide
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels
from device.face.portrait import decode
from device.virtual.camera import camera_pictures
from device.virtual.card import VirtualCard
from terminal.card_token import CodeRefused
from terminal.certificate import JST
from terminal.checkin import advance
from terminal.coverage import Coverage, Question, Recalled, Reply
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.events import CardLaid
from terminal.people import Card, FaceComparison, Holder, Picture
from terminal.perform import perform
from terminal.ports import Ports
from terminal.practice.answers import read_question, write_answer
from terminal.practice.deck import Person
from terminal.practice.reaction import reaction
from terminal.problems import Problem, TerminalError
from terminal.states import (
    Ended,
    Idle,
    State,
    Work,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NOW.astimezone(JST).date()
INSTITUTION = "1312345670"
INSERTION = "the only one"


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
