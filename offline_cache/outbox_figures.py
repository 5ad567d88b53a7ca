"""The outbox in figures, for a banner that is drawn every few seconds: counted by the database, no check is read."""

from datetime import date, datetime, timedelta

from offline_cache.database import Database
from terminal.outage.situation import Figures

_OPEN = "SELECT stage, count(*), min(asked_at) FROM outbox WHERE stage <> 'answered' GROUP BY stage"
_OF_MONTH = (
    "SELECT count(*), coalesce(sum(finding <> 'as_shown'), 0) FROM outbox"
    " WHERE stage = 'answered' AND day >= ? AND day < ?"
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
