"""Confirmed answers, encrypted on disk for when the line is down. Disposable: an unreadable file is begun anew.

Holds what the fallback shows and nothing else, under a keyed hash of the certificate or of the numbers that
were asked with: no name, no address, no photo.
"""

import contextlib
import hmac
import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from offline_cache.card_codes import SqlCardCodes
from offline_cache.database import Database, open_to_write
from offline_cache.keys import Keys
from terminal.certificate import JST
from terminal.coverage import Coverage, Recalled, Relation
from terminal.eligibility.number_query import Insured
from terminal.problems import Problem, TerminalError

FILE = "cache.db"
MAX_AGE = timedelta(days=30)
CLOCK_SLACK = timedelta(minutes=5)
_LOOKUP_DOMAIN = b"uketsuke/cache/certificate/1\0"
_NUMBER_DOMAIN = b"uketsuke/cache/number/1\0"
_TEXTS = ("insurer_number", "insurer_name", "symbol", "subscriber_id", "branch")


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
        self._remember(self._lookup(certificate), coverage, as_of)

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        """As `remember`, for an answer to a question without a card. Found again by the numbers that were asked with.

        Neither kind of answer is found by the other's question.
        """
        self._remember(self._lookup_number(insured), coverage, as_of)

    def _remember(self, lookup: bytes, coverage: Coverage, as_of: datetime) -> None:
        with self._database.transaction():
            if self._is_clock_back(as_of):
                self._database.rows("DELETE FROM answer")
                self._database.rows("DELETE FROM highest_time")
            self._database.rows("DELETE FROM answer WHERE as_of < ?", _text(as_of - self._max_age))
            row = (lookup, _text(as_of), _write(coverage))
            self._database.rows("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", *row)
            self._see(as_of)

    def forget(self, certificate: bytes) -> None:
        """Drops what was kept."""
        self._forget(self._lookup(certificate))

    def forget_by_number(self, insured: Insured) -> None:
        """Drops what was kept for those numbers."""
        self._forget(self._lookup_number(insured))

    def _forget(self, lookup: bytes) -> None:
        with self._database.transaction():
            self._database.rows("DELETE FROM answer WHERE lookup = ?", lookup)

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        """The stored answer; None when there is none, its end has come, or the clock went back more than 5 minutes."""
        return self._recall(self._lookup(certificate), now)

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        """As `recall`, for those numbers in whatever writing, with the branch as it was asked."""
        return self._recall(self._lookup_number(insured), now)

    def _recall(self, lookup: bytes, now: datetime) -> Recalled | None:
        rows = self._database.rows("SELECT as_of, coverage FROM answer WHERE lookup = ?", lookup)
        if not rows or self._is_clock_back(now):
            return None
        with contextlib.suppress(TerminalError):  # a full disk must not take the fallback away
            self._see(now)
        as_of, coverage = datetime.fromisoformat(rows[0][0]), _read(rows[0][1])
        ends = (as_of + self._max_age).astimezone(JST).date()
        if coverage.ends is not None:
            ends = min(ends, coverage.ends)
        return Recalled(coverage, as_of, ends) if now.astimezone(JST).date() <= ends else None

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def _lookup(self, certificate: bytes) -> bytes:
        return hmac.digest(self._lookup_key, _LOOKUP_DOMAIN + sha256(certificate).digest(), "sha256")

    def _lookup_number(self, insured: Insured) -> bytes:
        return hmac.digest(self._lookup_key, _NUMBER_DOMAIN + sha256(insured.key).digest(), "sha256")

    def _is_clock_back(self, now: datetime) -> bool:
        rows = self._database.rows("SELECT at FROM highest_time")
        return bool(rows) and _text(now + CLOCK_SLACK) < rows[0][0]

    def _see(self, now: datetime) -> None:
        """Raises the highest time seen; a minute is near enough, and spares most recalls a write."""
        if not self._database.rows("SELECT 1 FROM highest_time WHERE at > ?", _text(now - timedelta(minutes=1))):
            with self._database.transaction():
                self._database.rows("DELETE FROM highest_time")
                self._database.rows("INSERT INTO highest_time VALUES (?)", _text(now))


def open_cache(folder: Path, keys: Keys, max_age: timedelta = MAX_AGE) -> tuple[SqlCache, bool]:
    """The cache, and whether an unreadable one was put aside for it. Raises `STORE_UNREADABLE` where no file can be."""
    path = folder / FILE
    try:
        database, is_new = _open_file(path, keys.cache), False
    except TerminalError:
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
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{path.name}: cannot be put aside") from error


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _write(coverage: Coverage) -> str:
    fields = {name: getattr(coverage, name) for name in _TEXTS} | {
        "relation": coverage.relation,
        "copay_percent": coverage.copay_percent,
        "starts": coverage.starts and coverage.starts.isoformat(),
        "ends": coverage.ends and coverage.ends.isoformat(),
    }
    return json.dumps(fields, ensure_ascii=False)


def _read(untrusted: str) -> Coverage:
    """The coverage in a row. Raises `STORE_UNREADABLE`."""
    try:
        fields = json.loads(untrusted)
        return Coverage(
            **{name: fields[name] for name in _TEXTS},
            relation=None if fields["relation"] is None else Relation(fields["relation"]),
            copay_percent=fields["copay_percent"],
            starts=_date(fields["starts"]),
            ends=_date(fields["ends"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: a row cannot be read") from error


def _date(untrusted: Any) -> date | None:
    return None if untrusted is None else date.fromisoformat(untrusted)
