"""A round: every check at once, each on a thread of its own and within its time, so that the whole has a limit too.

A check that is late is left behind: its findings so far count, and the hop that it was at is told as not looked at in
time. Whoever runs a round ends the process afterwards, or closes what the checks hold.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from terminal.doctor.hops import Cause, Diagnosis, Finding, Hop, diagnosis

SECONDS: Final = 17.0  # leaves room in 20 for the program's own start and end


@dataclass(frozen=True)
class Check:
    """`look` finds something at each of `hops`, in this order, or stops at a broken one. `late` is for the last hop."""

    hops: tuple[Hop, ...]
    look: Callable[[], Iterable[Finding]]
    seconds: float
    late: Cause = Cause.CHECK_TOO_SLOW


_News = tuple[Check, Finding | None]  # None: the check has ended


def run_round(checks: Sequence[Check]) -> Diagnosis:
    """Runs the checks and says what they found, after their longest time limit at the latest."""
    told: queue.SimpleQueue[_News] = queue.SimpleQueue()
    for check in checks:
        threading.Thread(target=_look, args=(check, told), name=f"check {check.hops[0]}", daemon=True).start()
    began = time.monotonic()
    findings: list[Finding] = []
    running = list(checks)
    while running:
        soonest = min(check.seconds for check in running)
        try:
            check, finding = told.get(timeout=max(0.0, began + soonest - time.monotonic()))
        except queue.Empty:
            for check in [each for each in running if each.seconds <= soonest]:
                running.remove(check)
                findings.append(Finding(_at(check, findings), check.late))
            continue
        if check not in running:
            continue  # too late
        if finding is None:
            running.remove(check)
        else:
            findings.append(finding)
    return diagnosis(findings, [hop for check in checks for hop in check.hops])


def _look(check: Check, told: "queue.SimpleQueue[_News]") -> None:
    last = check.hops[0]
    try:
        for finding in check.look():
            last = finding.hop
            told.put((check, finding))
    except Exception as error:  # a defect of one check must not hide what the others find
        told.put((check, Finding(last, Cause.CHECK_FAILED, type(error).__name__)))
    finally:
        told.put((check, None))


def _at(check: Check, findings: Sequence[Finding]) -> Hop:
    """The first hop of a check of which nothing is known yet."""
    known = {finding.hop for finding in findings}
    return next((hop for hop in check.hops if hop not in known), check.hops[-1])
