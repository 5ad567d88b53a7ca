"""A journal that is about to be replaced, looked at: how far it can be read, and how its log ended as far as is known.

Changes nothing. An end counts only where the store's own key has signed it, wherever the note was kept.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_cache.database import Database, open_to_read
from offline_cache.epochs import WAL
from offline_cache.journal_end import FILE, log_keys
from offline_cache.journal_head import FILE as NOTED
from offline_cache.journal_head import MOST_BYTES
from offline_cache.journal_reader import JournalReader
from offline_cache.keys import Keys
from terminal.access_log.bundle_evidence import WITNESSED
from terminal.access_log.checkpoint import Checkpoint, LogKey, open_note
from terminal.access_log.epoch import Before, LogName, PutAside
from terminal.access_log.verify import Head, Intact, verify
from terminal.problems import TerminalError


class Known(NamedTuple):
    """An end of a log that somebody signed, and who had kept it: `file`, `noted`, `witness` or `given`."""

    checkpoint: Checkpoint
    source: str


class OldJournal:
    """The journal in a store's folder; `name` is None where nothing tells it."""

    def __init__(self, folder: Path, keys: Keys, notes: Sequence[Path]) -> None:
        """`notes` are files with checkpoints, kept elsewhere. Raises `OSError` for one that is not there."""
        self._folder = folder
        self._keys = keys
        noted = list(_noted(folder, keys, notes))
        known = [*self._signed(), *noted]  # the file's own word first, where they are equal
        names = self._names() or [LogName.of_text(each.checkpoint.origin) for each in noted]
        self.name = max(names, key=lambda name: name.epoch, default=None)
        ends = [each for each in known if each.checkpoint.origin == str(self.name)]
        self._end = max(ends, key=lambda each: each.checkpoint.size, default=None)
        self.found = self._judge()

    def open(self) -> Database:
        """Opens the file to be read, by itself. Raises `STORE_UNREADABLE`."""
        return open_to_read(self._folder / FILE, self._keys.journal)

    def told(self, epoch: int) -> Before:
        """What the log after it says of it. Its bytes are read: nobody in this process may have it open."""
        end = self._end
        return Before(
            epoch,
            str(self.name) if self.name else None,
            Head(end.checkpoint.size, end.checkpoint.root) if end else None,
            end.source if end else "",
            self.found,
            sha256_of(self._folder / FILE),
            sha256_of(self._folder / WAL),
        )

    def _judge(self) -> PutAside:
        if not (self._folder / FILE).exists():
            return PutAside.MISSING
        head = Head(self._end.checkpoint.size, self._end.checkpoint.root) if self._end else None
        try:
            database = self.open()
        except TerminalError:
            return PutAside.UNREADABLE
        with closing(database):
            try:
                database.check_pages()
                reader = JournalReader(database, log_keys(database, self._keys))
                is_intact = isinstance(verify(reader.stored(), reader.keys, head), Intact)
            except TerminalError:
                is_intact = False
            return PutAside.INTACT if is_intact else PutAside.DAMAGED

    def _names(self) -> list[LogName]:
        return [LogName.of_text(origin) for origin in self._readable("SELECT origin FROM log")]

    def _signed(self) -> Iterator[Known]:
        for note in self._readable("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1"):
            yield from _opened(note, self._keys, "file")

    def _readable(self, sql: str) -> list[str]:
        """The first column of some rows; none where they cannot be read."""
        try:
            with closing(self.open()) as database:
                return [str(row[0]) for row in database.rows(sql)]
        except TerminalError:
            return []


def sha256_of(path: Path) -> str:
    """In hex, of a file that no connection of this process has open; empty where there is nothing in it."""
    if not path.exists() or path.stat().st_size == 0:
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _noted(folder: Path, keys: Keys, elsewhere: Sequence[Path]) -> Iterator[Known]:
    """What was noted of the log outside its file."""
    here = [(path, "witness") for path in sorted(folder.glob(f"{WITNESSED}/*.note"))]
    if (folder / NOTED).exists():
        here.append((folder / NOTED, "noted"))
    for path, source in [*here, *((path, "given") for path in elsewhere)]:
        with path.open("rb") as file:
            yield from _opened(file.read(MOST_BYTES).decode(errors="replace"), keys, source)


def _opened(untrusted: str, keys: Keys, source: str) -> Iterator[Known]:
    """A checkpoint that the store's own key has signed, of a log of the name that it says; else nothing."""
    public = Ed25519PrivateKey.from_private_bytes(keys.signing).public_key().public_bytes_raw()
    try:
        origin = str(LogName.of_text(untrusted.partition("\n")[0]))
        yield Known(open_note(untrusted, LogKey(origin, public)), source)
    except ValueError:  # a checkpoint that is wrong is one
        return
