"""Checks that were made offline, in the journal's file: queued in one transaction with the entry that says so.

Each sending is on record before it leaves; a check that was killed in the middle is sent again under the same key. What
waits is encrypted as the whole file is, and to no key that this machine lacks: it is this machine that asks again.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from offline_cache.database import Database, Row, open_to_write
from offline_cache.journal import SqlJournal
from offline_cache.journal_alarm import no_alarm
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import read_journal
from offline_cache.keys.seals import Seal
from offline_cache.outbox_figures import asked_again_of, difference_of, figures_of
from offline_cache.rotation import keys_of
from offline_cache.tokens import SqlTokens
from terminal.access_log.access import Access, Action
from terminal.coverage import Coverage, Question
from terminal.outage.situation import Figures
from terminal.outbox.asked_again import AskedAgain
from terminal.outbox.difference import Difference
from terminal.outbox.queued import Queued, Stage, Standing, read_queued, write_queued
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

ACTOR = "outbox"  # in the log: nobody at the desk sends these
_COLUMNS = "identifier, visit, day, asked_at, stage, attempts, due_at, reason, finding, fields"
_DUE = "SELECT question, attempts FROM outbox WHERE stage = 'waiting' AND due_at <= ? ORDER BY due_at, asked_at LIMIT 1"


class SqlOutbox:
    """The port `Outbox` and the ports of `terminal/reasking.py`, for use from any thread.

    On a connection of its own, beside the desk's: `journal` is that connection's, and signs nothing by itself, so that
    no other thread ever waits for it the other way round.
    """

    def __init__(self, database: Database, journal: SqlJournal, clock: Clock, tokens: SqlTokens) -> None:
        self._database = database
        self._journal = journal
        self._clock = clock
        self._lock = threading.Lock()
        self.tokens = tokens

    def queue(self, question: Question, shown: Coverage | None, reason: Problem) -> None:
        """Returns once it is on disk and in the log, both or neither. Raises `JOURNAL_FAILED`."""
        row = (
            *(question.identifier, question.verified.card.insertion, question.day.isoformat()),
            *(_text(question.asked_at), Stage.WAITING, write_queued(Queued(question, shown)), 0),
            *(_text(self._clock.now()), reason, None, ""),
        )
        with self._changing():
            if self._database.change("INSERT INTO outbox VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING", *row):
                self._record(question, ("queued", reason))

    def due(self, now: datetime) -> Queued | None:
        """The check that has been due longest. Raises `STORE_UNREADABLE` for one that cannot be read."""
        for question, attempts in self._database.rows(_DUE, _text(now)):
            return read_queued(question, attempts)
        return None

    def next_due(self) -> datetime | None:
        """When the next one is due; None while nothing waits."""
        earliest = self._database.rows("SELECT min(due_at) FROM outbox WHERE stage = 'waiting'")[0][0]
        return None if earliest is None else datetime.fromisoformat(earliest)

    def begin(self, queued: Queued, again_at: datetime) -> None:
        """Puts on record that it is about to be sent; should that come to nothing, it is due again at `again_at`."""
        with self._changing():
            sql = "UPDATE outbox SET attempts = attempts + 1, due_at = ? WHERE identifier = ? AND stage = 'waiting'"
            self._database.change(sql, _text(again_at), queued.question.identifier)
            self._record(queued.question, ("again", str(queued.attempts + 1)))

    def put_off(self, identifier: str, reason: str) -> None:
        """Notes why it still waits."""
        self._change("UPDATE outbox SET reason = ? WHERE identifier = ? AND stage = 'waiting'", reason, identifier)

    def settle(self, identifier: str, found: Difference) -> None:
        """It is answered; the question, with all that it held of a person, is deleted with the same commit."""
        sql = (
            "UPDATE outbox SET stage = 'answered', question = NULL, reason = '', due_at = ?, finding = ?, fields = ?"
            " WHERE identifier = ? AND stage <> 'answered'"
        )
        self._change(sql, _text(self._clock.now()), found.finding, " ".join(found.fields), identifier)

    def bury(self, identifier: str, reason: str) -> None:
        """It is not asked any more by itself, and stays in sight."""
        sql = "UPDATE outbox SET stage = 'dead', reason = ?, due_at = ? WHERE identifier = ? AND stage = 'waiting'"
        self._change(sql, reason, _text(self._clock.now()), identifier)

    def revive(self, identifier: str) -> bool:
        """A dead one waits again, due at once; False where there is none of that name."""
        sql = "UPDATE outbox SET stage = 'waiting', attempts = 0, due_at = ? WHERE identifier = ? AND stage = 'dead'"
        return self._change(sql, _text(self._clock.now()), identifier) == 1

    def standings(self) -> list[Standing]:
        """How every check stands, oldest first. Raises `STORE_UNREADABLE`."""
        return [_standing(row) for row in self._database.rows(f"SELECT {_COLUMNS} FROM outbox ORDER BY asked_at")]  # noqa: S608 - a constant

    def figures(self, month: date) -> Figures:
        """How many wait, are dead, and of the month with that first day were answered and changed."""
        return figures_of(self._database, month)

    def asked_again(self, since: datetime) -> tuple[AskedAgain, ...]:
        """What came of the checks made since then that do not wait any more. Raises `STORE_UNREADABLE`."""
        return asked_again_of(self._database, _text(since))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._journal.close()

    def _change(self, sql: str, *parameters: object) -> int:
        with self._changing():
            return self._database.change(sql, *parameters)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock, self._database.transaction():
            yield

    def _record(self, question: Question, detail: tuple[str, str]) -> None:
        card, method = question.verified.card, question.verified.method
        by = (("by", "number"),) if question.numbers else ()
        details = (*by, ("consents", " ".join(sorted(question.consents))), detail)
        self._journal.record(
            Access(Action.ELIGIBILITY_ASKED, card.insertion, ACTOR, card.subject, method, details=details)
        )


def open_outbox(folder: Path, seal: Seal, clock: Clock) -> SqlOutbox:
    """The outbox of a store that was begun, the desk running or not. Raises as `read_store` does."""
    keys = keys_of(folder, seal)
    with closing(read_journal(folder, keys)) as log:
        terminal = log.terminal
    database = open_to_write(folder / FILE, keys.journal, create=False, failed=Problem.JOURNAL_FAILED)
    try:
        journal = SqlJournal(database, keys, clock, terminal, no_alarm)
        return SqlOutbox(database, journal, clock, SqlTokens(database, keys))
    except TerminalError:
        database.close()
        raise


def _standing(row: Row) -> Standing:
    identifier, visit, day, asked_at, stage, attempts, due_at, reason, finding, names = row
    try:
        return Standing(
            identifier,
            visit,
            date.fromisoformat(day),
            datetime.fromisoformat(asked_at),
            Stage(stage),
            attempts,
            datetime.fromisoformat(due_at),
            reason,
            difference_of(finding, names),
        )
    except ValueError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: a queued check cannot be read") from error


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
