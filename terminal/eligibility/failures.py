"""What it means that no answer came: one table of three classes. Pure.

Law: only an outage may fall back on what was kept. What the table does not name is not one.
"""

from enum import StrEnum, auto

from terminal.problems import Problem


class Failure(StrEnum):
    """What the desk does about it."""

    OUTAGE = auto()  # nobody there, or nothing that can be read: a stored answer may stand in, with its date
    SECURITY = auto()  # the other side is not who it should be, or will not have us: blocked, and IT is told
    BUSINESS = auto()  # somebody said no, in words or in a code: shown as it is


FAILURES = {
    Problem.LINE_DOWN: Failure.OUTAGE,
    Problem.SERVICE_SILENT: Failure.OUTAGE,
    Problem.SERVICE_BUSY: Failure.OUTAGE,
    Problem.SERVICE_UNREADABLE: Failure.OUTAGE,
    Problem.SERVICE_UNTRUSTED: Failure.SECURITY,
    Problem.SERVICE_HUNG_UP: Failure.SECURITY,  # under TLS 1.3 a refused client certificate looks no different
    Problem.LINE_CERTIFICATE_UNUSABLE: Failure.SECURITY,
    Problem.SERVICE_REFUSED: Failure.BUSINESS,
    Problem.SERVICE_STILL_RUNNING: Failure.BUSINESS,
}
OUTAGES = frozenset(problem for problem, failure in FAILURES.items() if failure is Failure.OUTAGE)


def failure_of(problem: Problem) -> Failure:
    """The class of a failure to get an answer."""
    return FAILURES.get(problem, Failure.BUSINESS)
