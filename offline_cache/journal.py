"""The access log on disk, written: an access is one transaction of entry, tags and tree, synced before return.

Append-only. A checkpoint is signed after 100 entries, after 60 seconds and at closing; until then the tagged end guards
what came after the last one. Several processes may write: each transaction goes on from what the disk says.
"""

import contextlib
import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_cache.database import Database, open_to_write
from offline_cache.journal_alarm import Alarm, SetAlarm, daemon_alarm
from offline_cache.journal_deletion import delete_bytes, forget
from offline_cache.journal_draft import Draft, Pen, draft
from offline_cache.journal_end import FILE, End, load_end, log_keys
from offline_cache.journal_head import JournalHead, RolledBack
from offline_cache.journal_reserve import Reserve
from offline_cache.keys import Keys
from offline_cache.keys.identity_key import IdentityKey
from terminal.access_log.access import Access, Action
from terminal.access_log.tree import Frontier
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

SIGNED_AFTER_S = 60.0
_LAST_NOTE = "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1"
_MOVE_END = "UPDATE head SET size = ?, signed = ?, tag = ? WHERE number = 1 AND tag = ?"


class SqlJournal:
    """The port `Journal`, for use from any thread."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        clock: Clock,
        terminal: str,
        set_alarm: SetAlarm = daemon_alarm,
        *,
        reserve: Reserve | None = None,
        auditors: IdentityKey | None = None,
    ) -> None:
        """Takes up the log in `database`, and signs what a crash left unsigned. Raises `STORE_UNREADABLE`.

        `reserve` is given up for the first entry that finds the disk full. Who a patient is, is sealed to `auditors`.
        """
        self._database = database
        self._reserve = reserve
        self._pen = _pen(database, keys, clock, terminal, auditors)
        self._set_alarm = set_alarm
        self._alarm: Alarm | None = None
        self._lock = threading.Lock()
        self._head: JournalHead | None = None
        self._signed_note = ""  # on disk, and not noted elsewhere yet
        self._end: End | None = load_end(database, self._pen.keys)
        if self._end.signed < self._end.tree.size:
            with contextlib.suppress(TerminalError):  # on a full disk the log can still be read
                self.sign()

    def record(self, access: Access) -> None:
        """Returns once the entry is on disk. Raises `JOURNAL_FAILED`, and then the log is as it was."""
        self.record_all([access])

    def record_all(self, accesses: Sequence[Access]) -> None:
        """Records accesses in one transaction: all are on disk, or none."""
        with self._lock:
            try:
                self._write(accesses)
            except TerminalError as error:
                if self._reserve is None or not self._reserve.helps(error):
                    raise
                self._write(accesses)
            self._note_end()
            if self._alarm is None:
                self._alarm = self._set_alarm(SIGNED_AFTER_S, self._sign_in_time)
                self._alarm.start()

    def record_deletion(self, access: Access, numbers: Sequence[int]) -> None:
        """Records that entries are deleted and deletes their bytes; all of that is on disk, or nothing of it."""
        with self._lock:
            try:
                with self._database.transaction():
                    self._write([access], is_to_sign=True)
                    delete_bytes(self._database, self._pen.keys.tags, numbers)
            except TerminalError:
                self._end = None  # what the disk says counts
                self._signed_note = ""
                raise
            forget(self._database)
            self._note_end()

    def sign(self) -> None:
        """Signs a checkpoint over all entries, unless there is one. Raises `JOURNAL_FAILED`."""
        with self._lock:
            self._write([], is_to_sign=True)
            self._note_end()

    def keep_head(self, head: JournalHead) -> RolledBack | None:
        """Holds the log against what was noted of it, and has each checkpoint noted from now on.

        A log that lacks what was noted goes on: it says so as its next entry, and tokens for outages are deleted, for
        nobody knows which of them were withdrawn since. What was noted is kept as evidence. Raises `JOURNAL_FAILED`.
        """
        rolled_back = head.missing_from(self._database, self._pen.keys.log, self.head()[0])
        if rolled_back is not None:
            counts = (("noted", str(rolled_back.noted)), ("found", str(rolled_back.found)))
            access = Access(Action.SECURITY_EVENT, "store", "store", reason=Problem.STORE_ROLLED_BACK, details=counts)
            self._database.change("DELETE FROM token")
            self.record(access)
            try:
                head.keep_as_lost()
            except OSError as error:
                raise TerminalError(Problem.JOURNAL_FAILED, f"journal.head: {type(error).__name__}") from error
        self._head = head
        if not head.is_there:
            self._signed_note = str(self._database.rows(_LAST_NOTE)[0][0])
            self._note_end()
        return rolled_back

    def head(self) -> tuple[int, str]:
        """How many entries there are, and the root over them in hex: worth noting elsewhere."""
        with self._lock:
            tree = (self._end or self._load()).tree
        return tree.size, tree.root().hex()

    @property
    def is_disk_full(self) -> bool:
        """Whether the room kept for the log has been given up: entries are still taken in, but not for long."""
        return self._reserve is not None and not self._reserve.is_there

    def close(self) -> None:
        """Signs a last checkpoint and closes the file."""
        with self._lock:
            if self._alarm:
                self._alarm.cancel()
            with contextlib.suppress(TerminalError):  # what is unsigned is signed at the next opening
                self._write([], is_to_sign=True)
            self._note_end()
            self._database.close()

    def _write(self, accesses: Sequence[Access], *, is_to_sign: bool = False) -> None:
        known, self._end = self._end, None  # whatever fails from here on, what the disk says counts
        try:
            added = draft(accesses, known, self._pen, is_to_sign=is_to_sign) if known else None
            with self._database.transaction():
                if not (known and added and self._move_end(known, added.end)):  # or another process wrote meanwhile
                    known = self._load()
                    added = draft(accesses, known, self._pen, is_to_sign=is_to_sign)
                    self._move_end(known, added.end)
                self._add(added)
        except ValueError as error:
            raise TerminalError(Problem.JOURNAL_FAILED, "not an access that can be written") from error
        self._end = added.end
        self._signed_note = added.notes[-1].text if added.notes else self._signed_note

    def _note_end(self) -> None:
        """Notes what is signed, once it is on disk: what is noted is there for good."""
        if self._head is not None and self._signed_note:
            self._head.note(self._signed_note)
            self._signed_note = ""

    def _move_end(self, before: End, after: End) -> bool:
        """Replaces the end on disk if it is the one that is known; the first write, so that no entry meets another."""
        return self._database.change(_MOVE_END, after.tree.size, after.signed, after.tag, before.tag) == 1

    def _add(self, added: Draft) -> None:
        self._database.change_each("INSERT INTO entry VALUES (?, ?, ?)", added.entries)
        if added.tiles:
            self._database.change_each("INSERT INTO tile VALUES (?, ?, ?)", [astuple(tile) for tile in added.tiles])
        if added.notes:
            self._database.change_each("INSERT INTO checkpoint VALUES (?, ?, ?)", added.notes)

    def _load(self) -> End:
        try:
            return load_end(self._database, self._pen.keys)
        except TerminalError as error:
            raise TerminalError(Problem.JOURNAL_FAILED, error.detail) from error

    def _sign_in_time(self) -> None:
        with contextlib.suppress(TerminalError):  # the next entry tells of whatever is wrong
            with self._lock:
                self._alarm = None
            self.sign()


def open_journal(
    folder: Path,
    keys: Keys,
    clock: Clock,
    terminal: str,
    *,
    create: bool,
    max_pages: int | None = None,
    auditors: IdentityKey | None = None,
) -> SqlJournal:
    """The journal, to be written to. Raises `STORE_UNREADABLE`; it is never discarded.

    On a full disk it opens in the room that was kept for it.
    """
    reserve = Reserve(folder)
    reserve.keep()

    def opened() -> SqlJournal:
        path = folder / FILE
        database = open_to_write(path, keys.journal, create=create, failed=Problem.JOURNAL_FAILED, max_pages=max_pages)
        try:
            if create and not database.rows("SELECT 1 FROM log"):
                begin_log(database, keys, clock, f"{plain_name(terminal)}/access/{secrets.token_hex(4)}")
            return SqlJournal(database, keys, clock, terminal, reserve=reserve, auditors=auditors)
        except TerminalError as error:
            database.close()
            raise TerminalError(Problem.STORE_UNREADABLE, error.detail) from error

    try:
        return opened()
    except TerminalError as error:
        if not reserve.helps(error):
            raise
        return opened()


def plain_name(terminal: str) -> str:
    """A desk's name as a log's may begin."""
    return re.sub(r"[\s+]+", "-", terminal)


def begin_log(database: Database, keys: Keys, clock: Clock, name: str) -> None:
    """Names a new log and signs a checkpoint over its no entries, so that an emptied log never passes for a new one."""
    with database.transaction():
        database.change("INSERT INTO log VALUES (?)", name)
        pen = _pen(database, keys, clock, "")
        database.change("INSERT INTO checkpoint VALUES (?, ?, ?)", *pen.checkpoint(Frontier()))
        database.change("INSERT INTO head VALUES (1, 0, 0, ?)", pen.end_of(Frontier(), 0).tag)


def _pen(database: Database, keys: Keys, clock: Clock, terminal: str, auditors: IdentityKey | None = None) -> Pen:
    signing = Ed25519PrivateKey.from_private_bytes(keys.signing)
    return Pen(terminal, clock, keys.pseudonym, signing, log_keys(database, keys), auditors)
