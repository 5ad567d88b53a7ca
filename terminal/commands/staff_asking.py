"""Signing in on a terminal, for commands that not everybody may give; and the second person where two are wanted."""

import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import dataclass

from terminal.access_log.access import Actor
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError
from terminal.staff.people import Member
from terminal.staff.policy import Act, role_for, suffice, takes_two
from terminal.staff.ports import Roster
from terminal.staff.shift import MACHINE_LOGIN
from terminal.staff.signing_in import Accepted, Claim, Refused, sign_in

Secret = Callable[[str], Callable[[], str]]
"""Makes, of a prompt, what asks for something that nobody may see."""


@dataclass(frozen=True)
class SignedIn:
    """Who gives a command."""

    actor: Actor
    member: Member


def actor_of_login(role: str = "") -> Actor:
    """The machine's own name for whoever gave the command: nobody of the staff has signed in."""
    try:
        return Actor(pwd.getpwuid(os.getuid()).pw_name, role, MACHINE_LOGIN)
    except KeyError:
        return Actor(f"uid {os.getuid()}", role, MACHINE_LOGIN)


def ask_to_sign_in(roster: Roster, clock: Clock, act: Act, secret: Secret, id: str = "") -> SignedIn:  # noqa: A002
    """Asks for id, password and code. Raises `SIGN_IN_REFUSED`."""
    given = id or secret("ID, for this command not everybody may give")()
    return signed_in(roster, clock, act, Claim(given, secret("Password")(), secret("Code of the authenticator app")()))


def signed_in(roster: Roster, clock: Clock, act: Act, claim: Claim) -> SignedIn:
    """Who claims to do an act. Raises `SIGN_IN_REFUSED`."""
    verdict = sign_in(roster, claim, clock.now(), act)
    match verdict:
        case Accepted(member):
            return SignedIn(Actor(member.id, role_for(member, act), verdict.sign_in), member)
        case Refused(why, wait):
            left = f", wait {wait.total_seconds():.0f} s" if wait else ""
            raise TerminalError(Problem.SIGN_IN_REFUSED, f"{why}{left}")


def authorise(roster: Roster, clock: Clock, act: Act, secret: Secret) -> tuple[Actor, str]:
    """Who does an act, and the second person's id where the policy wants two; else the machine's login, and nobody.

    Raises `SIGN_IN_REFUSED`, for two who do not suffice, too.
    """
    if not takes_two(act, roster.policy()):
        return actor_of_login(), ""
    first = ask_to_sign_in(roster, clock, act, secret)
    print("A second person, in another role, signs in.", file=sys.stderr)
    second = ask_to_sign_in(roster, clock, Act.SECOND, secret)
    if not suffice(first.member, second.member, act):
        raise TerminalError(Problem.SIGN_IN_REFUSED, "two different people in two roles are wanted")
    return first.actor, second.actor.id
