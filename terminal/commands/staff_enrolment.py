"""Enrolling a person: a password typed twice, and an authenticator app that scans a code and answers with its first."""

import argparse
import sys
from dataclasses import replace

import segno

from terminal.commands.staff_room import StaffRoom
from terminal.problems import Problem, TerminalError
from terminal.staff.one_time import accepted_step, enrolment_uri, new_secret
from terminal.staff.password import hash_password, weakness
from terminal.staff.people import Member, enrolment_faults
from terminal.staff.policy import Act


def enrol(room: StaffRoom, asked: argparse.Namespace) -> None:
    """Enrols somebody new. Raises `STAFF_UNFIT`, `SIGN_IN_REFUSED`."""
    if faults := enrolment_faults(asked.id, asked.name, asked.role):
        raise TerminalError(Problem.STAFF_UNFIT, "; ".join(faults))
    if room.roster.member(asked.id) is not None:
        raise TerminalError(Problem.STAFF_UNFIT, "somebody has that id already, enabled or not")
    actor = room.authorised(Act.CHANGE_STAFF)
    member = _with_factors(room, Member(asked.id, asked.name, frozenset(asked.role), ""))
    room.keep(member, "enrolled", actor)


def change_factors(room: StaffRoom, asked: argparse.Namespace) -> None:
    """New factors for somebody: forgotten, lost, or seen by another. The old ones are gone."""
    actor = room.authorised(Act.CHANGE_STAFF)
    member = room.known(asked.id)
    fresh = replace(member, failures=0, failed_at=None, totp_step=0)
    room.keep(_with_factors(room, fresh), "factors_changed", actor)


def _with_factors(room: StaffRoom, member: Member) -> Member:
    password = room.secret("New password")()
    if fault := weakness(password, member.id):
        raise TerminalError(Problem.STAFF_UNFIT, fault)
    if password != room.secret("New password, once more")():
        raise TerminalError(Problem.STAFF_UNFIT, "the two passwords differ")
    secret = new_secret()
    uri = enrolment_uri(secret, member.id, room.desk)
    segno.make(uri, error="m").terminal(sys.stdout, compact=True)
    print(f"Scan this with the authenticator app of {member.id}, or type its secret: {secret}", flush=True)
    step = accepted_step(secret, room.secret("Its first code")(), room.clock.now(), 0)
    if step is None:
        raise TerminalError(Problem.STAFF_UNFIT, "that is not the app's code: see the clocks of app and machine")
    return replace(member, password=hash_password(password), totp_secret=secret, totp_step=step)
