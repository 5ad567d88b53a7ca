"""Enrolling what somebody holds in the set-up, by the code of `uketsuke staff key|card`, and signing in with it."""

import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from device.staff.keys import FidoKeys
from offline_cache.staff import SqlRoster
from terminal.commands.staff_asking import signed_in
from terminal.commands.staff_changing import actor_without, keep_person
from terminal.commands.staff_held import laid_twice, made_key, question_of_making
from terminal.commands.staff_showing import Pin, answered, listening, staff_reader_of
from terminal.configuration.settings import Configuration
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError
from terminal.staff.held import HeldFactors
from terminal.staff.policy import Act
from terminal.staff.signing_in import Claim
from ui.setup.trying import NewHeld, Trial, Tried
from ui.words.catalogue import Words

_GIVEN_UP_S: Final = 60.0


def enrol_held(
    trial: Trial, held: NewHeld, configuration: Configuration, roster: SqlRoster, clock: Clock, words: Words
) -> Tried:
    """Enrols a key by two touches and tries it by a third, or a card laid down twice. Raises `TerminalError`."""
    if (member := roster.member(held.id)) is None:
        raise TerminalError(Problem.STAFF_UNFIT, "nobody is enrolled under that id")
    actor = actor_without(roster, clock) or signed_in(roster, clock, Act.CHANGE_STAFF, held.by).actor
    claim = Claim(held.id, held.password)
    with ExitStack() as furniture:
        reader = staff_reader_of(configuration, roster.card_key)
        if reader is not None:
            furniture.callback(reader.close)
        if held.is_card:
            card = laid_twice(listening(reader), roster, held.id)
            keep_person(roster, replace(member, card=card), "card_enrolled", actor)
            if not roster.policy().is_card_factor:
                return Tried(True, words.format("held.card_only", id=held.id), is_done=True)
            claim = replace(claim, card=card)
        else:
            if reader is not None:
                listening(reader)
            keys, pin = FidoKeys(reader), Pin(lambda _: lambda: _typed(held.pin))
            key = made_key(
                keys,
                question_of_making(configuration, roster),
                held.id,
                lambda ask: answered(ask, pin, lambda: _stop_of(trial)),
            )
            keep_person(roster, replace(member, key=key), "key_enrolled", actor)
            both = HeldFactors(roster, keys)
            claim = answered(lambda pin, stop: both.touched(claim, pin, stop), pin, lambda: _stop_of(trial))
    how = signed_in(roster, clock, Act.SECOND, claim).actor.sign_in
    return Tried(True, words.format("held.enrolled", id=held.id, how=how), is_done=True)


def _typed(pin: str) -> str:
    if not pin:
        raise TerminalError(Problem.STAFF_UNFIT, "the security key wants its PIN")
    return pin


def _stop_of(trial: Trial) -> threading.Event:
    """Set when the page is left; a key's own, for a key sets it, too, when its time is over."""
    stop = threading.Event()

    def follow() -> None:
        trial.stop.wait(_GIVEN_UP_S)
        stop.set()

    threading.Thread(target=follow, name="key given up", daemon=True).start()
    return stop
