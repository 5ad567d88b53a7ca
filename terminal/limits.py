"""How long and how far each function may go on without the service or a true clock: a soft warning, then a hard stop.

Pure. A stop takes a function away and never the desk: a patient is always seen, by another way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

MOST_DAYS: Final = 30.0  # no stored answer is older
MOST_DRIFT_SECONDS: Final = 300.0  # beyond, an answer's age cannot be told


class Function(StrEnum):
    """What the desk does that a limit can end. The path without a card is none of them: it needs nothing of ours."""

    STORED_ANSWERS = "stored_answers"  # showing provisional answers
    QUEUED_CHECKS = "queued_checks"  # queueing checks, to be asked again
    REMEMBERED_CODES = "remembered_codes"  # sending a card code that was remembered


class Measure(StrEnum):
    """What is measured."""

    OFFLINE = "offline"  # days since the service last answered
    QUEUE = "queue"  # checks that wait to be asked again
    CLOCK_DRIFT = "clock_drift"  # seconds between our clock and the service's, either way
    DISK = "disk"  # 1 once the room kept for the log was given up


class Standing(StrEnum):
    """How a function stands, the worst last."""

    FINE = "fine"
    WARNED = "warned"  # goes on, and reception is told
    STOPPED = "stopped"


@dataclass(frozen=True)
class Limit:
    """`warned_from` and `stopped_from` are the first values that count; None: this measure never stops the function."""

    function: Function
    measure: Measure
    warned_from: float
    stopped_from: float | None

    def __post_init__(self) -> None:
        if not 0 < self.warned_from <= (self.warned_from if self.stopped_from is None else self.stopped_from):
            raise ValueError("a limit warns before it stops, and not from nothing on")


@dataclass(frozen=True)
class Measured:
    """What is known now. `offline` is the time since the service's last answer, None before its first."""

    offline: timedelta | None
    queued: int
    clock_drift: timedelta | None  # None: nobody has told us the time
    is_reserve_given_up: bool  # `SqlJournal.is_disk_full`


@dataclass(frozen=True)
class Verdict:
    """How a function stands, and by which measures; none where it is fine."""

    function: Function
    standing: Standing
    because: tuple[Measure, ...] = ()


def policy(
    *, offline_days: tuple[float, float], queued: tuple[float, float], clock_seconds: tuple[float, float]
) -> tuple[Limit, ...]:
    """A clinic's own policy: each pair warns from the first and stops from the second value on.

    It may be stricter than `POLICY` and never laxer where an answer's age is at stake. Raises `ValueError`.
    """
    if offline_days[1] > MOST_DAYS or clock_seconds[1] > MOST_DRIFT_SECONDS:
        raise ValueError("stored answers end after 30 days, and no clock may be 5 minutes off")
    day = 86_400
    return (
        Limit(Function.STORED_ANSWERS, Measure.OFFLINE, *offline_days),
        Limit(Function.STORED_ANSWERS, Measure.CLOCK_DRIFT, *clock_seconds),
        Limit(Function.QUEUED_CHECKS, Measure.QUEUE, *queued),
        Limit(Function.QUEUED_CHECKS, Measure.OFFLINE, offline_days[0], None),  # what is queued is never given up
        Limit(Function.QUEUED_CHECKS, Measure.DISK, 1, None),
        Limit(Function.REMEMBERED_CODES, Measure.CLOCK_DRIFT, clock_seconds[0], day),  # its end is a day
    )


# A soft warning after a long weekend; 200 checks are a busy clinic's day, 5,000 a month.
POLICY: Final = policy(offline_days=(3, MOST_DAYS), queued=(200, 5000), clock_seconds=(60, MOST_DRIFT_SECONDS))


def verdicts(measured: Measured, policy: Iterable[Limit] = POLICY) -> dict[Function, Verdict]:
    """How every function stands. What was not measured limits nothing: a desk that has just begun can work."""
    found = {function: Verdict(function, Standing.FINE) for function in Function}
    for limit in policy:
        standing = _standing(limit, _value(measured, limit.measure))
        before = found[limit.function]
        if standing is Standing.FINE or _worse(before.standing, standing):
            continue
        because = before.because if before.standing is standing else ()
        found[limit.function] = Verdict(limit.function, standing, (*because, limit.measure))
    return found


def _standing(limit: Limit, value: float) -> Standing:
    if limit.stopped_from is not None and value >= limit.stopped_from:
        return Standing.STOPPED
    return Standing.WARNED if value >= limit.warned_from else Standing.FINE


def _worse(one: Standing, other: Standing) -> bool:
    order = list(Standing)
    return order.index(one) > order.index(other)


def _value(measured: Measured, measure: Measure) -> float:
    match measure:
        case Measure.OFFLINE:
            return (measured.offline or timedelta()) / timedelta(days=1)
        case Measure.QUEUE:
            return measured.queued
        case Measure.CLOCK_DRIFT:
            return abs(measured.clock_drift or timedelta()) / timedelta(seconds=1)
        case Measure.DISK:
            return float(measured.is_reserve_given_up)
