"""Signing in on a terminal, for commands that not everybody may give; and the second person where two are wanted."""

import os
import pwd
import sys
from dataclasses import dataclass

from offline_cache.staff import SqlRoster
from terminal.access_log.access import Actor
from terminal.commands.staff_showing import WORDS, Secret, shown
from terminal.configuration.settings import Configuration
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError
from terminal.staff.people import Member
from terminal.staff.policy import Act, role_for, suffice, takes_two
from terminal.staff.ports import Roster
from terminal.staff.shift import MACHINE_LOGIN
from terminal.staff.signing_in import Accepted, Claim, Refused, sign_in


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


@dataclass(frozen=True)
class Hearing:
    """How a command hears who gives it: `secret` asks unseen, and the configuration names the staff's own reader."""

    roster: SqlRoster
    clock: Clock
    secret: Secret
    configuration: Configuration | None = None


def ask_to_sign_in(hearing: Hearing, act: Act, id: str = "") -> SignedIn:  # noqa: A002  # the field's word
    """Asks for id, password and what the person holds: app, security key or staff card. Raises `SIGN_IN_REFUSED`."""
    secret = hearing.secret
    given, password = id or secret("ID, for this command not everybody may give")(), secret("Password")()
    code = secret("Code of the authenticator app; or the word key or card, to show that")()
    claim = Claim(given, password, "" if code in WORDS else code)
    if code in WORDS:
        claim = shown(hearing.roster, hearing.configuration, claim, code, secret)
    return signed_in(hearing.roster, hearing.clock, act, claim)


def signed_in(roster: Roster, clock: Clock, act: Act, claim: Claim) -> SignedIn:
    """Who claims to do an act. Raises `SIGN_IN_REFUSED`."""
    verdict = sign_in(roster, claim, clock.now(), act)
    match verdict:
        case Accepted(member):
            return SignedIn(Actor(member.id, role_for(member, act), verdict.sign_in), member)
        case Refused(why, wait):
            left = f", wait {wait.total_seconds():.0f} s" if wait else ""
            raise TerminalError(Problem.SIGN_IN_REFUSED, f"{why}{left}")


def authorise(hearing: Hearing, act: Act) -> tuple[Actor, str]:
    """Who does an act, and the second person's id where the policy wants two; else the machine's login, and nobody.

    Raises `SIGN_IN_REFUSED`, for two who do not suffice, too.
    """
    if not takes_two(act, hearing.roster.policy()):
        return actor_of_login(), ""
    first = ask_to_sign_in(hearing, act)
    print("A second person, in another role, signs in.", file=sys.stderr)
    second = ask_to_sign_in(hearing, Act.SECOND)
    if not suffice(first.member, second.member, act):
        raise TerminalError(Problem.SIGN_IN_REFUSED, "two different people in two roles are wanted")
    return first.actor, second.actor.id
