"""Deletes the bytes of entries whose time is over, and leaves what the tree is made of.

For use within a transaction that also records the deletion: both are on disk, or neither.
"""

import contextlib
from collections.abc import Iterable, Iterator

from offline_cache.database import Database
from terminal.access_log.masking import is_emptied, leaf_content
from terminal.access_log.tag import TagKey

_GUARD = "entry_stays"
BESIDE = {"outbox": "outbox_remains", "token": ""}
"""The tables about patients beside the log, and what guards them."""


def delete_bytes(database: Database, tags: TagKey, numbers: Iterable[int]) -> None:
    """Puts in the place of each of these entries its leaf.

    `secure_delete` overwrites the bytes in the file; `forget` empties the write-ahead log of them.
    """
    with _unguarded(database, _GUARD):
        for number in numbers:
            for (line,) in database.rows("SELECT line FROM entry WHERE seq = ?", number):
                if not is_emptied(line):
                    leaf = leaf_content(line)
                    tag = tags.of_entry(number, leaf)
                    database.change("UPDATE entry SET line = ?, tag = ? WHERE seq = ?", leaf, tag, number)


def delete_beside(database: Database) -> None:
    """Deletes what stands beside a log that is over: each of it is in the journal after that, or was of that day."""
    for table, guard in BESIDE.items():
        with _unguarded(database, guard):
            database.change(f"DELETE FROM {table}")  # noqa: S608  # a name of ours


def forget(database: Database) -> None:
    """Moves the write-ahead log into the file and empties it, as far as nobody is reading."""
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")


@contextlib.contextmanager
def _unguarded(database: Database, guard: str) -> Iterator[None]:
    """Without the trigger of that name, where there is one; an error within leaves it to the transaction."""
    rows = database.rows("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?", guard)
    for _ in rows:
        database.change(f"DROP TRIGGER {guard}")
    yield
    for (laid_out,) in rows:
        database.change(str(laid_out))
