"""What each role may do, and what takes two people. Pure.

Whoever may not do a thing alone may not do it by holding two roles either: the second is another person.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from typing import Final

from terminal.staff.people import Member, Role


class Act(StrEnum):
    """Something that not everybody may do."""

    CHECK_IN = auto()
    EXPORT_LOG = auto()
    UNSEAL_PATIENT = auto()  # say whose a pseudonym of the log is
    CHANGE_STAFF = auto()
    REVIEW_EMERGENCY = auto()
    AUDIT = auto()  # look at the log in a window, and sign off what stands out there
    SECOND = auto()  # stand by as the second person


ALLOWED: Final = {
    Act.CHECK_IN: frozenset({Role.RECEPTIONIST, Role.SHIFT_LEAD}),
    Act.EXPORT_LOG: frozenset({Role.AUDITOR, Role.IT, Role.SHIFT_LEAD}),
    Act.UNSEAL_PATIENT: frozenset({Role.AUDITOR, Role.SHIFT_LEAD}),
    Act.CHANGE_STAFF: frozenset({Role.IT}),
    Act.REVIEW_EMERGENCY: frozenset({Role.AUDITOR, Role.SHIFT_LEAD}),
    Act.AUDIT: frozenset({Role.AUDITOR}),
    Act.SECOND: frozenset(Role),
}
FOUR_EYES: Final = frozenset({Act.EXPORT_LOG, Act.UNSEAL_PATIENT})
"""What takes two people, where the policy says so."""


@dataclass(frozen=True)
class Policy:
    """The clinic's own rules, kept with the people, so that no file beside the store changes them."""

    is_four_eyes: bool = False  # for exports; a patient's identity always takes two
    idle: timedelta = timedelta(minutes=15)  # without a hand at reception, between two patients
    shift: timedelta = timedelta(hours=10)  # how long a second factor is remembered at this desk; zero: never
    emergency: timedelta = timedelta(hours=4)  # how long an opened emergency code holds
    is_key_verified: bool = False  # whether a security key must ask for its PIN or a finger, beside the touch
    is_card_factor: bool = False  # whether a staff card is a second factor: its number can be copied


def may(member: Member, act: Act) -> bool:
    """Whether the person's roles allow it."""
    return member.is_enabled and bool(member.roles & ALLOWED[act])


def role_for(member: Member, act: Act) -> Role:
    """The role in which a person who may do it does it."""
    return next(role for role in Role if role in member.roles & ALLOWED[act])


def takes_two(act: Act, policy: Policy) -> bool:
    """Whether a second person must sign in beside the first."""
    return act is Act.UNSEAL_PATIENT or (act in FOUR_EYES and policy.is_four_eyes)


def suffice(first: Member, second: Member, act: Act) -> bool:
    """Whether two people may do together what takes two: one may do it, the other is somebody else in another role."""
    return (
        may(first, act) and second.is_enabled and first.id != second.id and bool(second.roles - {role_for(first, act)})
    )
