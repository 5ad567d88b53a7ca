"""`uketsuke staff`: enrols the people who may sign in at the desk, disables them, and keeps the sealed emergency code.

Exit code 0: done; 1: not done, and said why; 2: wrong arguments. Secrets are typed unseen or come from a descriptor; an
authenticator's secret and an emergency code are shown once, on the terminal, when they are made.
"""

import argparse
from pathlib import Path

from device.child import forbid_core_dumps
from terminal.access_log.access import Access, Action, Purpose
from terminal.commands.failure import tell_failure
from terminal.commands.staff_enrolment import change_factors, enrol
from terminal.commands.staff_held import change_card, change_key
from terminal.commands.staff_room import StaffRoom
from terminal.commands.staff_rules import rules_in_words
from terminal.problems import Problem, TerminalError
from terminal.staff.emergency import Emergency, new_code, plain_code
from terminal.staff.password import hash_password
from terminal.staff.people import Role, roles_held_by_nobody
from terminal.staff.policy import Act, Policy
from terminal.staff.signing_in import factors_of

CONFIGURATION = Path("/etc/uketsuke/desk.toml")
PAPER = """Emergency code of this desk, made on {day:%Y-%m-%d}. Print this, seal it in an envelope, keep it safe.

    {code}

It opens the desk for {hours:g} hours from its first use, when nobody can sign in. Write on the envelope who opened it,
when and why.
Everything done under it is on record and must be reviewed: `uketsuke staff review ID`. Then make a new one."""


def run(arguments: list[str]) -> int:
    """Runs one verb and gives the exit code."""
    parser = _parser()
    try:
        asked = parser.parse_args(arguments)
    except SystemExit as ended:  # argparse has said why
        return int(ended.code or 0)
    forbid_core_dumps()
    try:
        room = StaffRoom(asked)
        try:
            _VERBS[asked.verb](room, asked)
        finally:
            room.close()
    except TerminalError as error:
        tell_failure(error)
        return 1
    return 0


def _list(room: StaffRoom, asked: argparse.Namespace) -> None:
    members = room.roster.members()
    for member in members:
        state = "" if member.is_enabled else "  disabled"
        roles, factors = " ".join(sorted(member.roles)), "+".join(factors_of(member))
        print(f"{member.id:<20}{roles:<28}{factors:<36}{member.name}{state}")
    for role in roles_held_by_nobody(members):
        print(f"nobody who can sign in is {role}")
    emergency, policy = room.roster.emergency(), room.roster.policy()
    if emergency is None:
        print("no emergency code was made: uketsuke staff emergency")
    elif emergency.is_sealed:
        print(f"emergency code of {emergency.made_at:%Y-%m-%d}: sealed")
    else:
        print(f"emergency code of {emergency.made_at:%Y-%m-%d}: used; {_review(emergency)}")
    print(*rules_in_words(policy), sep="\n")


def _review(emergency: Emergency) -> str:
    return f"reviewed by {emergency.reviewed_by}" if emergency.reviewed_by else "it must be reviewed"


def _disable(room: StaffRoom, asked: argparse.Namespace) -> None:
    room.switch(asked.id, is_enabled=False)


def _enable(room: StaffRoom, asked: argparse.Namespace) -> None:
    room.switch(asked.id, is_enabled=True)


def _emergency(room: StaffRoom, asked: argparse.Namespace) -> None:
    actor = room.authorised(Act.CHANGE_STAFF)
    before, now = room.roster.emergency(), room.clock.now()
    if before is not None and before.is_to_review:
        raise TerminalError(Problem.STAFF_UNFIT, "the last emergency code was used, and nobody has reviewed that")
    code = new_code()
    made = Emergency(before.number + 1 if before else 1, hash_password(plain_code(code)), now)
    access = Access(Action.STAFF_CHANGED, "", "", purpose=Purpose.OPERATION, details=(("change", "emergency_made"),))
    if not room.roster.keep_emergency(made, access.by(actor)):
        raise TerminalError(Problem.STORE_BUSY, "another emergency code was made at the same time")
    print(PAPER.format(day=now, code=code, hours=room.roster.policy().emergency.total_seconds() / 3600))


def _review_emergency(room: StaffRoom, asked: argparse.Namespace) -> None:
    emergency = room.roster.emergency()
    if emergency is None or not emergency.is_to_review:
        raise TerminalError(Problem.STAFF_UNFIT, "there is no emergency to review")
    room.review(emergency, asked.id)


def _policy(room: StaffRoom, asked: argparse.Namespace) -> None:
    now = room.roster.policy()
    policy = Policy(
        is_four_eyes=_switched(asked.four_eyes, now.is_four_eyes),
        is_key_verified=_switched(asked.key_pin, now.is_key_verified),
        is_card_factor=_switched(asked.card, now.is_card_factor),
        **room.durations(asked),
    )
    room.set_policy(policy)


def _switched(given: str | None, now: bool) -> bool:
    return now if given is None else given == "on"


_VERBS = {
    "add": enrol,
    "enrol": change_factors,
    "key": change_key,
    "card": change_card,
    "list": _list,
    "disable": _disable,
    "enable": _enable,
    "emergency": _emergency,
    "review": _review_emergency,
    "policy": _policy,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke staff", description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(_VERBS))
    which = argparse.ArgumentParser(add_help=False)
    place = which.add_mutually_exclusive_group()
    place.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    place.add_argument("--store", type=Path, metavar="DIR", help="the store's folder, instead of a configuration")
    which.add_argument(
        "--secrets-fd", type=int, metavar="N", help="take what would be typed unseen from it, a line each"
    )

    def verb(name: str, what: str, *, has_id: bool = True) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, parents=[which], help=what)
        if has_id:
            made.add_argument("id", metavar="ID", help="the person's own name at the desk, as tanaka.h")
        return made

    adding = verb("add", "enrols a person: password and authenticator app")
    adding.add_argument("--name", required=True, metavar="NAME", help="as the windows show it")
    adding.add_argument("--role", required=True, action="append", type=Role, choices=list(Role), help="may be repeated")
    verb("enrol", "gives a person a new password and a new authenticator secret")
    for name, what in (
        ("key", "enrols a person's security key (FIDO2), over USB or on the staff's reader"),
        ("card", "enrols a person's staff card; its number can be copied, so it counts only where the policy says so"),
    ):
        verb(name, what).add_argument("--remove", action="store_true", help="takes it away instead")
    verb("list", "who may sign in, which role nobody has, and how the emergency code stands", has_id=False)
    verb("disable", "takes a person's sign-in away, at once")
    verb("enable", "gives it back")
    verb("emergency", "makes a new sealed code, to be printed; the one before does not count any more", has_id=False)
    verb("review", "says that ID has looked at what was done under the emergency code")
    policy = verb("policy", "sets the clinic's own rules", has_id=False)
    policy.add_argument("--four-eyes", choices=["on", "off"], help="whether an export of the log takes two people")
    policy.add_argument("--key-pin", choices=["on", "off"], help="whether a security key asks for its PIN or a finger")
    policy.add_argument("--card", choices=["on", "off"], help="whether a staff card is a second factor: can be copied")
    policy.add_argument(
        "--idle-minutes", type=float, metavar="N", help="lock reception after so long, between patients"
    )
    policy.add_argument("--shift-hours", type=float, metavar="N", help="remember a second factor for so long; 0: never")
    policy.add_argument("--emergency-hours", type=float, metavar="N", help="how long an opened emergency code holds")
    return parser
