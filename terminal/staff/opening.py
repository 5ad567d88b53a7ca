"""Opening the sealed emergency code: on record before anything else is, and with the same waits as a password.

Its hours count from the first time; until they are over it opens again a desk that was started anew.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from terminal.access_log.access import Access, Action, Purpose
from terminal.problems import Problem, TerminalError
from terminal.staff.emergency import ID, Emergency, plain_code
from terminal.staff.lockout import delay_after, wait
from terminal.staff.password import NOBODYS, is_password
from terminal.staff.ports import Roster
from terminal.staff.signing_in import TRIES, Refusal, Refused


def open_emergency(roster: Roster, code: str, now: datetime, holds: timedelta) -> Emergency | Refused:
    """The code, opened until `ends`. Raises `JOURNAL_FAILED`, `STORE_UNREADABLE`."""
    for _ in range(TRIES):
        kept = roster.emergency()
        found = _judge(kept, code, now, holds)
        if kept is None:
            roster.record(_entry(found))
            return found
        if roster.keep_emergency(_to_keep(kept, found, now), _entry(found)):
            return found
    raise TerminalError(Problem.STORE_BUSY, "the emergency code is being changed all the time")


def _judge(kept: Emergency | None, code: str, now: datetime, holds: timedelta) -> Emergency | Refused:
    if kept is None or not kept.opens(now):
        is_password(plain_code(code), NOBODYS)
        return Refused(Refusal.WRONG)
    if left := wait(kept.failures, kept.failed_at, now):
        return Refused(Refusal.WAIT, left)
    if not is_password(plain_code(code), kept.code):
        return Refused(Refusal.WRONG, delay_after(kept.failures + 1))
    return replace(kept, opened_at=kept.opened_at or now, ends=kept.ends or now + holds, failures=0, failed_at=None)


def _to_keep(kept: Emergency, found: Emergency | Refused, now: datetime) -> Emergency:
    if isinstance(found, Emergency):
        return found
    if found.why is Refusal.WAIT:
        is_set_back = kept.failed_at is not None and now < kept.failed_at
        return replace(kept, failed_at=now) if is_set_back else kept
    return replace(kept, failures=kept.failures + 1, failed_at=now) if kept.opens(now) else kept


def _entry(found: Emergency | Refused) -> Access:
    outcome, reason = "refused", ""
    details: tuple[tuple[str, str], ...] = ()
    if isinstance(found, Emergency) and found.ends is not None:
        outcome, details = "opened", (("until", found.ends.isoformat(timespec="seconds")),)
    elif isinstance(found, Refused):
        reason = found.why
    return Access(
        Action.EMERGENCY_OPENED, "", ID, outcome=outcome, reason=reason, details=details,
        sign_in="emergency_code", purpose=Purpose.OPERATION,
    )  # fmt: skip
