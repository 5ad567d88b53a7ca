"""The jobs of a gateway: what was asked by whom, who is asking it, and what came. SQL that two databases understand.

Law: a job has one owner, a run of a gateway; an answer is written once and by the owner alone; question and answer are
sealed for their kiosk and identifier (AES-256-GCM), so that no row opens in the place of another.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from terminal.gateway.many import Receptions
from terminal.gateway.question import Asked
from terminal.problems import Problem, TerminalError

NONCE_BYTES = 12
KeyOfJob = tuple[str, str]  # terminal, identifier


class Sql(Protocol):
    """A database with the table `job`, for one thread. Each call raises `STORE_UNREADABLE`."""

    @property
    def owner(self) -> int:
        """This run of this gateway, for as long as its connection lasts."""

    def is_running(self, owner: int) -> bool:
        """Whether the run of a gateway still goes on. Where nobody can know, it does not."""

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Runs one statement and gives all its rows."""

    def change(self, sql: str, *parameters: object) -> int:
        """Runs one statement that changes rows, and gives their number."""

    def transaction(self) -> AbstractContextManager[None]:
        """All statements within are on disk when this ends, or none of them ever happened."""

    def close(self) -> None:
        """Lets go of the database."""


@dataclass(frozen=True)
class Job:
    """A question of a kiosk, as it came; and as it was read, where that was done already."""

    terminal: str
    identifier: str
    message: bytes = field(repr=False)
    asked: Asked | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> KeyOfJob:
        """What names a job."""
        return self.terminal, self.identifier


class Standing(Enum):
    """How a job stands that has no answer yet."""

    OURS_TO_ASK = auto()
    ASKED_ELSEWHERE = auto()  # by another gateway
    ANOTHER_QUESTION = auto()  # the identifier was used before, for something else


class Jobs:
    """The table, with its seal. For one thread; several calls in one `transaction` cost one write to disk."""

    def __init__(self, sql: Sql, key: bytes) -> None:
        self._sql = sql
        self._seal = AESGCM(key)
        self.receptions = Receptions(key)

    def transaction(self) -> AbstractContextManager[None]:
        """All that happens within is on disk when this ends, or none of it."""
        return self._sql.transaction()

    def accept(self, job: Job, now: int) -> Standing | bytes:
        """The answer if there is one; else takes the job where nobody asks it. `now` in seconds since 1970."""
        new = self._sql.change(  # and not RETURNING, which costs SQLite three times the insert
            "INSERT INTO job (terminal, identifier, accepted_at, question, owner) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (terminal, identifier) DO NOTHING",
            *(*job.key, now, self._sealed(job.key, "question", job.message), self._sql.owner),
        )
        if new == 1:
            return Standing.OURS_TO_ASK
        found = self._sql.rows(
            "SELECT question, owner, answer FROM job WHERE terminal = ? AND identifier = ?", *job.key
        )
        if not found:
            raise TerminalError(Problem.STORE_UNREADABLE, "a job was forgotten while it was accepted")
        question, owner, answer = found[0]
        if self._opened(job.key, "question", question) != job.message:
            return Standing.ANOTHER_QUESTION
        if answer is not None:
            return self._opened(job.key, "answer", answer)
        is_ours = owner == self._sql.owner or (owner is None and self._take(job.key))
        return Standing.OURS_TO_ASK if is_ours else Standing.ASKED_ELSEWHERE

    def answer(self, job: Job, answer: bytes) -> bool:
        """Writes the answer. False, and nothing written, where another run has taken the job over."""
        sql = "UPDATE job SET answer = ? WHERE terminal = ? AND identifier = ? AND owner = ? AND answer IS NULL"
        return self._sql.change(sql, self._sealed(job.key, "answer", answer), *job.key, self._sql.owner) == 1

    def give_up(self, job: Job) -> None:
        """Leaves a job to whoever asks for it next."""
        self._sql.change(
            "UPDATE job SET owner = NULL WHERE terminal = ? AND identifier = ? AND owner = ? AND answer IS NULL",
            *job.key,
            self._sql.owner,
        )

    def orphans(self) -> Iterator[Job]:
        """Takes the unanswered jobs of runs that ended, and gives them."""
        owners = self._sql.rows("SELECT DISTINCT owner FROM job WHERE answer IS NULL AND owner IS NOT NULL")
        for (owner,) in owners:
            if owner == self._sql.owner or self._sql.is_running(owner):
                continue
            taken = self._sql.rows(
                "UPDATE job SET owner = ? WHERE owner = ? AND answer IS NULL RETURNING terminal, identifier, question",
                *(self._sql.owner, owner),
            )
            for terminal, identifier, question in taken:
                yield Job(terminal, identifier, self._opened((terminal, identifier), "question", question))

    def forget_before(self, moment: int) -> None:
        """Drops what was asked before, answered or not. `moment` in seconds since 1970."""
        self._sql.change("DELETE FROM job WHERE accepted_at < ?", moment)

    def unanswered(self) -> tuple[int, int | None]:
        """How many jobs are being asked, and since when the oldest, in seconds since 1970."""
        count, oldest = self._sql.rows(
            "SELECT count(*), min(accepted_at) FROM job WHERE answer IS NULL AND owner IS NOT NULL"
        )[0]
        return int(count), oldest

    def close(self) -> None:
        """Lets go of the database."""
        self._sql.close()

    def _take(self, key: KeyOfJob) -> bool:
        sql = "UPDATE job SET owner = ? WHERE terminal = ? AND identifier = ? AND owner IS NULL AND answer IS NULL"
        return self._sql.change(sql, self._sql.owner, *key) == 1

    def _sealed(self, key: KeyOfJob, part: str, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, plain, _place(key, part))

    def _opened(self, key: KeyOfJob, part: str, sealed: bytes) -> bytes:
        try:
            return self._seal.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(key, part))
        except (InvalidTag, ValueError) as error:
            raise TerminalError(Problem.STORE_UNREADABLE, "a job is sealed with another key, or altered") from error


def _place(key: KeyOfJob, part: str) -> bytes:
    return "\0".join((*key, part)).encode()
