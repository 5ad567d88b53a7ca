"""Signing in: whether what somebody shows is enough, decided without the world; and the one way to do it with a roster.

Two factors of two kinds: one that is known, one that is held. Whoever waits after failures is not even compared, and a
refusal never says whether the password was wrong. A name that nobody has is written nowhere: it may be a password.
A staff card shows no more than a number that can be copied: never enough alone, and nothing where the policy forbids.
"""

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any, Final

from terminal.access_log.access import Access, Action, Purpose
from terminal.later import Later
from terminal.problems import Problem, TerminalError
from terminal.staff.key_words import KeyDoubt, Touch
from terminal.staff.lockout import delay_after, wait
from terminal.staff.one_time import accepted_step
from terminal.staff.password import NOBODYS, is_password
from terminal.staff.people import Member
from terminal.staff.policy import Act, may, role_for
from terminal.staff.ports import Roster

if TYPE_CHECKING:
    from terminal.staff import security_key
else:
    security_key = Later("terminal.staff.security_key")

UNKNOWN: Final = "unknown"  # who tried, where there is nobody of that name
TRIES: Final = 5  # to write over what another process changed meanwhile


class Factor(StrEnum):
    """A way to show who one is. The names joined by a plus sign stand in the log."""

    PASSWORD = auto()
    TOTP = auto()
    SECURITY_KEY = auto()
    STAFF_CARD = auto()


HELD: Final = frozenset({Factor.TOTP, Factor.SECURITY_KEY, Factor.STAFF_CARD})
ALONE_NEVER: Final = frozenset({Factor.STAFF_CARD})  # not even where one factor is enough
REMEMBERED: Final = "remembered"  # in the log: the other factor was shown earlier in this shift


@dataclass(frozen=True)
class Claim:
    """Who somebody says that they are, and what they show for it. An empty field shows nothing."""

    id: str = field(repr=False)
    password: str = field(repr=False, default="")
    code: str = field(repr=False, default="")
    card: bytes = field(repr=False, default=b"")  # its keyed hash
    touch: Touch | None = field(repr=False, default=None)  # a fresh question to the person's key, and its answer


def factors_of(member: Member) -> list[Factor]:
    """What a person is enrolled with, for lists."""
    held = {
        Factor.PASSWORD: member.password,
        Factor.TOTP: member.totp_secret,
        Factor.SECURITY_KEY: member.key,
        Factor.STAFF_CARD: member.card,
    }
    return [factor for factor, kept in held.items() if kept]


class Refusal(StrEnum):
    """Why somebody is not signed in."""

    WRONG = auto()  # of what was shown something is wrong, missing, or of nobody
    WAIT = auto()  # too many failures: not compared at all
    ROLE = auto()  # it is who they say, and not theirs to do
    KEY = auto()  # the security key's answer proves nothing; whatever else was shown was not looked at
    KEY_COPIED = auto()  # nor does it, for the key's count did not go on: there may be a copy of it


@dataclass(frozen=True)
class Accepted:
    """It is this person, by these factors."""

    member: Member
    factors: frozenset[Factor]
    is_remembered: bool = False

    @property
    def sign_in(self) -> str:
        """How, as the log says it."""
        return "+".join([*sorted(self.factors), *([REMEMBERED] if self.is_remembered else [])])


@dataclass(frozen=True)
class Refused:
    """Nobody is signed in; `wait` is how long no other try will be looked at."""

    why: Refusal
    wait: timedelta = timedelta(0)
    member: Member | None = None  # as it is to be kept


Verdict = Accepted | Refused


def judge(member: Member | None, claim: Claim, now: datetime, *, is_remembered: bool = False) -> Verdict:
    """Whether the claim is proved. With `is_remembered` one factor is enough: the other was shown before.

    Pure. Takes as long for somebody whom nobody knows, or who may not sign in any more.
    """
    if member is None or not member.is_enabled:
        is_password(claim.password, NOBODYS)
        return Refused(Refusal.WRONG)
    if left := wait(member.failures, member.failed_at, now):
        is_set_back = member.failed_at is not None and now < member.failed_at
        return Refused(Refusal.WAIT, left, replace(member, failed_at=now) if is_set_back else member)
    failures = member.failures + 1
    failed = replace(member, failures=failures, failed_at=now)
    key = security_key.proved(member.key, claim.touch) if claim.touch else member.key
    if isinstance(key, KeyDoubt):
        is_copied = key is KeyDoubt.COPIED
        return Refused(Refusal.KEY_COPIED if is_copied else Refusal.KEY, delay_after(failures), failed)
    shown = _shown(member, claim, now)
    if claim.touch:
        shown[Factor.SECURITY_KEY] = True, {"key": key}
    factors = frozenset(shown)
    is_enough = bool(factors - ALONE_NEVER) if is_remembered else Factor.PASSWORD in factors and bool(factors & HELD)
    if not is_enough or not all(is_right for is_right, _ in shown.values()):
        return Refused(Refusal.WRONG, delay_after(failures), failed)
    known = member
    for _, after in shown.values():
        known = replace(known, **after)
    is_lacking = not (Factor.PASSWORD in factors and factors & HELD)
    return Accepted(replace(known, failures=0, failed_at=None), factors, is_lacking)


def _shown(member: Member, claim: Claim, now: datetime) -> dict[Factor, tuple[bool, dict[str, Any]]]:
    """Each factor that was shown: whether it is right, and what to keep of it."""
    shown: dict[Factor, tuple[bool, dict[str, Any]]] = {}
    if claim.password:
        shown[Factor.PASSWORD] = is_password(claim.password, member.password), {}
    if claim.code:
        secret = member.totp_secret
        step = accepted_step(secret, claim.code, now, member.totp_step) if secret else None
        shown[Factor.TOTP] = step is not None, {"totp_step": step}
    if claim.card:
        shown[Factor.STAFF_CARD] = bool(member.card) and hmac.compare_digest(member.card, claim.card), {}
    return shown


def sign_in(
    roster: Roster, claim: Claim, now: datetime, act: Act, *, is_remembered: bool = False, why: str = ""
) -> Verdict:
    """Signs somebody in to do `act`: counts the try, keeps what is spent, and writes the entry, all or nothing.

    `why` is the reason that the log gives. Raises `JOURNAL_FAILED`, `STORE_UNREADABLE`.
    """
    if claim.card and not roster.policy().is_card_factor:
        claim = replace(claim, card=b"")
    for _ in range(TRIES):
        member = roster.member(claim.id)
        verdict = judge(member, claim, now, is_remembered=is_remembered)
        if isinstance(verdict, Accepted) and not may(verdict.member, act):
            verdict = Refused(Refusal.ROLE, member=verdict.member)
        entry = _entry(verdict, act, why)
        if verdict.member is None:
            roster.record(entry)
            return verdict
        if roster.keep(verdict.member, entry):
            return verdict
    raise TerminalError(Problem.STORE_BUSY, "the roster is being changed all the time")


def _entry(verdict: Verdict, act: Act, why: str) -> Access:
    member = verdict.member
    name = member.id if member else UNKNOWN
    role, how, outcome, reason = str(member.main_role) if member else "", "", "refused", why
    match verdict:
        case Accepted():
            role, how, outcome = role_for(verdict.member, act), verdict.sign_in, "signed_in"
        case Refused():
            reason = verdict.why
    return Access(
        Action.SIGNED_IN, "", name, outcome=outcome, reason=reason, details=(("act", act),),
        role=role, sign_in=how, purpose=Purpose.OPERATION,
    )  # fmt: skip
