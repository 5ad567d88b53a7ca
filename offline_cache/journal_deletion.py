"""Deletes the bytes of entries whose time is over, and leaves what the tree is made of.

For use within a transaction that also records the deletion: both are on disk, or neither.
"""

from collections.abc import Iterable

from offline_cache.database import Database
from terminal.access_log.masking import is_emptied, leaf_content
from terminal.access_log.tag import TagKey

_GUARD = "entry_stays"


def delete_bytes(database: Database, tags: TagKey, numbers: Iterable[int]) -> None:
    """Puts in the place of each of these entries its leaf.

    `secure_delete` overwrites the bytes in the file; `forget` empties the write-ahead log of them.
    """
    (guard,) = database.rows("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?", _GUARD)[0]
    database.change(f"DROP TRIGGER {_GUARD}")
    for number in numbers:
        for (line,) in database.rows("SELECT line FROM entry WHERE seq = ?", number):
            if not is_emptied(line):
                leaf = leaf_content(line)
                tag = tags.of_entry(number, leaf)
                database.change("UPDATE entry SET line = ?, tag = ? WHERE seq = ?", leaf, tag, number)
    database.change(str(guard))


def forget(database: Database) -> None:
    """Moves the write-ahead log into the file and empties it, as far as nobody is reading."""
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
