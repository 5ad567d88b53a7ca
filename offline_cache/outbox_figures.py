"""The outbox as reception is told of it every few seconds: counted by the database, and no question is read."""

from datetime import date, datetime, timedelta

from offline_cache.database import Database, Row
from offline_cache.journal_end import FILE
from terminal.outage.situation import Figures
from terminal.outbox.asked_again import AskedAgain
from terminal.outbox.difference import Difference, Finding
from terminal.problems import Problem, TerminalError

_OPEN = "SELECT stage, count(*), min(asked_at) FROM outbox WHERE stage <> 'answered' GROUP BY stage"
_OF_MONTH = (
    "SELECT count(*), coalesce(sum(finding <> 'as_shown'), 0) FROM outbox"
    " WHERE stage = 'answered' AND day >= ? AND day < ?"
)

# A visit that was asked about once more since, and waits again, has come to nothing yet.
_ASKED_AGAIN = (
    "SELECT visit, due_at, finding, fields FROM outbox WHERE stage <> 'waiting' AND asked_at >= ?"
    " AND visit NOT IN (SELECT visit FROM outbox WHERE stage = 'waiting') ORDER BY asked_at"
)


def figures_of(database: Database, month: date) -> Figures:
    """How many wait, are dead, and of the month with that first day were answered and changed.

    Raises what the database raises.
    """
    still = {stage: (number, oldest) for stage, number, oldest in database.rows(_OPEN)}
    waiting, oldest = still.get("waiting", (0, None))
    following = (month + timedelta(days=31)).replace(day=1)
    answered, changed = database.rows(_OF_MONTH, month.isoformat(), following.isoformat())[0]
    since = None if oldest is None else datetime.fromisoformat(oldest)
    return Figures(waiting, still.get("dead", (0, None))[0], since, month, answered, changed)


def asked_again_of(database: Database, since: str) -> tuple[AskedAgain, ...]:
    """What came of the checks asked from `since` on (UTC, as the file has it), oldest first.

    Raises `STORE_UNREADABLE` and what the database raises.
    """
    return tuple(_asked_again(row) for row in database.rows(_ASKED_AGAIN, since))


def _asked_again(row: Row) -> AskedAgain:
    visit, at, finding, names = row
    try:
        return AskedAgain(visit, datetime.fromisoformat(at), difference_of(finding, names))
    except ValueError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: a queued check cannot be read") from error


def difference_of(finding: str | None, names: str) -> Difference | None:
    """What was found, as the file has it. Raises `ValueError` for what it never has."""
    return None if finding is None else Difference(Finding(finding), tuple(names.split()))
