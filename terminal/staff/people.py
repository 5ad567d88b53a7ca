"""The people of the desk and their roles. Pure.

Nobody holds every role, and whoever keeps the machine running is not the one who audits what was done with it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Final

_ID: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")
RESERVED: Final = frozenset({"emergency", "outbox", "program", "unknown"})  # stand for no person in the log
MOST_NAME: Final = 40


class Role(StrEnum):
    """What a person is at the desk."""

    RECEPTIONIST = auto()
    SHIFT_LEAD = auto()
    IT = auto()
    AUDITOR = auto()


APART: Final = frozenset({Role.IT, Role.AUDITOR})
"""Never held by one person: who can change the machine must not be who says that nothing was changed."""


@dataclass(frozen=True)
class Member:
    """One person who may sign in. What proves who they are is in no text of this."""

    id: str
    name: str = field(repr=False)  # as the windows show it
    roles: frozenset[Role]
    password: str = field(repr=False)  # an Argon2id hash in PHC form
    totp_secret: str = field(repr=False, default="")  # Base32 (RFC 4648); empty: none
    totp_step: int = 0  # the last time step whose code was accepted: no code is accepted twice
    card: bytes = field(repr=False, default=b"")  # keyed hash of a staff card's number; empty: none
    key: bytes = field(repr=False, default=b"")  # a security key's public part, see `security_key`; empty: none
    is_enabled: bool = True
    failures: int = 0  # in a row
    failed_at: datetime | None = None
    revision: int = 0  # counts the changes, so that no change is made over one that was not seen

    @property
    def main_role(self) -> Role:
        """The role that the person acts in at the desk: the first that they hold."""
        return next(role for role in Role if role in self.roles)


def enrolment_faults(id: str, name: str, roles: Iterable[Role]) -> list[str]:  # noqa: A002  # the field's word
    """What stands against enrolling such a person, in words for IT; nothing, when nothing does."""
    held = frozenset(roles)
    faults = []
    if not _ID.fullmatch(id) or id in RESERVED:
        faults.append(
            f"an id is 2 to 32 of a-z 0-9 . _ - and begins with a letter, and is not {', '.join(sorted(RESERVED))}"
        )
    if not 0 < len(name) <= MOST_NAME or any(unicodedata.category(character)[0] == "C" for character in name):
        faults.append(f"a name has 1 to {MOST_NAME} characters")
    if not held:
        faults.append("a person has at least one role")
    if held == frozenset(Role):
        faults.append("nobody holds all roles")
    elif held >= APART:
        faults.append(f"nobody holds {' and '.join(sorted(APART))}")
    return faults


def roles_held_by_nobody(members: Iterable[Member]) -> list[Role]:
    """The roles for which there is nobody who can sign in."""
    held = {role for member in members if member.is_enabled for role in member.roles}
    return [role for role in Role if role not in held]
