"""Making a store's keys and enrolling its first people in the set-up, by the code of `uketsuke keys` and `staff`."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from offline_cache.keys.choice import seal_in
from offline_cache.keys.passphrase_seal import PassphraseSeal
from offline_cache.rotation import read_keys
from offline_cache.staff import SqlRoster, open_roster_of
from terminal.clock import SystemClock
from terminal.commands.keys_beginning import begin_store, has_store, make_recovery
from terminal.commands.setup_held import enrol_held
from terminal.commands.staff_asking import signed_in
from terminal.commands.staff_changing import actor_without, check_enrolment, keep_person, new_password, with_factors
from terminal.configuration.settings import Configuration, SealKind
from terminal.staff.people import Role, roles_held_by_nobody
from terminal.staff.policy import Act
from ui.setup.trying import NewHeld, NewKeys, NewPerson, Trial, Tried
from ui.words.catalogue import Words

NEEDED: Final = (Role.RECEPTIONIST, Role.IT)
FOLDER: Final = "/var/lib/uketsuke"


def try_keys(trial: Trial, words: Words) -> Tried:
    """Whether there are keys. Raises `TerminalError`."""
    folder = folder_of(trial)
    if not has_store(folder):
        return Tried(False, words["keys.none"])
    return Tried(True, words.format("keys.good", seal=words[f"seal.{read_keys(folder).wraps[-1].seal}"]))


def make_keys(trial: Trial, keys: NewKeys, words: Words) -> Tried:
    """Makes them, and the recovery key where it was asked for. Raises `TerminalError`."""
    folder, kind = folder_of(trial), str(trial.draft.get("store.seal") or SealKind.CREDENTIAL)
    place = keys.recovery
    if has_store(folder):
        return try_keys(trial, words)
    if place is None or folder.absolute() in place.absolute().parents:
        return Tried(False, words["keys.elsewhere"])
    if kind == PassphraseSeal.kind and keys.passphrase != keys.again:
        return Tried(False, words["keys.differ"])
    seal = seal_in(folder, kind, None, lambda: keys.passphrase)
    begin_store(folder, seal, str(trial.draft["clinic.terminal"]), lambda: make_recovery(place))
    made = read_keys(folder).wraps[-1].recovery_key
    return Tried(True, words.format("keys.made", id=made.id if made else "", place=place), is_done=True)


def try_roles(trial: Trial, words: Words) -> Tried:
    """Whether somebody is there for each role that a desk cannot do without. Raises `TerminalError`."""
    with _roster(trial) as (roster, clock):
        return _enrolled(roster, clock, words)


def enrol(trial: Trial, person: NewPerson, words: Words) -> Tried:
    """Enrols somebody, by the machine's login until there is somebody of IT. Raises `TerminalError`."""
    with _roster(trial) as (roster, clock):
        somebody = check_enrolment(roster, person.id, person.name, person.roles)
        password = new_password(lambda: person.password, lambda: person.again, person.id)
        member = with_factors(somebody, password, person.secret, person.code, clock)
        actor = actor_without(roster, clock) or signed_in(roster, clock, Act.CHANGE_STAFF, person.by).actor
        keep_person(roster, member, "enrolled", actor)
        now = _enrolled(roster, clock, words)
    said = words.format("roles.enrolled", id=person.id, now=now.sentence)
    return Tried(now.is_good, said, is_done=True, needs_sign_in=now.needs_sign_in)


def enrol_what_is_held(trial: Trial, held: NewHeld, configuration: Configuration, words: Words) -> Tried:
    """Enrols somebody's security key or staff card. Raises `TerminalError`."""
    with _roster(trial) as (roster, clock):
        tried = enrol_held(trial, held, configuration, roster, clock, words)
        now = _enrolled(roster, clock, words)
    return replace(now, sentence=f"{tried.sentence} {now.sentence}", is_done=tried.is_done)


def folder_of(trial: Trial) -> Path:
    """Where the store lies or will."""
    return Path(str(trial.draft.get("store.folder") or FOLDER))


@contextmanager
def _roster(trial: Trial) -> Iterator[tuple[SqlRoster, SystemClock]]:
    clock, directory = SystemClock(), os.environ.get("CREDENTIALS_DIRECTORY")

    def ask() -> str:
        return trial.passphrase

    with closing(open_roster_of(folder_of(trial), Path(directory) if directory else None, clock, ask)) as roster:
        yield roster, clock


def _enrolled(roster: SqlRoster, clock: SystemClock, words: Words) -> Tried:
    members = roster.members()
    needs_sign_in = actor_without(roster, clock) is None
    if lacking := [role for role in roles_held_by_nobody(members) if role in NEEDED]:
        names = ", ".join(words[f"role.{role}"] for role in lacking)
        return Tried(False, words.format("roles.lacking", roles=names), needs_sign_in=needs_sign_in)
    count = sum(member.is_enabled for member in members)
    return Tried(True, words.format("roles.good", count=count), needs_sign_in=needs_sign_in)
