"""Who is at the desk: signs people in and out, one at a time, and is asked by the desk before each entry of the log.

For use from any thread. A desk for which nobody was enrolled is open under the machine's login, and says so in every
entry: a clinic is never locked out of its own desk. Signing in reads and writes: call it beside the windows' thread.
"""

import contextlib
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.ports import Clock
from terminal.problems import TerminalError
from terminal.staff.emergency import ID as EMERGENCY
from terminal.staff.held import HeldFactors
from terminal.staff.key_words import KeyFault
from terminal.staff.opening import open_emergency
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act, Policy, role_for
from terminal.staff.ports import Roster, SecurityKeys, StaffCards
from terminal.staff.signing_in import HELD, Accepted, Claim, Refused, Verdict, sign_in
from terminal.staff.surname import is_called_as_one_of

MACHINE_LOGIN: Final = "machine_login"
EMERGENCY_CODE: Final = "emergency_code"


@dataclass(frozen=True)
class OnDuty:
    """Who is signed in. `ends`: when an emergency code is over."""

    actor: Actor
    name: str
    ends: datetime | None = None


class Shift:
    """One desk's people, one after the other. `login` is the machine's own name for whoever started the program.

    `keys` and `cards` are what people may show beside a password and a one-time code, where the desk has them.
    """

    def __init__(
        self,
        roster: Roster,
        clock: Clock,
        login: str,
        keys: SecurityKeys | None = None,
        cards: StaffCards | None = None,
    ) -> None:
        self.held = HeldFactors(roster, keys, cards)
        self._roster = roster
        self._clock = clock
        self._login = Actor(login, Role.RECEPTIONIST, MACHINE_LOGIN)
        self._lock = threading.RLock()
        self._on_duty: OnDuty | None = None
        self._proved: dict[str, datetime] = {}  # who showed both factors here, and when
        self.is_without_staff = True
        self.read_again()

    @property
    def policy(self) -> Policy:
        """The clinic's rules, as they are now."""
        return self._roster.policy()

    def read_again(self) -> None:
        """Looks whether there is anybody to sign in; between two patients, for it may end the machine's login."""
        self.is_without_staff = not any(member.is_enabled for member in self._roster.members())

    @property
    def on_duty(self) -> OnDuty | None:
        """Who is signed in now. An ended emergency, or someone disabled meanwhile, is signed out by being asked for."""
        with self._lock:
            if self.is_without_staff:
                return OnDuty(self._login, self._login.id)
            if self._on_duty and (reason := self._over(self._on_duty)):
                self._leave(reason)
            return self._on_duty

    def who(self) -> Actor | None:
        """Who acts; None while nobody is signed in."""
        with self._lock:
            on_duty = self.on_duty
            return on_duty.actor if on_duty else None

    def names(self) -> list[tuple[str, str]]:
        """Id and name of everybody who may sign in at this desk, those first who were here in this shift."""
        able = [member for member in self._roster.members() if member.is_enabled and _is_for_desk(member)]
        return [
            (each.id, each.name) for each in sorted(able, key=lambda each: (not self.is_remembered(each.id), each.id))
        ]

    def is_staff_surname(self, name: str) -> bool:
        """Whether somebody of this name is called as one of the staff is. Raises `STORE_UNREADABLE`."""
        return is_called_as_one_of((member.name for member in self._roster.members() if member.is_enabled), name)

    def is_remembered(self, id: str) -> bool:  # noqa: A002  # the field's word
        """Whether one factor is enough for this person now: both were shown at this desk within the shift."""
        with self._lock:
            proved = self._proved.get(id)
        return proved is not None and abs(self._clock.now() - proved) < self.policy.shift

    def sign_in_by_key(self, claim: Claim, pin: str, stop: threading.Event) -> Verdict | KeyFault:
        """As `sign_in`, with the person's security key touched for it. Without an answer no try is counted."""
        shown = self.held.touched(claim, pin, stop)  # without the lock: the desk asks meanwhile who is there
        return shown if isinstance(shown, KeyFault) else self.sign_in(shown)

    def sign_in(self, claim: Claim) -> Verdict:
        """Signs somebody in, in place of whoever is. Raises `TerminalError` when that cannot be put on record."""
        with self._lock:
            now = self._clock.now()
            verdict = sign_in(self._roster, claim, now, Act.CHECK_IN, is_remembered=self.is_remembered(claim.id))
            if isinstance(verdict, Accepted):
                member = verdict.member
                if verdict.factors & HELD and not verdict.is_remembered:
                    self._proved[member.id] = now
                self._arrive(OnDuty(Actor(member.id, role_for(member, Act.CHECK_IN), verdict.sign_in), member.name))
            return verdict

    def open_emergency(self, code: str) -> Refused | None:
        """Opens the desk by the sealed code, for some hours; None when it is open. Raises as `sign_in` does."""
        with self._lock:
            opened = open_emergency(self._roster, code, self._clock.now(), self.policy.emergency)
            if isinstance(opened, Refused):
                return opened
            self._arrive(OnDuty(Actor(EMERGENCY, Role.RECEPTIONIST, EMERGENCY_CODE), EMERGENCY, opened.ends))
            return None

    def close(self) -> None:
        """Signs out whoever is there."""
        with self._lock:
            if self._on_duty:
                self._leave("closed")

    def _arrive(self, on_duty: OnDuty) -> None:
        before = self._on_duty
        if before and before.actor.id != on_duty.actor.id:
            self._leave("changed")
        self._on_duty = on_duty

    def _leave(self, reason: str) -> None:
        if self._on_duty is None:
            return
        gone = Access(Action.SIGNED_OUT, "", "", reason=reason, purpose=Purpose.OPERATION).by(self._on_duty.actor)
        self._on_duty = None
        with contextlib.suppress(TerminalError):  # who is gone is gone; the next entry tells of a log that fails
            self._roster.record(gone)

    def _over(self, on_duty: OnDuty) -> str:
        """Why somebody is not on duty any more; empty while they are."""
        if on_duty.ends is not None:
            return "emergency_over" if self._clock.now() >= on_duty.ends else ""
        member = self._roster.member(on_duty.actor.id)
        return "" if member and member.is_enabled and _is_for_desk(member) else "disabled"


def _is_for_desk(member: Member) -> bool:
    return bool(member.roles & {Role.RECEPTIONIST, Role.SHIFT_LEAD})
