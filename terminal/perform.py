"""The only place where a check-in touches the world: one piece of work in, one event out, whatever happens."""

import logging
from collections.abc import Callable
from datetime import datetime
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
    PhoneOpened,
    PinAccepted,
    PinRefused,
    WorkFailed,
)
from terminal.people import Card, CodeRefused, Holder
from terminal.ports import Ports
from terminal.problems import Problem, TerminalError
from terminal.states import (
    CheckingEligibility,
    CheckingPin,
    MatchingFace,
    OpeningPhone,
    ReadingCard,
    ReadingHolder,
    Work,
)

_log = logging.getLogger(__name__)


def perform(work: Work, ports: Ports, is_asked: Callable[[], bool]) -> Event:
    """Does the work that a state stands for. `is_asked` turns false when nobody waits for it any more."""
    try:
        return _perform(work, ports, is_asked)
    except TerminalError as error:
        return WorkFailed(error.problem)


def _perform(work: Work, ports: Ports, is_asked: Callable[[], bool]) -> Event:
    match work:
        case ReadingCard(insertion):
            card, now = ports.card_reader.identify(insertion), ports.clock.now()
            return CardIdentified(card, now, _recalled_code(card, ports, now))
        case ReadingHolder(card, code):
            read = ports.card_reader.read_holder(card, code)
            _keep_code(work, read, ports)
            return CardCodeRefused(read.tries_left) if isinstance(read, CodeRefused) else HolderRead(read)
        case OpeningPhone(card, pin):
            opened = ports.card_reader.open_phone(card, pin)
            return PinRefused(opened.tries_left) if isinstance(opened, CodeRefused) else PhoneOpened(opened)
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
            return check(question, ports.eligibility, ports.cache, now, ports.outbox)
        case _:
            assert_never(work)


def _recalled_code(card: Card, ports: Ports, now: datetime) -> str | None:
    if not card.certificate:
        return None
    try:
        return ports.card_codes.recall(card.certificate, now)
    except TerminalError as error:  # then it is typed
        _log.warning("no card code could be recalled: %s", error.problem)
        return None


def _keep_code(work: ReadingHolder, read: Holder | CodeRefused, ports: Ports) -> None:
    """Remembers a code that the card accepted, as its holder wished; drops one that it did not."""
    try:
        if isinstance(read, CodeRefused):
            ports.card_codes.forget(work.card.certificate)
        elif work.is_kept:
            ports.card_codes.remember(work.card.certificate, work.code, read.card_expires, ports.clock.now())
    except TerminalError as error:  # the next visit begins with typing; this one goes on
        _log.warning("the card codes were not brought up to date: %s", error.problem)
