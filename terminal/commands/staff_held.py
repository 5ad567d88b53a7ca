"""Enrolling what a person holds: a security key that answers twice, or a staff card that shows one number twice."""

import argparse
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

from device.staff.keys import FidoKeys
from terminal.commands.staff_room import StaffRoom
from terminal.commands.staff_showing import Pin, answered, listening, next_card, staff_reader_of, tell
from terminal.configuration.settings import Configuration, Staff
from terminal.later import Later
from terminal.problems import Problem, TerminalError
from terminal.staff.key_words import Answer, KeyFault, Question, Touch
from terminal.staff.policy import Act
from terminal.staff.ports import LaidCard, Roster, SecurityKeys

if TYPE_CHECKING:
    from terminal.staff import security_key
else:
    security_key = Later("terminal.staff.security_key")

Ask = Callable[[Callable[[str, threading.Event], Answer | KeyFault]], Answer]
"""Puts a question to the key, with whatever PIN, until it is answered. Raises `STAFF_UNFIT`."""


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
            listening(reader)
        pin = Pin(room.secret)
        tell(f"Plug in the security key of {member.id}, or lay it on the staff's reader; touch it, and once more.")
        making = question_of_making(room.configuration, room.roster)
        kept = made_key(FidoKeys(reader), making, member.id, lambda ask: answered(ask, pin))
    room.keep(replace(member, key=kept), "key_enrolled", actor)


def change_card(room: StaffRoom, asked: argparse.Namespace) -> None:
    """Enrols a person's staff card in place of the one before, or removes it."""
    actor = room.authorised(Act.CHANGE_STAFF)
    member = room.known(asked.id)
    if asked.remove:
        room.keep(replace(member, card=b""), "card_removed", actor)
        return
    with ExitStack() as furniture:
        reader = staff_reader_of(room.configuration, room.roster.card_key)
        if reader is not None:
            furniture.callback(reader.close)
        news = listening(reader)
        tell(f"Lay the staff card of {member.id} on the staff's reader; take it away, and lay it down once more.")
        card = laid_twice(news, room.roster, member.id)
    room.keep(replace(member, card=card), "card_enrolled", actor)
    if not room.roster.policy().is_card_factor:
        tell("A card's number can be copied: it only says who comes, until `uketsuke staff policy --card on`.")


def question_of_making(configuration: Configuration | None, roster: Roster) -> Question:
    """What a key is asked for, to make a new credential for this desk."""
    settings = configuration.staff if configuration else Staff()
    return Question(settings.key_domain, must_verify=roster.policy().is_key_verified)


def made_key(keys: SecurityKeys, making: Question, id: str, ask: Ask) -> bytes:  # noqa: A002  # the field's word
    """A person's new credential, made by one touch and proved by another. Raises `STAFF_UNFIT`."""
    made = security_key.enrolled(Touch(making, ask(lambda pin, stop: keys.make(making, id, pin, stop))))
    if made is None:
        raise TerminalError(Problem.STAFF_UNFIT, "the security key made no credential for this desk")
    proving = security_key.question_to(made.write(), must_verify=making.must_verify)
    kept = security_key.proved(made.write(), Touch(proving, ask(lambda pin, stop: keys.prove(proving, pin, stop))))
    if not isinstance(kept, bytes):
        raise TerminalError(Problem.STAFF_UNFIT, "the security key does not answer with what it has just made")
    return kept


def laid_twice(news: "SimpleQueue[LaidCard]", roster: Roster, id: str) -> bytes:  # noqa: A002  # the field's word
    """The hash of a card that showed one number twice, and is nobody else's. Raises `STAFF_UNFIT`."""
    card = next_card(news)
    if card != next_card(news):
        raise TerminalError(Problem.STAFF_UNFIT, "another card, or one that shows another number each time")
    if any(other.card == card and other.id != id for other in roster.members()):
        raise TerminalError(Problem.STAFF_UNFIT, "somebody else has that card")
    return card
