"""The people who may sign in, in the journal's file: each change in one transaction with the entry that says so.

On a connection of its own, beside the desk's. Passwords and emergency codes are there as hashes; the secrets of
one-time codes as they are, for they must be computed with: the file is encrypted as a whole.
"""

import hmac
import threading
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from offline_cache.database import Database, Row, open_to_write
from offline_cache.epochs import home_of
from offline_cache.journal import SqlJournal
from offline_cache.journal_alarm import no_alarm
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import read_journal
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.keys.seals import Seal
from offline_cache.rotation import keys_of, own_seal
from terminal.access_log.access import Access
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError
from terminal.staff.emergency import Emergency
from terminal.staff.people import Member, Role
from terminal.staff.policy import Policy

_MEMBER = [each.name for each in fields(Member)]
_EMERGENCY = [each.name for each in fields(Emergency)]


class SqlRoster:
    """The port `Roster`, for use from any thread. `card_key` is what the numbers of staff cards are hashed with."""

    def __init__(self, database: Database, journal: SqlJournal, card_key: bytes) -> None:
        self.card_key = card_key
        self._database = database
        self._journal = journal
        self._lock = threading.Lock()

    def members(self) -> list[Member]:
        """Everybody who was ever enrolled, by id. Raises `STORE_UNREADABLE`."""
        return [_member(row) for row in self._database.rows(f"SELECT {', '.join(_MEMBER)} FROM staff ORDER BY id")]  # noqa: S608  # names of ours

    def member(self, id: str) -> Member | None:  # noqa: A002  # the field's word
        """One of them. Raises `STORE_UNREADABLE`."""
        rows = self._database.rows(f"SELECT {', '.join(_MEMBER)} FROM staff WHERE id = ?", id)  # noqa: S608  # names of ours
        return _member(rows[0]) if rows else None

    def keep(self, member: Member, access: Access) -> bool:
        """Keeps a person as given; False when the row was changed since. Raises `JOURNAL_FAILED`."""
        return self._keep("staff", _MEMBER, _member_row(member), member.revision, access)

    def emergency(self) -> Emergency | None:
        """The newest emergency code. Raises `STORE_UNREADABLE`."""
        sql = f"SELECT {', '.join(_EMERGENCY)} FROM emergency ORDER BY number DESC LIMIT 1"  # noqa: S608  # names of ours
        rows = self._database.rows(sql)
        return _emergency(rows[0]) if rows else None

    def keep_emergency(self, emergency: Emergency, access: Access) -> bool:
        """As `keep`."""
        return self._keep("emergency", _EMERGENCY, _emergency_row(emergency), emergency.revision, access)

    def policy(self) -> Policy:
        """The clinic's rules. Raises `STORE_UNREADABLE`."""
        kept: dict[str, int] = dict(self._database.rows("SELECT name, value FROM staff_policy"))
        times = {name: timedelta(seconds=kept[name]) for name in ("idle", "shift", "emergency") if name in kept}
        rules = [bool(kept.get(name)) for name in ("is_four_eyes", "is_key_verified", "is_card_factor")]
        return Policy(rules[0], is_key_verified=rules[1], is_card_factor=rules[2], **times)

    def keep_policy(self, policy: Policy, access: Access) -> None:
        """Keeps the clinic's rules. Raises `JOURNAL_FAILED`."""
        with self._lock, self._database.transaction():
            for each in fields(Policy):
                value = getattr(policy, each.name)
                number = int(value.total_seconds()) if isinstance(value, timedelta) else int(value)
                self._database.change("INSERT OR REPLACE INTO staff_policy VALUES (?, ?)", each.name, number)
            self._journal.record(access)

    def record(self, access: Access) -> None:
        """Writes an entry alone. Raises `JOURNAL_FAILED`."""
        self._journal.record(access)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._journal.close()

    def _keep(self, table: str, names: list[str], row: list[object], revision: int, access: Access) -> bool:
        """Inserts a row of revision 0 and replaces any other by its key, the first column; each change counts on."""
        with self._lock, self._database.transaction():
            if revision == 0:
                marks = ", ".join("?" * len(names))
                sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
                changed = self._database.change(sql, *row[:-1], 1)
            else:
                changes = ", ".join(f"{name} = ?" for name in names)
                sql = f"UPDATE {table} SET {changes} WHERE {names[0]} = ? AND revision = ?"  # noqa: S608
                changed = self._database.change(sql, *row[:-1], revision + 1, row[0], revision)
            if changed == 1:
                self._journal.record(access)
            return changed == 1


def open_roster_of(folder: Path, credentials: Path | None, clock: Clock, ask: Ask | None = None) -> SqlRoster:
    """The same, by whatever seal the store has; `credentials` is `$CREDENTIALS_DIRECTORY`, `ask` gives a passphrase.

    Of an epoch that is over, the people are those of its store.
    """
    folder = home_of(folder)
    return open_roster(folder, own_seal(folder, credentials, ask), clock)


def open_roster(folder: Path, seal: Seal, clock: Clock) -> SqlRoster:
    """The people of a store that was begun, the desk running or not. Raises as `read_store` does."""
    keys = keys_of(folder, seal)
    with closing(read_journal(folder, keys)) as log:
        terminal = log.terminal
    database = open_to_write(folder / FILE, keys.journal, create=False, failed=Problem.JOURNAL_FAILED)
    try:
        _lay_out(database)
        card_key = hmac.digest(keys.pseudonym, b"staff card", "sha256")  # that key stays when others change
        return SqlRoster(database, SqlJournal(database, keys, clock, terminal, no_alarm), card_key)
    except TerminalError:
        database.close()
        raise


def _lay_out(database: Database) -> None:
    if not database.rows("SELECT 1 FROM sqlite_schema WHERE name = 'staff_policy'"):
        script = (files("offline_cache") / "schema" / "journal_staff.sql").read_text("utf-8")
        with database.transaction():
            for statement in script.split(";\n"):  # a trigger stands on one line
                database.rows(statement)


def _member(row: Row) -> Member:
    kept = dict(zip(_MEMBER, row, strict=True))
    try:
        roles = frozenset(Role(role) for role in kept["roles"].split())
        return Member(
            **kept | {"roles": roles, "failed_at": _time(kept["failed_at"]), "is_enabled": kept["is_enabled"] == 1}
        )
    except ValueError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: a person cannot be read") from error


def _member_row(member: Member) -> list[object]:
    written = {"roles": " ".join(sorted(member.roles)), "failed_at": _text(member.failed_at)}
    return [written.get(name, getattr(member, name)) for name in _MEMBER]


def _emergency(row: Row) -> Emergency:
    kept = dict(zip(_EMERGENCY, row, strict=True))
    try:
        times = {name: _time(kept[name]) for name in ("opened_at", "ends", "failed_at")}
        return Emergency(**kept | times | {"made_at": datetime.fromisoformat(kept["made_at"])})
    except ValueError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: an emergency code cannot be read") from error


def _emergency_row(emergency: Emergency) -> list[object]:
    values = (getattr(emergency, name) for name in _EMERGENCY)
    return [_text(value) if isinstance(value, datetime) else value for value in values]


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")
