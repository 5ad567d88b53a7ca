"""Changing who may sign in, on record: for whoever types a command, and for the set-up."""

from collections.abc import Callable
from dataclasses import replace

from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.commands.staff_asking import actor_of_login
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError
from terminal.staff.emergency import ID as EMERGENCY
from terminal.staff.one_time import accepted_step
from terminal.staff.password import hash_password, weakness
from terminal.staff.people import Member, Role, enrolment_faults
from terminal.staff.ports import Roster
from terminal.staff.shift import EMERGENCY_CODE

Ask = Callable[[], str]


def actor_without(roster: Roster, clock: Clock) -> Actor | None:
    """Who changes people without signing in; None: somebody of IT has to.

    While an opened emergency code holds, it is enough. Where nobody could sign in, it is the machine's login: set-up
    begins somewhere.
    """
    emergency = roster.emergency()
    if emergency is not None and emergency.ends is not None and clock.now() < emergency.ends:
        return Actor(EMERGENCY, Role.IT, EMERGENCY_CODE)
    if not any(member.is_enabled and Role.IT in member.roles for member in roster.members()):
        return actor_of_login(Role.IT)
    return None


def check_enrolment(roster: Roster, id: str, name: str, roles: frozenset[Role]) -> Member:  # noqa: A002  # the field's word
    """Somebody new, without factors yet. Raises `STAFF_UNFIT`."""
    if faults := enrolment_faults(id, name, roles):
        raise TerminalError(Problem.STAFF_UNFIT, "; ".join(faults))
    if roster.member(id) is not None:
        raise TerminalError(Problem.STAFF_UNFIT, "somebody has that id already, enabled or not")
    return Member(id, name, roles, "")


def new_password(first: Ask, again: Ask, id: str) -> str:  # noqa: A002  # the field's word
    """A password that is one to have, typed alike twice. Raises `STAFF_UNFIT`."""
    password = first()
    if fault := weakness(password, id):
        raise TerminalError(Problem.STAFF_UNFIT, fault)
    if password != again():
        raise TerminalError(Problem.STAFF_UNFIT, "the two passwords differ")
    return password


def with_factors(member: Member, password: str, secret: str, code: str, clock: Clock) -> Member:
    """The person with a password and an app that has proved to hold the secret. Raises `STAFF_UNFIT`."""
    step = accepted_step(secret, code, clock.now(), 0)
    if step is None:
        raise TerminalError(Problem.STAFF_UNFIT, "that is not the app's code: see the clocks of app and machine")
    return replace(member, password=hash_password(password), totp_secret=secret, totp_step=step)


def keep_person(roster: Roster, member: Member, change: str, actor: Actor) -> None:
    """Keeps a person, on record. Raises `STORE_BUSY` when somebody else changed that person meanwhile."""
    details = (("change", change), ("person", member.id), ("roles", " ".join(sorted(member.roles))))
    access = Access(Action.STAFF_CHANGED, "", "", purpose=Purpose.OPERATION, details=details).by(actor)
    if not roster.keep(member, access):
        raise TerminalError(Problem.STORE_BUSY, f"{member.id} was changed at the same time; do it again")
