"""What this desk asked through the folders, on record before it is asked: SQLite, each change on disk when it returns.

Law: one identifier, one question, put once at most. A record says nothing of a patient: no certificate, no number, no
name, only a hash of the question's bytes, in which the moment stands too.
"""

import contextlib
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from pathlib import Path

from terminal.problems import Problem, TerminalError

BUSY_SECONDS = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS desk (name TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
    identifier TEXT PRIMARY KEY,
    request TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    digest BLOB NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, asked_at);
"""


class JobState(StrEnum):
    """Where a question stands."""

    ASKED = auto()  # on record; put, or about to be
    SETTLED = auto()  # its answer was given to whoever asked, or to whoever took it late
    NEVER_PUT = auto()  # the program ended before it was put, and then nobody may


@dataclass(frozen=True)
class Job:
    """One question. `digest` is the SHA-256 of its bytes; `asked_at` is in UTC."""

    identifier: str
    request: str
    day: date
    asked_at: datetime
    digest: bytes


class Jobs:
    """The record, for use from any thread. Raises `STORE_UNREADABLE` when it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with _translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=FULL")
                self._connection.executescript(_SCHEMA)
                self.desk = self._name()
            except sqlite3.Error:
                self._connection.close()
                raise

    def begin(self, job: Job) -> bool:
        """Puts a question on record; False if its identifier is there already, and then nothing changes."""
        changed = self._change(
            "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (identifier) DO NOTHING",
            job.identifier,
            job.request,
            job.day.isoformat(),
            job.asked_at.isoformat(),
            job.digest,
            JobState.ASKED,
        )
        return changed == 1

    def find(self, identifier: str) -> tuple[Job, JobState] | None:
        """A question that is on record, and where it stands."""
        rows = self._rows("WHERE identifier = ?", identifier)
        return rows[0] if rows else None

    def unsettled(self) -> list[Job]:
        """The questions that may have been put and whose answers nobody has had, the oldest first."""
        return [job for job, _ in self._rows("WHERE state = ? ORDER BY asked_at", JobState.ASKED)]

    def mark(self, identifier: str, state: JobState) -> None:
        """Says where a question stands."""
        self._change("UPDATE jobs SET state = ? WHERE identifier = ?", state, identifier)

    def forget(self, identifier: str) -> None:
        """Takes back a question that was surely not put."""
        self._change("DELETE FROM jobs WHERE identifier = ?", identifier)

    def purge(self, before: datetime) -> int:
        """Drops the questions asked before then; gives their number."""
        return self._change("DELETE FROM jobs WHERE asked_at < ?", before.isoformat())

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    def _name(self) -> str:
        """This record's own name, drawn once, so that no two desks call their files the same."""
        self._connection.execute(
            "INSERT INTO desk SELECT ? WHERE NOT EXISTS (SELECT 1 FROM desk)", (secrets.token_hex(8),)
        )
        name: str = self._connection.execute("SELECT name FROM desk").fetchone()[0]
        return name

    def _rows(self, where: str, *parameters: str) -> list[tuple[Job, JobState]]:
        sql = f"SELECT identifier, request, day, asked_at, digest, state FROM jobs {where}"  # noqa: S608  # ours
        with self._lock, _translated():
            rows = self._connection.execute(sql, parameters).fetchall()
        return [
            (Job(row[0], row[1], date.fromisoformat(row[2]), datetime.fromisoformat(row[3]), row[4]), JobState(row[5]))
            for row in rows
        ]

    def _change(self, sql: str, *parameters: object) -> int:
        with self._lock, _translated():
            return self._connection.execute(sql, parameters).rowcount


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"the folder jobs: {type(error).__name__}") from error
