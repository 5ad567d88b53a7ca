"""Enrolling a person: a password typed twice, and an authenticator app that scans a code and answers with its first."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import segno

from terminal.commands.staff_changing import check_enrolment, new_password, with_factors
from terminal.commands.staff_room import StaffRoom
from terminal.problems import Problem, TerminalError
from terminal.staff.one_time import enrolment_uri, new_secret
from terminal.staff.people import Member
from terminal.staff.policy import Act

_Fit = TypeVar("_Fit")


def enrol(room: StaffRoom, asked: argparse.Namespace) -> None:
    """Enrols somebody new. Raises `STAFF_UNFIT`, `SIGN_IN_REFUSED`."""
    somebody = check_enrolment(room.roster, asked.id, asked.name, frozenset(asked.role))
    actor = room.authorised(Act.CHANGE_STAFF)
    member = _with_factors(room, somebody)
    room.keep(member, "enrolled", actor)


def change_factors(room: StaffRoom, asked: argparse.Namespace) -> None:
    """New factors for somebody: forgotten, lost, or seen by another. The old ones are gone."""
    actor = room.authorised(Act.CHANGE_STAFF)
    member = room.known(asked.id)
    fresh = replace(member, failures=0, failed_at=None, totp_step=0)
    room.keep(_with_factors(room, fresh), "factors_changed", actor)


def _with_factors(room: StaffRoom, member: Member) -> Member:
    ask, again = room.secret("New password"), room.secret("New password, once more")
    password = _until_fit(room, partial(new_password, ask, again, member.id))
    secret = new_secret()
    uri = enrolment_uri(secret, member.id, room.desk)
    segno.make(uri, error="m").terminal(sys.stdout, compact=True)
    print(f"Scan this with the authenticator app of {member.id}, or type its secret: {secret}", flush=True)
    code = room.secret("Its first code")
    return _until_fit(room, lambda: with_factors(member, password, secret, code(), room.clock))


def _until_fit(room: StaffRoom, ask: Callable[[], _Fit]) -> _Fit:
    """Asks again for what breaks a rule, and says which. What comes from a descriptor is taken as it is, once."""
    while True:
        try:
            return ask()
        except TerminalError as error:
            if error.problem is not Problem.STAFF_UNFIT or not room.is_typed:
                raise
            print(f"{error.detail}.", file=sys.stderr)
