"""The only place where a check-in touches the world: one piece of work in, one event out, whatever happens."""

from collections.abc import Callable
from itertools import takewhile
from typing import assert_never

from terminal.certificate import JST
from terminal.coverage import Question
from terminal.eligibility.check import check
from terminal.events import (
    CardCodeRefused,
    CardIdentified,
    Event,
    FaceCompared,
    FaceUnseen,
    HolderRead,
    PinAccepted,
    PinRefused,
    WorkFailed,
)
from terminal.people import CodeRefused
from terminal.ports import Ports
from terminal.problems import Problem, TerminalError
from terminal.states import CheckingEligibility, CheckingPin, MatchingFace, ReadingCard, ReadingHolder, Work


def perform(work: Work, ports: Ports, is_asked: Callable[[], bool]) -> Event:
    """Does the work that a state stands for. `is_asked` turns false when nobody waits for it any more."""
    try:
        return _perform(work, ports, is_asked)
    except TerminalError as error:
        return WorkFailed(error.problem)


def _perform(work: Work, ports: Ports, is_asked: Callable[[], bool]) -> Event:
    match work:
        case ReadingCard(insertion):
            return CardIdentified(ports.card_reader.identify(insertion), ports.clock.now())
        case ReadingHolder(card, code):
            read = ports.card_reader.read_holder(card, code)
            return CardCodeRefused(read.tries_left) if isinstance(read, CodeRefused) else HolderRead(read)
        case MatchingFace(_, holder):
            if holder.portrait is None:
                raise TerminalError(Problem.PHOTO_ABSENT)
            frames = takewhile(lambda _: is_asked(), ports.camera.frames())
            try:
                return FaceCompared(ports.face_matcher.compare(holder.portrait, frames))
            except TerminalError as error:
                if error.problem is not Problem.CAMERA_ABSENT:
                    raise
                return FaceUnseen(error.problem, ports.face_matcher.show(holder.portrait))
        case CheckingPin(asked, pin):
            refused = ports.card_reader.verify_pin(asked.card, pin)
            return PinRefused(refused.tries_left) if refused else PinAccepted()
        case CheckingEligibility(verified, consents):
            now = ports.clock.now()
            identifier = f"{now.astimezone(JST):%Y%m%d%H%M%S}-{verified.card.insertion[:12]}"
            question = Question(identifier, verified, consents, now.astimezone(JST).date(), now)
            return check(question, ports.eligibility, ports.cache, now)
        case _:
            assert_never(work)
