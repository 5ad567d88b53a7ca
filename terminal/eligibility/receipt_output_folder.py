"""Result files into the receipt computer's folder: each appears whole, once, and is on record until it is taken away.

Law: a file lies whole and synced where nobody looks before it is on record, and is on record before it is renamed into
the folder; so after a crash it is known of each whether it was handed over, and none is handed over twice.
"""

import contextlib
import errno
import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from pathlib import Path

from terminal.configuration.settings import Receipt
from terminal.eligibility.folder_sync import sync_folder
from terminal.eligibility.receipt_output import ReceiptResult, Untaken, respelled, to_csv, to_xml, untaken_in
from terminal.problems import Problem, TerminalError

FRESH = "uketsuke"  # inside the folder, so that a rename is one step; that it is there tells the share from its mount
KEPT = timedelta(days=35)
PREFIX = "OQSsiquc01res_"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS handed_over (
    name TEXT PRIMARY KEY,       -- the file's
    identifier TEXT NOT NULL,
    digest BLOB NOT NULL,        -- SHA-256 of its bytes
    at TEXT NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS handed_over_by_state ON handed_over (state);
"""


class FileState(StrEnum):
    """Where a file stands."""

    PREPARED = auto()  # on record, renamed or about to be
    WAITING = auto()  # in the folder
    TAKEN = auto()  # the receipt computer took it away


class ReceiptFolder:
    """The folder, for use from any thread.

    Raises `STORE_UNREADABLE` when the record cannot be opened. The folder may be away: that is told at handing over.
    """

    def __init__(self, settings: Receipt) -> None:
        self._folder, self._fresh = settings.folder, settings.folder / FRESH
        self._settings = settings
        self._lock = threading.RLock()
        with _translated():
            self._connection = sqlite3.connect(settings.record, isolation_level=None, check_same_thread=False)
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=FULL")
                self._connection.executescript(_SCHEMA)
            except sqlite3.Error:
                self._connection.close()
                raise

    def hand_over(self, result: ReceiptResult, spelling: Mapping[str, str] | None = None) -> tuple[Untaken, ...]:
        """Hands a result over, once; empty when it was, or had been. Else nothing is written: what cannot be.

        `spelling` is what a person chose for such characters. Raises `RECEIPT_FOLDER_AWAY`; asked again later, it goes
        on where it ended.
        """
        result = respelled(result, spelling or {})
        if listed := untaken_in(result, self._settings.charset):
            return listed
        with self._lock:
            self.finish()
            for name, content in self._files(result):
                if self._state(name) is None:
                    self._hand_over(name, content, result)
        return ()

    def finish(self) -> None:
        """Ends what a crash left half done. Raises `RECEIPT_FOLDER_AWAY`."""
        with self._lock, _reaching():
            if not self._folder.is_dir():
                raise TerminalError(Problem.RECEIPT_FOLDER_AWAY, "no such folder")
            if not self._execute("SELECT 1 FROM handed_over LIMIT 1"):
                self._fresh.mkdir(mode=0o700, exist_ok=True)
            self._check_reached()
            prepared = set(self._names(FileState.PREPARED))
            for name in prepared:
                if (self._fresh / name).exists():  # a rename would have taken it from there
                    (self._fresh / name).replace(self._folder / name)
                    sync_folder(self._folder)
                self._mark(name, FileState.WAITING)
            for left_over in self._fresh.iterdir():
                if left_over.name not in prepared:  # written, and not on record: it will be handed over anew
                    left_over.unlink(missing_ok=True)

    def waiting(self) -> list[str]:
        """The names of files that the receipt computer has not taken; those that it took are marked so.

        Raises `RECEIPT_FOLDER_AWAY`: a folder out of reach looks as if all were taken.
        """
        with self._lock, _reaching():
            self._check_reached()
            names = self._names(FileState.WAITING)
            waiting = [name for name in names if (self._folder / name).exists()]
            for name in set(names) - set(waiting):
                self._mark(name, FileState.TAKEN)
        return waiting

    def purge(self, now: datetime) -> None:
        """Drops the record of what was taken long ago."""
        before = (now - KEPT).astimezone(UTC).isoformat()
        self._execute("DELETE FROM handed_over WHERE state = ? AND at < ?", FileState.TAKEN, before)

    def close(self) -> None:
        """Closes the record."""
        with self._lock:
            self._connection.close()

    def _check_reached(self) -> None:
        """An empty mount point looks like a folder from which everything was taken; it has no folder of ours in it."""
        if not self._fresh.is_dir():
            raise TerminalError(Problem.RECEIPT_FOLDER_AWAY, f"no folder {FRESH} in it")

    def _files(self, result: ReceiptResult) -> Iterator[tuple[str, bytes]]:
        """The names follow from the identifier alone, so that no second file can be made of one result."""
        free = int.from_bytes(hashlib.sha256(result.identifier.encode()).digest()) % 10**12
        stem = f"{PREFIX}{result.day:%Y%m%d}{free:012d}"
        if self._settings.xml:
            yield f"{stem}.xml", to_xml(result, self._settings.charset)
        if self._settings.csv:
            yield f"{stem}.csv", to_csv(result, self._settings.charset)

    def _hand_over(self, name: str, content: bytes, result: ReceiptResult) -> None:
        with _reaching():
            _write_synced(self._fresh / name, content)
            sync_folder(self._fresh)
        self._execute(
            "INSERT INTO handed_over VALUES (?, ?, ?, ?, ?)",
            *(name, result.identifier, hashlib.sha256(content).digest()),
            *(result.confirmed_at.astimezone(UTC).isoformat(), FileState.PREPARED),
        )
        with _reaching():
            (self._fresh / name).replace(self._folder / name)
            sync_folder(self._folder)
        self._mark(name, FileState.WAITING)

    def _state(self, name: str) -> FileState | None:
        rows = self._execute("SELECT state FROM handed_over WHERE name = ?", name)
        return FileState(rows[0][0]) if rows else None

    def _names(self, state: FileState) -> list[str]:
        return [row[0] for row in self._execute("SELECT name FROM handed_over WHERE state = ? ORDER BY at", state)]

    def _mark(self, name: str, state: FileState) -> None:
        self._execute("UPDATE handed_over SET state = ? WHERE name = ?", state, name)

    def _execute(self, sql: str, *parameters: object) -> list[tuple[str, ...]]:
        with self._lock, _translated():
            return self._connection.execute(sql, parameters).fetchall()


@contextlib.contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "unknown")
        raise TerminalError(Problem.RECEIPT_FOLDER_AWAY, code) from error


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"the receipt record: {type(error).__name__}") from error


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
