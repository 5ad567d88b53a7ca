"""The watch over line, queue, clock and disk: a thread of its own that tells reception of each change.

It asks nobody about a patient. While nobody has answered it looks for the service, so that the banner goes by itself.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from terminal.certificate import JST
from terminal.eligibility.line_state import SILENCES, LineState
from terminal.limits import POLICY, Function, Limit, Standing, verdicts
from terminal.outage.situation import Figures, Situation, limiting, measured
from terminal.outbox.asked_again import AskedAgain
from terminal.outbox.report import month_to_claim
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

EVERY: Final = timedelta(seconds=5)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gauges:
    """Where the watch looks. Each may raise `TerminalError`, and then counts as it did before."""

    line: Callable[[], LineState]
    figures: Callable[[date], Figures]  # of the month with that first day
    confirmed_at: Callable[[], datetime | None]  # the newest answer kept
    is_reserve_given_up: Callable[[], bool]
    service_now: Callable[[], datetime | None] = lambda: None  # what time the service has
    probe: Callable[[], None] | None = None  # returns when somebody is there
    store: Callable[[], Problem | None] = lambda: None
    asked_again: Callable[[datetime], tuple[AskedAgain, ...]] = lambda _: ()  # of what was asked since that moment


class OutageWatch:
    """Runs from `start` to `close`. `listen` tells each new situation, from the watch's thread."""

    def __init__(
        self, gauges: Gauges, clock: Clock, policy: Iterable[Limit] = POLICY, *, every: timedelta = EVERY
    ) -> None:
        self._gauges = gauges
        self._clock = clock
        self._policy = tuple(policy)
        self._seconds = every.total_seconds()
        self._stopped: frozenset[Function] = frozenset()
        self._situation = Situation()
        self._confirmed_at: datetime | None = None
        self._well: LineState | None = None  # the outage that a probe has since found to be over
        self._tell: Callable[[Situation], None] = lambda _: None
        self._is_closed = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outage watch", daemon=True)

    @property
    def situation(self) -> Situation:
        """How things stand."""
        return self._situation

    def is_stopped(self, function: Function) -> bool:
        """Whether a limit has taken a function away."""
        return function in self._stopped

    def listen(self, tell: Callable[[Situation], None]) -> None:
        """Has `tell` called with each change; at once, where there is something to tell already."""
        self._tell = tell
        if self._situation != Situation():
            tell(self._situation)

    def start(self) -> None:
        """Looks once, so that limits hold from the first patient on, and then keeps watch."""
        self.look()
        self._thread.start()

    def wake(self) -> None:
        """Has it look at once."""
        self._news.set()

    def close(self) -> None:
        """Returns once the watch has ended: at most as long as one probe takes."""
        self._is_closed = True
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join()

    def look(self) -> Situation:
        """Looks everywhere once, and tells what has changed."""
        now = self._clock.now()
        line = self._line()
        figures = self._figures(now)
        known = measured(
            line,
            figures,
            now,
            confirmed_at=self._newest(),
            service_now=self._gauges.service_now(),
            is_reserve_given_up=self._gauges.is_reserve_given_up(),
        )
        found = verdicts(known, self._policy)
        self._stopped = frozenset(name for name, verdict in found.items() if verdict.standing is Standing.STOPPED)
        situation = Situation(line, figures, limiting(found.values()), self._gauges.store(), self._asked_again(now))
        if situation != self._situation:
            self._situation = situation
            self._tell(situation)
        return situation

    def _line(self) -> LineState:
        state = self._gauges.line()
        is_silent = state.problem in SILENCES and not state.is_resting  # a line at rest is looked for by its breaker
        if is_silent and state != self._well and self._gauges.probe is not None:
            try:
                self._gauges.probe()
                self._well = state
            except TerminalError as error:
                _log.info("nobody answers yet: %s", error.problem)
        return LineState() if state == self._well else state

    def _figures(self, now: datetime) -> Figures:
        try:
            return self._gauges.figures(month_to_claim(now.astimezone(JST).date()))
        except TerminalError as error:
            _log.warning("the queue could not be counted: %s", error.problem)
            return self._situation.figures

    def _asked_again(self, now: datetime) -> tuple[AskedAgain, ...]:
        try:
            return self._gauges.asked_again(datetime.combine(now.astimezone(JST).date(), time(), JST))
        except TerminalError as error:
            _log.warning("what came of checks made offline could not be looked up: %s", error.problem)
            return self._situation.asked_again

    def _newest(self) -> datetime | None:
        try:
            self._confirmed_at = self._gauges.confirmed_at()
        except TerminalError as error:
            _log.warning("the newest answer could not be looked up: %s", error.problem)
        return self._confirmed_at

    def _run(self) -> None:
        while not self._is_closed:
            self._news.wait(self._seconds)
            self._news.clear()
            if not self._is_closed:
                self.look()
