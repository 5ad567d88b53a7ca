"""Invented staff, what they type, and a roster in memory."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pyotp

from terminal.access_log.access import Access
from terminal.staff.emergency import Emergency
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.policy import Policy
from terminal.staff.signing_in import Claim

NOW = datetime(2026, 11, 22, 0, 30, 10, tzinfo=UTC)
PASSWORD = "kaki kusa hon mado"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HASH = hash_password(PASSWORD)
HANAKO = Member("hanako", "見本　花子", frozenset({Role.RECEPTIONIST}), HASH, SECRET, revision=1)
TARO = Member("taro", "見本　太郎", frozenset({Role.SHIFT_LEAD}), HASH, SECRET, revision=1)


def code_at(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


def claim(at: datetime = NOW, id_: str = "hanako", password: str = PASSWORD, code: str | None = None) -> Claim:
    return Claim(id_, password, code_at(at) if code is None else code)


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def go_on(self, **times: float) -> datetime:
        self.at += timedelta(**times)
        return self.at


@dataclass
class FakeRoster:
    """A roster in memory; `meanwhile` is done by another process before the next change."""

    people: dict[str, Member] = field(default_factory=dict)
    code: Emergency | None = None
    rules: Policy = field(default_factory=Policy)
    log: list[Access] = field(default_factory=list)

    def members(self) -> list[Member]:
        return [self.people[name] for name in sorted(self.people)]

    def member(self, id: str) -> Member | None:  # noqa: A002  # the port's word
        return self.people.get(id)

    def keep(self, member: Member, access: Access) -> bool:
        before = self.people.get(member.id)
        if before is not None and before.revision != member.revision:
            return False
        self.people[member.id] = replace(member, revision=member.revision + 1)
        self.log.append(access)
        return True

    def emergency(self) -> Emergency | None:
        return self.code

    def keep_emergency(self, emergency: Emergency, access: Access) -> bool:
        self.code = replace(emergency, revision=emergency.revision + 1)
        self.log.append(access)
        return True

    def policy(self) -> Policy:
        return self.rules

    def keep_policy(self, policy: Policy, access: Access) -> None:
        self.rules = policy

    def record(self, access: Access) -> None:
        self.log.append(access)


def roster_of(*members: Member) -> FakeRoster:
    return FakeRoster({member.id: member for member in members})
