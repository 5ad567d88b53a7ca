"""What an answer means for a booking, which names a person: in force counts only for that one. Pure."""

from enum import StrEnum, auto
from typing import assert_never

from terminal.comparison.likeness import MATCH
from terminal.comparison.names import name_finding
from terminal.coverage import (
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Record,
    Refused,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.eligibility.bookings_file import Booking


class Outcome(StrEnum):
    """What one booking came to. Only `IN_FORCE` is one."""

    IN_FORCE = auto()
    IN_FORCE_UNREGISTERED = auto()
    PERSON_DIFFERS = auto()  # in force, and the record's name or birth date is not the booking's
    ENDED = auto()
    ENDED_NEWER_EXISTS = auto()
    NOT_FOUND = auto()
    SEVERAL_FOUND = auto()
    REFUSED = auto()
    NO_ANSWER = auto()  # the service left it out, or its answer cannot be read


def outcome_of(booking: Booking, reply: Reply) -> Outcome:
    """What an answer means for a booking."""
    match reply:
        case InForce(record):
            return Outcome.IN_FORCE if _is_about(booking, record) else Outcome.PERSON_DIFFERS
        case InForceUnregistered(record):
            return Outcome.IN_FORCE_UNREGISTERED if _is_about(booking, record) else Outcome.PERSON_DIFFERS
        case NotInForce(newer_exists=newer_exists):
            return Outcome.ENDED_NEWER_EXISTS if newer_exists else Outcome.ENDED
        case NotFound():
            return Outcome.NOT_FOUND
        case SeveralFound():
            return Outcome.SEVERAL_FOUND
        case Refused():
            return Outcome.REFUSED
        case StillRunning():
            return Outcome.NO_ANSWER
        case _:
            assert_never(reply)


def _is_about(booking: Booking, record: Record) -> bool:
    """What the booking says must match; a record without it is no match."""
    if booking.insured is None or record.birth_date != booking.insured.birth_date:
        return False
    return not booking.name or name_finding(booking.name, record.name)[0] in MATCH
