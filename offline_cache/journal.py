"""The access log on disk: an access is one transaction of entry, leaf hash and signed checkpoint, synced before return.

Append-only. What is on disk must be what its last checkpoint signs, or the journal does not open.
"""

import hmac
import re
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_cache.database import Database, open_to_read, open_to_write
from offline_cache.keys import Keys
from terminal.access_log.access import Access
from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, log_key, open_note, sign
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.tree import Frontier, leaf_hash
from terminal.access_log.verify import StoredEntry, StoredNote
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

FILE = "journal.db"
_PSEUDONYM_DOMAIN = b"uketsuke/journal/subject/1\0"
_PSEUDONYM_BYTES = 16


def pseudonym(key: bytes, subject: bytes) -> str:
    """What stands for a person in the log, in hex: another one under another key."""
    return hmac.digest(key, _PSEUDONYM_DOMAIN + subject, "sha256")[:_PSEUDONYM_BYTES].hex()


class SqlJournal:
    """The port `Journal`, for use from any thread."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, terminal: str) -> None:
        """Takes up the log in `database`. Raises `STORE_UNREADABLE`."""
        self._database = database
        self._pseudonym_key = keys.pseudonym
        self._signing = Ed25519PrivateKey.from_private_bytes(keys.signing)
        self._clock = clock
        self._terminal = terminal
        self._lock = threading.Lock()
        self._key = log_key(_origin(database), self._signing)
        self._frontier: Frontier | None = _whole_frontier(database, self._key)

    def record(self, access: Access) -> None:
        """Returns once the entry is on disk. Raises `JOURNAL_FAILED`, and then the log is as it was."""
        with self._lock:
            frontier = self._known_frontier()
            try:
                entry = enter(
                    access,
                    seq=frontier.size,
                    at=self._clock.now(),
                    terminal=self._terminal,
                    subject=pseudonym(self._pseudonym_key, access.subject) if access.subject else "",
                )
                line = write_entry(entry)
            except ValueError as error:
                raise TerminalError(Problem.JOURNAL_FAILED, "not an access that can be written") from error
            leaf = leaf_hash(line)
            longer = frontier.append(leaf)
            self._frontier = None  # whatever fails from here on, what the disk says counts
            with self._database.transaction():
                self._database.rows("INSERT INTO entry VALUES (?, ?, ?)", frontier.size, line, leaf)
                _insert_checkpoint(self._database, self._key.name, longer, self._signing)
            self._frontier = longer

    def head(self) -> tuple[int, str]:
        """How many entries there are, and the root over them in hex: worth noting elsewhere."""
        with self._lock:
            frontier = self._known_frontier()
        return frontier.size, frontier.root().hex()

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()

    def _known_frontier(self) -> Frontier:
        if self._frontier is None:  # after a failure
            try:
                self._frontier = _whole_frontier(self._database, self._key)
            except TerminalError as error:
                raise TerminalError(Problem.JOURNAL_FAILED, error.detail) from error
        return self._frontier


class JournalReader:
    """One moment of a journal, read while the desk may go on writing. Streams; for one thread."""

    def __init__(self, database: Database, key: LogKey) -> None:
        self._database = database
        self.key = key

    def entries(self) -> Iterator[StoredEntry]:
        """Every entry as it lies on disk, in order."""
        return (StoredEntry(*row) for row in self._database.stream("SELECT seq, line, leaf FROM entry ORDER BY seq"))

    def notes(self) -> Iterator[StoredNote]:
        """Every signed checkpoint, in order."""
        return (StoredNote(*row) for row in self._database.stream("SELECT size, note FROM checkpoint ORDER BY size"))

    def last_note(self) -> Iterator[StoredNote]:
        """Only the last checkpoint."""
        last = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1"
        return (StoredNote(*row) for row in self._database.stream(last))

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


def open_journal(
    folder: Path, keys: Keys, clock: Clock, terminal: str, *, create: bool, max_pages: int | None = None
) -> SqlJournal:
    """The journal, to be written to by this process alone. Raises `STORE_UNREADABLE`; it is never discarded."""
    path = folder / FILE
    database = open_to_write(path, keys.journal, create=create, failed=Problem.JOURNAL_FAILED, max_pages=max_pages)
    try:
        if create and not database.rows("SELECT 1 FROM log"):
            _begin(database, keys, terminal)
        return SqlJournal(database, keys, clock, terminal)
    except TerminalError as error:
        database.close()
        raise TerminalError(Problem.STORE_UNREADABLE, error.detail) from error


def read_journal(folder: Path, keys: Keys) -> JournalReader:
    """The journal, to be read only. Raises `STORE_UNREADABLE`."""
    database = open_to_read(folder / FILE, keys.journal)
    try:
        return JournalReader(database, log_key(_origin(database), Ed25519PrivateKey.from_private_bytes(keys.signing)))
    except TerminalError:
        database.close()
        raise


def _begin(database: Database, keys: Keys, terminal: str) -> None:
    """Names a new log and signs a checkpoint over its no entries, so that an emptied log never passes for a new one."""
    origin = re.sub(r"[\s+]+", "-", terminal) + f"/access/{secrets.token_hex(4)}"
    with database.transaction():
        database.rows("INSERT INTO log VALUES (?)", origin)
        _insert_checkpoint(database, origin, Frontier(), Ed25519PrivateKey.from_private_bytes(keys.signing))


def _insert_checkpoint(database: Database, origin: str, frontier: Frontier, signing: Ed25519PrivateKey) -> None:
    note = sign(Checkpoint(origin, frontier.size, frontier.root()), signing)
    database.rows("INSERT INTO checkpoint VALUES (?, ?)", frontier.size, note)


def _origin(database: Database) -> str:
    rows = database.rows("SELECT origin FROM log")
    if not rows:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: the log's name is missing")
    return str(rows[0][0])


def _whole_frontier(database: Database, key: LogKey) -> Frontier:
    """The tree over what is stored, held against its last checkpoint and entry. Raises `STORE_UNREADABLE`."""
    frontier = Frontier()
    for seq, leaf in database.stream("SELECT seq, leaf FROM entry ORDER BY seq"):
        if seq != frontier.size:
            raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: entry {frontier.size} is missing")
        frontier = frontier.append(leaf)
    last_line = database.rows("SELECT line, leaf FROM entry ORDER BY seq DESC LIMIT 1")
    last_note = database.rows("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
    try:
        signed = open_note(last_note[0][0], key) if last_note else None
    except CheckpointWrong as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: its last checkpoint is wrong") from error
    if signed != Checkpoint(key.name, frontier.size, frontier.root()):
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: not what its last checkpoint signs")
    if any(leaf_hash(line) != leaf for line, leaf in last_line):
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: its last entry was changed")
    return frontier
