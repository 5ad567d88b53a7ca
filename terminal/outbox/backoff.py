"""When a check that waits is asked again, and when its waiting is itself the news. Pure.

Attempts grow apart from a minute to an hour, spread by chance: when a line is back, not every desk of a site asks in
the same second.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.outbox.queued import Stage, Standing

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
SPREAD = 0.2  # of a wait, either way
MOST_ATTEMPTS = 12  # of a check that is answered, and never in a way that can be read: half a day
LATE_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Backlog:
    """What reception is told: how many checks wait, how many are dead, since when the oldest has waited."""

    waiting: int
    dead: int
    oldest: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whether someone should look after it: the line is back as a rule within a day."""
        return self.dead > 0 or (self.oldest is not None and self.oldest >= LATE_AFTER)


def wait_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts, 1 or more; `chance` from 0 to 1 spreads it."""
    doubled = FIRST_WAIT * (1 << min(attempts - 1, 10))
    return min(doubled, LONGEST_WAIT) * (1 + SPREAD * (2 * chance - 1))


def backlog_of(standings: Iterable[Standing], now: datetime) -> Backlog:
    """Counts what is not answered. A clock that went back makes nothing younger than now."""
    unanswered = [standing for standing in standings if standing.stage is not Stage.ANSWERED]
    waiting = [standing.asked_at for standing in unanswered if standing.stage is Stage.WAITING]
    oldest = max(now - min(waiting), timedelta()) if waiting else None
    return Backlog(len(waiting), len(unanswered) - len(waiting), oldest)
