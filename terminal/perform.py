"""The only place where a check-in touches the world: one piece of work in, one event out, whatever happens."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import assert_never

from terminal.card_token import CodeRefused
from terminal.certificate import JST
from terminal.coverage import Question
from terminal.eligibility.check import check, check_by_number
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
    ResultHandedOver,
    ResultLookedAt,
    WorkFailed,
)
from terminal.handing_over import HandingOver, Looking
from terminal.people import Card, Holder
from terminal.ports import Ports
from terminal.problems import Problem, TerminalError
from terminal.states import (
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    MatchingFace,
    OpeningPhone,
    ReadingCard,
    ReadingHolder,
    Work,
)

_log = logging.getLogger(__name__)


def perform(work: Work | Confirmed, ports: Ports, is_asked: Callable[[], bool]) -> Event:
    """Does the work that a state stands for. `is_asked` turns false when nobody waits for it any more."""
    try:
        return _perform(work, ports, is_asked)
    except TerminalError as error:
        return WorkFailed(error.problem)


def _perform(work: Work | Confirmed, ports: Ports, is_asked: Callable[[], bool]) -> Event:
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
        case MatchingFace(_, holder, _, look):
            if holder.portrait is None:
                raise TerminalError(Problem.PHOTO_ABSENT)
            if look:
                return FaceUnseen(Problem.FACE_DECLINED, ports.face_matcher.show(holder.portrait))
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
        case CheckingEligibility():
            return _check(work, ports)
        case Confirmed():
            return _hand_over(work, ports)
        case _:
            assert_never(work)


def _check(work: CheckingEligibility, ports: Ports) -> Event:
    """Asks with the card; of whoever came with a paper by its numbers."""
    verified, now = work.verified, ports.clock.now()
    identifier, day = f"{now.astimezone(JST):%Y%m%d%H%M%S}-{verified.card.insertion[:12]}", now.astimezone(JST).date()
    question = Question(identifier, verified, work.consents, day, now)
    if question.numbers is None:
        return check(question, ports.eligibility, ports.cache, now, ports.outbox)
    if ports.by_number is None:
        raise TerminalError(Problem.CONFIGURATION_WRONG, "no service is asked by number")
    queue = partial(ports.outbox.queue, question) if ports.outbox else None
    by_number = ports.by_number
    return check_by_number(question.numbers, by_number.service.ask_by_number, by_number.answers, now, queue)


def _hand_over(confirmed: Confirmed, ports: Ports) -> Event:
    """The next step towards the receipt computer: a look whether all can be written, then, on record, the files."""
    if ports.receipt is None:
        raise TerminalError(Problem.CONFIGURATION_WRONG, "nothing is handed over")
    match confirmed.receipt:
        case HandingOver(spelling):
            untaken = ports.receipt.hand_over(confirmed, spelling)
            return ResultLookedAt(untaken) if untaken else ResultHandedOver()
        case Looking(spelling):
            return ResultLookedAt(ports.receipt.look(confirmed, spelling))
        case _:
            return ResultLookedAt(ports.receipt.look(confirmed, ()))


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
