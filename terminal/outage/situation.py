"""What reception is told of line, queue, limits and store, in one piece. Pure; it holds nothing of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from terminal.eligibility.failures import OUTAGES
from terminal.eligibility.line_state import LineState
from terminal.limits import Measured, Standing, Verdict
from terminal.outbox.asked_again import AskedAgain
from terminal.outbox.backoff import LATE_AFTER
from terminal.problems import Problem


@dataclass(frozen=True)
class Figures:
    """The outbox in figures. `answered` and `changed` are of the month whose claims are next."""

    waiting: int = 0
    dead: int = 0
    oldest: datetime | None = None  # since when the oldest has waited
    month: date | None = None  # its first day
    answered: int = 0
    changed: int = 0


_UNKNOWN = LineState()


@dataclass(frozen=True)
class Situation:
    """`limits` are those that are not fine; `store` is what is wrong with what is kept on this machine.

    `asked_again` is what came of today's checks that were made offline, oldest first.
    """

    line: LineState = _UNKNOWN
    figures: Figures = Figures()
    limits: tuple[Verdict, ...] = ()
    store: Problem | None = None
    asked_again: tuple[AskedAgain, ...] = ()

    @property
    def is_down(self) -> bool:
        """Whether nobody answers: a matter of certificates is none, and is told by its own problem."""
        return self.line.problem in OUTAGES

    def is_alarm(self, now: datetime) -> bool:
        """Whether somebody has to do something, beyond taking patients in provisionally."""
        is_late = self.figures.oldest is not None and now - self.figures.oldest >= LATE_AFTER
        is_stopped = any(verdict.standing is Standing.STOPPED for verdict in self.limits)
        return bool(self.line.is_alarm or self.figures.dead or self.store or is_late or is_stopped)


def measured(
    line: LineState,
    figures: Figures,
    now: datetime,
    *,
    confirmed_at: datetime | None,
    service_now: datetime | None,
    is_reserve_given_up: bool,
) -> Measured:
    """What the limits go by. `confirmed_at` is the newest answer kept; `service_now` is what time the service has.

    Time offline counts only while nobody answers: over a weekend nobody asks, and nothing is wrong.
    """
    moments = [moment for moment in (line.since, confirmed_at) if moment is not None]
    is_down = line.problem in OUTAGES
    offline = max(now - min(moments), timedelta()) if is_down and moments else None
    drift = None if service_now is None else now - service_now
    return Measured(offline, figures.waiting, drift, is_reserve_given_up)


def limiting(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Those that reception has to know of, what is stopped first."""
    told = [verdict for verdict in verdicts if verdict.standing is not Standing.FINE]
    return tuple(sorted(told, key=lambda verdict: verdict.standing is not Standing.STOPPED))
