"""Deletes what was kept long enough in an epoch that is over: entries of an intact log, or a damaged file as a whole.

Law: the log of today tells of it before it is done. An intact log gets one more entry for each deletion, so that it is
verified, exported and shipped as ever; what was queued for an outage beside it was carried over long ago, and goes too.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from offline_cache.database import open_to_read, open_to_write
from offline_cache.epochs import PUT_ASIDE
from offline_cache.journal import SqlJournal
from offline_cache.journal_alarm import no_alarm
from offline_cache.journal_deletion import BESIDE, delete_beside, forget
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import read_journal
from offline_cache.keys import Keys
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.rotation import keys_of, own_seal
from terminal.access_log.access import Access
from terminal.durable import sync_folder
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError


class OverLog:
    """The log of an epoch that is over, opened to delete in it. Close it at the end."""

    def __init__(self, place: Path, keys: Keys, clock: Clock) -> None:
        """Raises `STORE_UNREADABLE`."""
        with closing(read_journal(place, keys)) as log:
            terminal = log.terminal
        path = place / FILE
        self._database = open_to_write(path, keys.journal, create=False, failed=Problem.JOURNAL_FAILED)
        try:
            self._journal = SqlJournal(self._database, keys, clock, terminal, no_alarm)
        except TerminalError:
            self._database.close()
            raise

    def delete(self, access: Access, numbers: Sequence[int]) -> None:
        """Deletes the bytes of some entries, on record in this log. Raises `JOURNAL_FAILED`."""
        self._journal.record_deletion(access, numbers)

    def delete_beside(self) -> None:
        """Deletes what stands beside the log about patients. Raises `JOURNAL_FAILED`."""
        with self._database.transaction():
            delete_beside(self._database)
        forget(self._database)

    def close(self) -> None:
        """Closes the file."""
        self._journal.close()


def open_over(place: Path, credentials: Path | None, clock: Clock, ask: Ask | None = None) -> OverLog:
    """The log in an epoch's folder, by the seal of its store. Raises `STORE_UNREADABLE`, or what the seal raises."""
    return OverLog(place, _keys(place, credentials, ask), clock)


def has_beside(place: Path, credentials: Path | None, ask: Ask | None = None) -> bool:
    """Whether anything about patients stands beside such a log. Changes nothing; raises as `open_over` does."""
    with closing(open_to_read(place / FILE, _keys(place, credentials, ask).journal)) as database:
        return any(database.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in BESIDE)  # noqa: S608  # names of ours


def delete_whole(place: Path) -> None:
    """Deletes the files of an epoch's journal; what others signed over it stays. Raises `STORE_UNREADABLE`."""
    try:
        for name in PUT_ASIDE:
            if name.startswith(FILE):
                (place / name).unlink(missing_ok=True)
        sync_folder(place)
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{place.name}: {type(error).__name__}") from error


def _keys(place: Path, credentials: Path | None, ask: Ask | None) -> Keys:
    return keys_of(place, own_seal(place, credentials, ask))
