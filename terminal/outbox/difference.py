"""What an answer asked for afterwards says against what was shown. Pure; names fields, never their values."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import assert_never

from terminal.coverage import (
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Refused,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.outbox.coverage_json import coverage_fields


class Finding(StrEnum):
    """What a check came to. All but `AS_SHOWN` ask for something to be done before the claim."""

    AS_SHOWN = auto()
    PERSON_DIFFERS = auto()  # the record may be someone else's
    NOW_KNOWN = auto()  # nothing was shown, and it was in force
    COVERAGE_DIFFERS = auto()
    UNREGISTERED = auto()  # medical aid that this clinic is not on a ticket of
    ENDED = auto()
    ENDED_NEWER_EXISTS = auto()
    NOT_FOUND = auto()
    SEVERAL_FOUND = auto()


@dataclass(frozen=True)
class Difference:
    """A finding, with the names of the coverage's fields that differ from what was shown."""

    finding: Finding
    fields: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether someone has something to do."""
        return self.finding is not Finding.AS_SHOWN


def difference(shown: Coverage | None, reply: Reply) -> Difference | None:
    """What the answer says against what was shown; None for what is no answer yet, or a refusal."""
    match reply:
        case InForce(coverage=coverage):
            if shown is None:
                return Difference(Finding.NOW_KNOWN)
            differing = _differing(shown, coverage)
            return Difference(Finding.COVERAGE_DIFFERS if differing else Finding.AS_SHOWN, differing)
        case InForceUnregistered(coverage=coverage):
            return Difference(Finding.UNREGISTERED, _differing(shown, coverage) if shown else ())
        case NotInForce(newer_exists=newer_exists):
            return Difference(Finding.ENDED_NEWER_EXISTS if newer_exists else Finding.ENDED)
        case NotFound():
            return Difference(Finding.NOT_FOUND)
        case SeveralFound():
            return Difference(Finding.SEVERAL_FOUND)
        case Refused() | StillRunning():
            return None
        case _:
            assert_never(reply)


def _differing(shown: Coverage, said: Coverage) -> tuple[str, ...]:
    """By what is kept alone: the rest is of the day's answer, and was never shown from a store."""
    before, now = coverage_fields(shown), coverage_fields(said)
    return tuple(name for name in before if before[name] != now[name])
