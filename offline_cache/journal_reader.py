"""The access log, read: one moment of it, streamed, while the desk may go on writing. Changes nothing."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from offline_cache.database import Database, Row, open_to_read
from offline_cache.journal_end import FILE, log_keys, stored_end
from offline_cache.keys import Keys
from offline_cache.tiles import Tiles
from terminal.access_log.tree import TILE_WIDTH
from terminal.access_log.verify import LogKeys, StoredEnd, StoredEntry, StoredLog, StoredNote
from terminal.problems import Problem, TerminalError

_BESIDE = ("outbox", "token")
_ENTRIES = "SELECT seq, line, tag FROM entry WHERE seq >= ? ORDER BY seq"


class JournalReader:
    """For one thread."""

    def __init__(self, database: Database, keys: LogKeys) -> None:
        self._database = database
        self.keys = keys
        self.tiles = Tiles(database)

    @property
    def terminal(self) -> str:
        """The desk that this log is of, as the log's name has it."""
        return self.keys.log.name.partition("/access/")[0]

    def stored(self) -> StoredLog:
        """All of it, to be verified."""
        return StoredLog(self.rows(), self.notes(), self.end(), Tiles(self._database).tile, self.tiles.count())

    def entries(self, start: int = 0) -> Iterator[StoredEntry]:
        """Every entry as it lies on disk, in order, from number `start` on."""
        return map(StoredEntry._make, self._database.stream(_ENTRIES, start))

    def rows(self) -> Iterator[Row]:
        """The same as bare rows, in three quarters of the time."""
        return chain.from_iterable(self._database.batches(TILE_WIDTH, _ENTRIES, 0))

    def notes(self) -> Iterator[StoredNote]:
        """Every signed checkpoint, in order."""
        return map(StoredNote._make, self._database.stream("SELECT size, note, tag FROM checkpoint ORDER BY size"))

    def last_note(self) -> StoredNote | None:
        """The newest checkpoint."""
        rows = self._database.rows("SELECT size, note, tag FROM checkpoint ORDER BY size DESC LIMIT 1")
        return StoredNote(*rows[0]) if rows else None

    def end(self) -> StoredEnd | None:
        """Where the log says that it ends."""
        return stored_end(self._database)

    def check_beside(self) -> None:
        """Raises `STORE_UNREADABLE` for damage to what stands beside the log in its file, which no proof covers."""
        for table in _BESIDE:
            if self._database.rows(f"PRAGMA quick_check({table})") != [("ok",)]:
                raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: {table} is damaged")

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


def read_journal(folder: Path, keys: Keys) -> JournalReader:
    """The journal, to be read only. Raises `STORE_UNREADABLE`."""
    database = open_to_read(folder / FILE, keys.journal)
    try:
        return JournalReader(database, log_keys(database, keys))
    except TerminalError:
        database.close()
        raise
