"""What is done to the cache while nobody waits: what has ended is deleted, freed pages leave the disk, pages are read.

In small batches, so that a patient who comes meanwhile waits for one of them at most.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from offline_cache.database import Database, open_to_read
from terminal.certificate import JST
from terminal.problems import Problem, TerminalError

BATCH = 500  # some 50 ms
DAMAGED = "cache.db.damaged"
_OLDEST = "SELECT rowid FROM {table} WHERE {column} < ? ORDER BY {column} LIMIT ?"
_COUNT = """
INSERT INTO deleted VALUES (?, ?, ?)
ON CONFLICT (kind) DO UPDATE SET number = number + excluded.number, last_at = excluded.last_at
"""


def delete_ended(
    database: Database, now: datetime, max_age: timedelta, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Deletes answers older than `max_age` and card codes past their last day, batch by batch while `go_on`; how many.

    Raises `STORE_UNREADABLE`.
    """
    moment = text_of(now - max_age)
    answers = _delete_in_batches(database, "answer", "as_of", moment, now, go_on)
    today = now.astimezone(JST).date().isoformat()
    codes = _delete_in_batches(database, "card_code", "ends", today, now, go_on)
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")  # what was overwritten in the file leaves its log, too
    return answers + codes


def delete_and_count(database: Database, table: str, now: datetime, where: str, *parameters: object) -> int:
    """Deletes rows and counts them for `uketsuke data`; within a transaction. Raises `STORE_UNREADABLE`."""
    number = database.change(f"DELETE FROM {table} WHERE {where}", *parameters)  # noqa: S608  # words of ours
    if number:
        database.change(_COUNT, table, number, text_of(now))
    return number


def check_all_pages(path: Path, key: bytes) -> None:
    """Reads the whole file, the desk running or not: some 4 µs a kilobyte. Raises `STORE_UNREADABLE`."""
    with closing(open_to_read(path, key)) as database:
        database.check_pages()


def text_of(moment: datetime) -> str:
    """A moment as the file has it: it sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _delete_in_batches(
    database: Database, table: str, column: str, before: str, now: datetime, go_on: Callable[[], bool]
) -> int:
    which = f"rowid IN ({_OLDEST.format(table=table, column=column)})"
    total = 0
    while go_on():
        with database.transaction():
            number = delete_and_count(database, table, now, which, before, BATCH)
        total += number
        if number < BATCH:
            break
    return total


def mark_damaged(cache: Path) -> None:
    """Has the next opening put a damaged cache aside; no other file ever is. Raises `STORE_UNREADABLE`."""
    path = cache.with_name(DAMAGED)
    try:
        path.touch(0o600)
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{path.name}: cannot be marked") from error
