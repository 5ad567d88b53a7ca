"""Confirmed answers, encrypted on disk for when the line is down. Disposable: an unreadable file is begun anew.

Holds what the fallback shows and nothing else, under a keyed hash of the certificate: no name, no address, no photo.
"""

import contextlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from offline_cache.cache_upkeep import DAMAGED, delete_and_count, delete_ended, text_of
from offline_cache.card_codes import SqlCardCodes
from offline_cache.database import Database, open_to_write, rekey
from offline_cache.journal_reserve import is_full
from offline_cache.keys import Keys
from terminal.certificate import JST
from terminal.coverage import Coverage, Recalled
from terminal.outbox.coverage_json import coverage_fields, coverage_of
from terminal.problems import Problem, TerminalError

FILE = "cache.db"
MAX_AGE = timedelta(days=30)
CLOCK_SLACK = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)
CHECKED_AT_OPENING_BYTES = 128 << 10  # some 0.5 ms; larger files by `uketsuke data tidy`, when nobody waits
_LOOKUP_DOMAIN = b"uketsuke/cache/certificate/1\0"
_RECALL = "SELECT as_of, coverage, (SELECT at FROM highest_time) FROM answer WHERE lookup = ?"


class SqlCache:
    """The port `OfflineCache`, for use from any thread; `card_codes` are in the same file. `max_age` is an answer's."""

    def __init__(self, database: Database, lookup_key: bytes, max_age: timedelta = MAX_AGE) -> None:
        self._database = database
        self._lookup_key = lookup_key
        self._max_age = max_age
        self.card_codes = SqlCardCodes(database, lookup_key)

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None:
        """Keeps a confirmed answer in place of the one before, and drops those that are too old.

        Where the clock stands before a time already seen, nobody knows how old the other answers are: they go as well.
        """
        with self._database.transaction():
            highest = self._highest_time()
            if _is_back(as_of, highest):
                delete_and_count(self._database, "answer", as_of, "TRUE")
                highest = None
            delete_and_count(self._database, "answer", as_of, "as_of < ?", text_of(as_of - self._max_age))
            row = (self._lookup(certificate), text_of(as_of), json.dumps(coverage_fields(coverage), ensure_ascii=False))
            self._database.rows("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", *row)
            self._see(as_of, highest)

    def forget(self, certificate: bytes) -> None:
        """Drops what was kept."""
        with self._database.transaction():
            self._database.rows("DELETE FROM answer WHERE lookup = ?", self._lookup(certificate))

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        """The stored answer; None when there is none, its end has come, or the clock went back more than 5 minutes."""
        rows = self._database.rows(_RECALL, self._lookup(certificate))
        if not rows or _is_back(now, highest := _moment(rows[0][2])):
            return None
        with contextlib.suppress(TerminalError):  # a full disk must not take the fallback away
            self._see(now, highest)
        as_of, coverage = datetime.fromisoformat(rows[0][0]), _read(rows[0][1])
        ends = (as_of + self._max_age).astimezone(JST).date()
        if coverage.ends is not None:
            ends = min(ends, coverage.ends)
        return Recalled(coverage, as_of, ends) if now.astimezone(JST).date() <= ends else None

    def tidy(self, now: datetime, go_on: Callable[[], bool] = lambda: True) -> int:
        """Deletes, in small batches while `go_on`, what has ended; how many rows. For idle time.

        Raises `STORE_UNREADABLE`.
        """
        return delete_ended(self._database, now, self._max_age, go_on)

    def confirmed_at(self) -> datetime | None:
        """When the newest answer was confirmed; None where none is kept."""
        return _moment(self._database.rows("SELECT max(as_of) FROM answer")[0][0])

    def rekey(self, key: bytes) -> None:
        """Encrypts the file anew, in one transaction: a cut leaves it under either key. Some 15 ms a megabyte."""
        rekey(self._database, key)

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def _lookup(self, certificate: bytes) -> bytes:
        return hmac.digest(self._lookup_key, _LOOKUP_DOMAIN + sha256(certificate).digest(), "sha256")

    def _highest_time(self) -> datetime | None:
        rows = self._database.rows("SELECT at FROM highest_time")
        return _moment(rows[0][0]) if rows else None

    def _see(self, now: datetime, highest: datetime | None) -> None:
        """Raises the highest time seen; not for each minute's part, which spares most recalls a write."""
        if highest is None or highest <= now - SEEN_EVERY:
            with self._database.transaction():
                self._database.rows("DELETE FROM highest_time")
                self._database.rows("INSERT INTO highest_time VALUES (?)", text_of(now))


def open_cache(
    folder: Path, keys: Keys, max_age: timedelta = MAX_AGE, *, is_distrusted: bool = False
) -> tuple[SqlCache, bool]:
    """The cache, and whether one that is unreadable, or distrusted, was put aside for it.

    Raises `STORE_UNREADABLE` where no file can be.
    """
    path = folder / FILE
    try:
        if is_distrusted or (folder / DAMAGED).exists():
            raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: was found damaged")  # noqa: TRY301  # as if now
        database, is_new = _open_file(path, keys.cache), False
    except TerminalError as error:
        if is_full(error, folder):  # the file is as good as it was
            raise
        _put_aside(path)
        database, is_new = _open_file(path, keys.cache), True
    return SqlCache(database, keys.lookup, max_age), is_new


def open_cache_beside(folder: Path, keys: Keys) -> SqlCache:
    """The cache of a desk that may be running. Nothing is put aside: raises `STORE_UNREADABLE` where there is none."""
    path = folder / FILE
    database = open_to_write(path, keys.cache, create=False, failed=Problem.STORE_UNREADABLE, synchronous="NORMAL")
    return SqlCache(database, keys.lookup)


def _open_file(path: Path, key: bytes) -> Database:
    database = open_to_write(path, key, create=True, failed=Problem.STORE_UNREADABLE, synchronous="NORMAL")
    try:
        if path.stat().st_size <= CHECKED_AT_OPENING_BYTES:
            database.check_pages()
    except TerminalError:
        database.close()
        raise
    return database


def _put_aside(path: Path) -> None:
    """One unreadable cache is kept for whoever looks into it; the one before goes."""
    try:
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        if path.exists():
            path.replace(path.with_name(f"{path.name}.unreadable"))
        path.with_name(DAMAGED).unlink(missing_ok=True)
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{path.name}: cannot be put aside") from error


def _is_back(now: datetime, highest: datetime | None) -> bool:
    return highest is not None and now + CLOCK_SLACK < highest


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _read(untrusted: str) -> Coverage:
    """The coverage in a row. Raises `STORE_UNREADABLE`."""
    try:
        return coverage_of(json.loads(untrusted))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: a row cannot be read") from error
