"""How the line to the eligibility service is, as the last questions and probes found it. Pure.

After `MOST_OUTAGES` in a row it rests: questions are answered as an outage at once, and no patient waits for what the
one before waited for in vain, until a probe gets through.
"""

from dataclasses import dataclass
from datetime import datetime

from terminal.eligibility.failures import Failure, failure_of
from terminal.problems import Problem

MOST_OUTAGES = 3
# An unreadable answer is an outage too, but it may be one patient's alone, and nobody waited for it.
SILENCES = frozenset({Problem.LINE_DOWN, Problem.SERVICE_SILENT, Problem.SERVICE_BUSY})


@dataclass(frozen=True)
class LineState:
    """For the reception's banner. `problem` is what was met last, `since` when that began; None: all is well."""

    problem: Problem | None = None
    since: datetime | None = None
    outages: int = 0  # in a row
    is_resting: bool = False

    @property
    def is_alarm(self) -> bool:
        """Whether IT is needed: a certificate on either side may be wrong."""
        return self.problem is not None and failure_of(self.problem) is Failure.SECURITY


def after_question(state: LineState, problem: Problem | None, now: datetime) -> LineState:
    """The line after a question; `problem` is None where an answer came."""
    if problem not in SILENCES:
        return _answered(state, problem, now, outages=0)
    outages = state.outages + 1
    return LineState(problem, _since(state, problem, now), outages, state.is_resting or outages >= MOST_OUTAGES)


def after_probe(state: LineState, problem: Problem | None, now: datetime) -> LineState:
    """A resting line after a probe. Somebody is there again: one more outage, and it rests again.

    What is no outage ends the rest too, for a wrong certificate must meet the next question and not hide behind it.
    """
    if problem in SILENCES:
        return LineState(problem, _since(state, problem, now), state.outages, is_resting=True)
    return _answered(state, problem, now, outages=MOST_OUTAGES - 1)


def _answered(state: LineState, problem: Problem | None, now: datetime, *, outages: int) -> LineState:
    return LineState(problem, _since(state, problem, now) if problem else None, outages)


def _since(state: LineState, problem: Problem | None, now: datetime) -> datetime:
    """When it began: one outage may show itself in more ways than one."""
    goes_on = problem == state.problem or (problem in SILENCES and state.problem in SILENCES)
    return state.since if goes_on and state.since else now
