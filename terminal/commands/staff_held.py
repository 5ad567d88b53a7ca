"""Enrolling what a person holds: a security key that answers twice, or a staff card that shows one number twice.

A key's PIN is typed unseen, given to the key, and kept nowhere; a card's number is hashed in the reader's own process.
"""

import argparse
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from device.card.readers import Readers
from device.staff.keys import FidoKeys
from device.staff.reader import StaffReader
from offline_cache.staff import SqlRoster
from terminal.commands.staff_room import StaffRoom
from terminal.configuration.settings import Configuration, Staff
from terminal.problems import Problem, TerminalError
from terminal.staff.policy import Act
from terminal.staff.ports import CardDoubt, LaidCard
from terminal.staff.security_key import Answer, KeyFault, Question, Touch, enrolled, proved, question_to

WAIT_S: Final = 30.0
_AGAIN_S: Final = 0.5

Ask = Callable[[str, threading.Event], Answer | KeyFault]


def staff_reader_of(configuration: Configuration | None, card_key: bytes) -> StaffReader | None:
    """The staff's own reader, where the configuration names one. Close it at the end."""
    readers = Readers(staff=configuration.reader.staff).of_staff if configuration else None
    return StaffReader(card_key, readers) if readers else None


def desk_reader(configuration: Configuration, roster: SqlRoster) -> StaffReader | None:
    """The same for a desk, which leaves the reader to other programs until somebody's card or key is enrolled."""
    is_wanted = any(member.card or member.key for member in roster.members())
    return staff_reader_of(configuration, roster.card_key) if is_wanted else None


def change_key(room: StaffRoom, asked: argparse.Namespace) -> None:
    """Enrols a person's security key in place of the one before, or removes it."""
    actor = room.authorised(Act.CHANGE_STAFF)
    member = room.known(asked.id)
    if asked.remove:
        room.keep(replace(member, key=b""), "key_removed", actor)
        return
    with ExitStack() as furniture:
        reader = staff_reader_of(room.configuration, room.roster.card_key)
        if reader is not None:
            furniture.callback(reader.close)
            reader.listen(lambda laid: None)
        keys, must_verify = FidoKeys(reader), room.roster.policy().is_key_verified
        settings = room.configuration.staff if room.configuration else Staff()
        pin = _Pin(room)
        _say(f"Plug in the security key of {member.id}, or lay it on the staff's reader, and touch it.")
        making = Question(settings.key_domain, must_verify=must_verify)
        made = enrolled(Touch(making, _answer(lambda pin, stop: keys.make(making, member.id, pin, stop), pin)))
        if made is None:
            raise TerminalError(Problem.STAFF_UNFIT, "the security key made no credential for this desk")
        _say("Touch it once more.")
        proving = question_to(made.write(), must_verify=must_verify)
        kept = proved(made.write(), Touch(proving, _answer(lambda pin, stop: keys.prove(proving, pin, stop), pin)))
    if not isinstance(kept, bytes):
        raise TerminalError(Problem.STAFF_UNFIT, "the security key does not answer with what it has just made")
    room.keep(replace(member, key=kept), "key_enrolled", actor)


def change_card(room: StaffRoom, asked: argparse.Namespace) -> None:
    """Enrols a person's staff card in place of the one before, or removes it."""
    actor = room.authorised(Act.CHANGE_STAFF)
    member = room.known(asked.id)
    if asked.remove:
        room.keep(replace(member, card=b""), "card_removed", actor)
        return
    reader = staff_reader_of(room.configuration, room.roster.card_key)
    if reader is None:
        raise TerminalError(Problem.STAFF_UNFIT, "the configuration names no reader for staff: [reader] staff")
    try:
        news: queue.SimpleQueue[LaidCard] = queue.SimpleQueue()
        reader.listen(news.put)
        _say(f"Lay the staff card of {member.id} on the staff's reader.")
        card = _laid(news)
        _say("Take it away, and lay it down once more.")
        if card != _laid(news):
            raise TerminalError(Problem.STAFF_UNFIT, "another card, or one that shows another number each time")
    finally:
        reader.close()
    if any(other.card == card and other.id != member.id for other in room.roster.members()):
        raise TerminalError(Problem.STAFF_UNFIT, "somebody else has that card")
    room.keep(replace(member, card=card), "card_enrolled", actor)
    if not room.roster.policy().is_card_factor:
        _say("A card's number can be copied: it only says who comes, until `uketsuke staff policy --card on`.")


class _Pin:
    """The key's PIN, asked for when the key wants it, and once."""

    def __init__(self, room: StaffRoom) -> None:
        self._ask = room.secret("PIN of the security key")
        self.typed = ""

    def ask(self) -> None:
        self.typed = self._ask()


def _answer(ask: Ask, pin: _Pin) -> Answer:
    """What the key answers, within the time that it takes to find and plug it in. Raises `STAFF_UNFIT`."""
    ends = time.monotonic() + WAIT_S
    while isinstance(answer := ask(pin.typed, threading.Event()), KeyFault):
        if answer is KeyFault.PIN_NEEDED and not pin.typed:
            pin.ask()
        elif answer is KeyFault.ABSENT and time.monotonic() < ends:
            time.sleep(_AGAIN_S)
        else:
            raise TerminalError(Problem.STAFF_UNFIT, f"security key: {answer}")
    return answer


def _laid(news: "queue.SimpleQueue[LaidCard]") -> bytes:
    """The next card's hash. Raises `STAFF_UNFIT`."""
    try:
        while (laid := news.get(timeout=WAIT_S)) is None:
            pass
    except queue.Empty:
        raise TerminalError(Problem.STAFF_UNFIT, f"no card was laid down within {WAIT_S:g} s") from None
    if isinstance(laid, CardDoubt):
        raise TerminalError(Problem.STAFF_UNFIT, f"staff card: {laid}")
    return laid


def _say(text: str) -> None:
    print(text, file=sys.stderr)
