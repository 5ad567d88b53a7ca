"""How far a day's bookings have been asked about, on disk before each step, so that a kill costs nothing.

Law: a batch is on record, with its identifier, before it is put, and its rows never stand in another; what is put again
after a kill is the same batch under the same identifier, which the service knows. It holds line numbers and codes; who
they are stands in the bookings file alone.
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from terminal.problems import Problem, TerminalError

FILE = "bookings.db"
KEPT = timedelta(days=7)  # of earlier days
_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY,
    file BLOB NOT NULL,  -- SHA-256 of the bookings file
    day TEXT NOT NULL,
    UNIQUE (file, day)
) STRICT;
CREATE TABLE IF NOT EXISTS batch (
    identifier TEXT PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    reception TEXT  -- the service's number for it, once it was taken
) STRICT;
CREATE TABLE IF NOT EXISTS asked (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    line INTEGER NOT NULL,
    batch TEXT NOT NULL REFERENCES batch ON DELETE CASCADE,
    outcome TEXT,   -- NULL until answered
    answered_at TEXT,
    PRIMARY KEY (run, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asked_by_batch ON asked (batch);
"""


@dataclass(frozen=True)
class Batch:
    """Lines that are asked about together, under one identifier; `reception` is None until the service has them."""

    identifier: str
    lines: tuple[int, ...]
    reception: str | None


@dataclass(frozen=True)
class Answered:
    """What one line came to, and when."""

    outcome: str
    at: datetime


class Progress:
    """The record of one file's run, for one thread. `is_begun`: there was one of this file and day before.

    Raises `STORE_UNREADABLE` when it cannot be read or written, `STORE_BUSY` while another process asks.
    """

    def __init__(self, path: Path, file_digest: bytes, day: date) -> None:
        with _translated():
            self._connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
            try:
                self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=FULL")
                self._connection.execute("PRAGMA foreign_keys=ON")
                self._connection.executescript(_SCHEMA)
                self._connection.execute("DELETE FROM run WHERE day < ?", ((day - KEPT).isoformat(),))
                new = self._connection.execute(
                    "INSERT INTO run (file, day) VALUES (?, ?) ON CONFLICT DO NOTHING", (file_digest, day.isoformat())
                )
                self.is_begun = new.rowcount == 0
                where = "SELECT number FROM run WHERE file = ? AND day = ?"
                self._run: int = self._connection.execute(where, (file_digest, day.isoformat())).fetchone()[0]
            except sqlite3.Error:
                self._connection.close()
                raise

    def begin(self, lines: Sequence[int]) -> Batch:
        """Puts a new batch on record."""
        batch = Batch(f"bookings-{secrets.token_hex(12)}", tuple(lines), None)
        with self._at_once() as connection:
            connection.execute("INSERT INTO batch VALUES (?, ?, NULL)", (batch.identifier, self._run))
            rows = [(self._run, line, batch.identifier) for line in lines]
            connection.executemany("INSERT INTO asked VALUES (?, ?, ?, NULL, NULL)", rows)
        return batch

    def received(self, batch: Batch, reception: str) -> Batch:
        """The service took a batch, under that number."""
        with self._at_once() as connection:
            connection.execute("UPDATE batch SET reception = ? WHERE identifier = ?", (reception, batch.identifier))
        return Batch(batch.identifier, batch.lines, reception)

    def answered(self, outcomes: Mapping[int, str], at: datetime) -> None:
        """What lines came to."""
        rows = [(outcome, at.isoformat(), self._run, line) for line, outcome in outcomes.items()]
        with self._at_once() as connection:
            connection.executemany("UPDATE asked SET outcome = ?, answered_at = ? WHERE run = ? AND line = ?", rows)

    def unanswered(self) -> list[Batch]:
        """The batches that were begun and not answered yet."""
        rows = self._rows(
            "SELECT batch, reception, line FROM asked JOIN batch ON batch.identifier = asked.batch"
            " WHERE asked.run = ? AND outcome IS NULL ORDER BY line",
            self._run,
        )
        lines: dict[tuple[str, str | None], list[int]] = {}
        for identifier, reception, line in rows:
            lines.setdefault((identifier, reception), []).append(line)
        return [Batch(identifier, tuple(found), reception) for (identifier, reception), found in lines.items()]

    def begun_lines(self) -> set[int]:
        """Every line that stands in a batch."""
        return {row[0] for row in self._rows("SELECT line FROM asked WHERE run = ?", self._run)}

    def outcomes(self) -> dict[int, Answered]:
        """What each answered line came to."""
        rows = self._rows(
            "SELECT line, outcome, answered_at FROM asked WHERE run = ? AND outcome IS NOT NULL", self._run
        )
        return {line: Answered(outcome, datetime.fromisoformat(at)) for line, outcome, at in rows}

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with _translated():
            return self._connection.execute(sql, parameters).fetchall()

    @contextlib.contextmanager
    def _at_once(self) -> Iterator[sqlite3.Connection]:
        with _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        is_busy = "locked" in str(error)
        problem = Problem.STORE_BUSY if is_busy else Problem.STORE_UNREADABLE
        raise TerminalError(problem, f"{FILE}: {type(error).__name__}") from error
    except sqlite3.Error as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: {type(error).__name__}") from error
