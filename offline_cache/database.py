"""An SQLCipher file, opened as it must be: raw key, write-ahead log, every commit on disk. The one user of sqlcipher3.

No SQL is ever logged: `PRAGMA key` is SQL. Nothing in this process opens the file, its -wal or its -shm by other means:
closing such a handle drops SQLite's POSIX locks, and then an acknowledged commit can be lost (sqlite.org, "How to
corrupt", 2.2).
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped]  # ships no types

from offline_cache.keys import KEY_BYTES
from offline_cache.locked_memory import is_locked_and_wiped
from terminal.problems import Problem, TerminalError

APPLICATION_ID = 0x756B6574  # "uket"; tells our files from an empty one, which any key opens
VERSIONS = {"journal": 4, "cache": 4, "gateway": 1}  # by the stem of the file's name
BUSY_S = 5
Row = tuple[Any, ...]

# The processor has instructions for SHA-256 but none for SHA-512, which SQLCipher takes by itself: a page is read in
# two thirds of the time, and a tag of 256 bits is no easier to forge. A log is read in order, and large pages are
# fewer; an answer is looked up alone.
_HMAC = "HMAC_SHA256"
_PAGE_BYTES = {"journal": 8192, "cache": 4096, "gateway": 4096}

_SETTINGS = (
    "cache_size=-8000",  # in KiB: the inner pages of a million answers stay, which spares a lookup a third of its time
    "wal_autocheckpoint=200",
    "journal_size_limit=4194304",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
)


class Database:
    """One open file, for use from any thread. What fails is raised as `failed`, with SQLite's code for detail."""

    def __init__(self, path: Path, key: bytes, *, mode: str, failed: Problem) -> None:
        self._name = path.name
        self._version = VERSIONS[path.stem]
        self._failed = failed
        self._lock = threading.RLock()
        with self._translated(Problem.STORE_UNREADABLE):
            cipher = (f"cipher_hmac_algorithm={_HMAC}", f"cipher_page_size={_PAGE_BYTES[path.stem]}")
            self._connection = _open(f"file:{quote(str(path.absolute()))}?mode={mode}", key, cipher)

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        """Runs one statement and gives all its rows."""
        with self._lock, self._translated():
            return list(self._connection.execute(sql, parameters))

    def change(self, sql: str, *parameters: object) -> int:
        """Runs one statement that changes rows, and gives their number."""
        with self._lock, self._translated():
            return int(self._connection.execute(sql, parameters).rowcount)

    def change_each(self, sql: str, rows: Iterable[Row]) -> None:
        """Runs one statement that changes rows, once with each of `rows`."""
        with self._lock, self._translated():
            self._connection.executemany(sql, rows)

    def stream(self, sql: str, *parameters: object) -> Iterator[Row]:
        """Runs one query and gives its rows one by one. For one thread, which has the file to itself meanwhile."""
        with self._translated():
            # `chain` has no `close`: a reader that stops half-way would close a cursor whose file may be closed by then
            yield from chain(self._connection.execute(sql, parameters))

    def batches(self, size: int, sql: str, *parameters: object) -> Iterator[list[Row]]:
        """The same, `size` rows at a time: half as much work beside the query itself."""
        with self._translated():
            cursor = self._connection.execute(sql, parameters)
            while True:
                batch: list[Row] = []
                try:
                    batch.extend(islice(cursor, size))
                except sqlcipher.Error:
                    yield batch  # what was read before the file broke off counts
                    raise
                if not batch:
                    return
                yield batch

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements within are on disk when this ends, or none of them ever happened."""
        with self._lock, self._translated():
            if self._connection.in_transaction:  # part of a greater one
                yield
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def lay_out(self, schema: str) -> None:
        """Makes an empty file one of ours, as a whole or not at all."""
        with self._lock, self._translated():
            self._connection.executescript(
                f"BEGIN; {schema} PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={self._version}; COMMIT;"
            )

    def check_ours(self) -> None:
        """Raises `STORE_UNREADABLE` for a file that this version did not lay out."""
        marks = [*self.rows("PRAGMA application_id"), *self.rows("PRAGMA user_version")]
        if marks != [(APPLICATION_ID,), (self._version,)]:
            raise TerminalError(Problem.STORE_UNREADABLE, f"{self._name}: empty, or of another version")

    def check_pages(self) -> None:
        """Raises `STORE_UNREADABLE` when a page cannot be read. Some 4 µs a kilobyte."""
        if self.rows("PRAGMA quick_check(1)") != [("ok",)]:
            raise TerminalError(Problem.STORE_UNREADABLE, f"{self._name}: damaged")

    def write_ahead(self, synchronous: str) -> None:
        """Raises `STORE_UNREADABLE` on a file system that cannot keep a write-ahead log."""
        if self.rows("PRAGMA journal_mode=WAL") != [("wal",)]:
            raise TerminalError(Problem.STORE_UNREADABLE, f"{self._name}: no write-ahead log possible here")
        for setting in (f"synchronous={synchronous}", *_SETTINGS):
            self.rows(f"PRAGMA {setting}")

    def close(self) -> None:
        """Closes the file; what was committed is there."""
        with self._lock, self._translated():
            self._connection.close()

    def _translated(self, problem: Problem | None = None) -> "_Translated":
        return _Translated(problem or self._failed, self._name)


class _Translated:
    """Raises what SQLite raises within as a problem of ours. A generator would cost as much as a statement."""

    def __init__(self, problem: Problem, name: str) -> None:
        self._problem = problem
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlcipher.Error):
            code = getattr(error, "sqlite_errorname", type(error).__name__)
            raise TerminalError(self._problem, f"{self._name}: {code}") from error


def _open(address: str, key: bytes, cipher: Iterable[str]) -> sqlcipher.Connection:
    """An open file, encrypted as `cipher` says or, where `key` does not open that, as files were that are older."""
    if len(key) != KEY_BYTES:
        raise ValueError("a raw key has 32 bytes; SQLCipher takes any other length for a passphrase")
    try:
        return _unlocked(address, key, cipher)
    except sqlcipher.DatabaseError as error:
        if error.sqlite_errorname != "SQLITE_NOTADB":
            raise
    return _unlocked(address, key, ())  # SQLCipher's own settings


def _unlocked(address: str, key: bytes, cipher: Iterable[str]) -> sqlcipher.Connection:
    connection = sqlcipher.connect(
        address,
        uri=True,
        isolation_level=None,
        timeout=BUSY_S,
        check_same_thread=False,  # `Database` sees to it
    )
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")  # it would write to standard error
        if not is_locked_and_wiped():
            connection.execute("PRAGMA cipher_memory_security=ON")  # keeps pages out of swap: worth a slower lookup
        for setting in (f"key=\"x'{key.hex()}'\"", *cipher):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # a wrong key shows here, never before
    except sqlcipher.Error:
        connection.close()
        raise
    return connection


def open_to_read(path: Path, key: bytes) -> Database:
    """A snapshot of a file that its owner may be writing to. Raises `STORE_UNREADABLE`."""
    database = Database(path, key, mode="ro", failed=Problem.STORE_UNREADABLE)
    try:
        database.check_ours()
        database.rows("BEGIN")
    except TerminalError:
        database.close()
        raise
    return database


def open_to_write(
    path: Path, key: bytes, *, create: bool, failed: Problem, synchronous: str = "FULL", max_pages: int | None = None
) -> Database:
    """The file, laid out from `schema/` by its name if `create` and there is none yet. Raises `STORE_UNREADABLE`.

    `max_pages` is a quota.
    """
    if create and not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))  # -wal and -shm take over this mode
    database = Database(path, key, mode="rw", failed=failed)
    try:
        if create and database.rows("SELECT count(*) FROM sqlite_schema") == [(0,)]:
            database.lay_out((files("offline_cache") / "schema" / f"{path.stem}.sql").read_text("utf-8"))
        database.check_ours()
        database.write_ahead(synchronous)
        if max_pages is not None:
            database.rows(f"PRAGMA max_page_count={max_pages}")
    except TerminalError as error:
        database.close()
        raise TerminalError(Problem.STORE_UNREADABLE, error.detail) from error
    return database


def rekey(database: Database, key: bytes) -> None:
    """Encrypts an open file anew. A cut leaves it under either key, never under neither: one transaction."""
    database.rows(f"PRAGMA rekey=\"x'{key.hex()}'\"")
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def folder_refused(folder: Path, error: OSError) -> TerminalError:
    """`STORE_UNREADABLE` for a folder that cannot be used: which one, and why, in plain words."""
    if isinstance(error, PermissionError):
        why = "cannot be written; it must belong to the user that this runs as"
    else:
        why = f"cannot be used: {error.strerror or type(error).__name__}"
    return TerminalError(Problem.STORE_UNREADABLE, f"the folder {folder} {why}")


class FolderLock:
    """Keeps a second writer out of a store, for as long as this process lives. Raises `STORE_BUSY`.

    Taken on a file of its own that is never removed: on the database's it would break SQLite's own locks.
    """

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / "store.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise TerminalError(Problem.STORE_BUSY, "store.lock") from error

    def release(self) -> None:
        """Lets the next writer in."""
        os.close(self._descriptor)
