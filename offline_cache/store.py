"""A store: one folder with key file, journal and cache, opened whole by the one process that writes to it.

The key file gets its name only when the journal is there. So a missing journal beside a key file is a loss, and said;
and keys are never made anew beside a journal that needs the old ones.
"""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from offline_cache.cache import MAX_AGE, SqlCache, open_cache
from offline_cache.database import FolderLock
from offline_cache.journal import SqlJournal, open_journal
from offline_cache.journal_end import FILE as JOURNAL_FILE
from offline_cache.journal_reader import JournalReader, read_journal
from offline_cache.keys import (
    CredentialSeal,
    Keys,
    PracticeSeal,
    Seal,
    move_durably,
    new_keys,
    says_practice,
    unwrap,
    wrap,
    write_durably,
)
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

KEY_FILE = "keys.json"
DRAFT = "keys.json.new"


@dataclass(frozen=True)
class Store:
    """What is on disk. `is_cache_new` tells that an unreadable cache was put aside for a new one."""

    journal: SqlJournal
    cache: SqlCache
    is_cache_new: bool
    opened: ExitStack

    def close(self) -> None:
        """Closes cache and journal, then lets the next writer in."""
        self.opened.close()


def open_store(folder: Path, seal: Seal, clock: Clock, terminal: str, *, max_age: timedelta = MAX_AGE) -> Store:
    """The store in a folder, begun there if there is none. Raises `STORE_BUSY`, `STORE_UNREADABLE` or `KEY_MISSING`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as opened:
            opened.callback(FolderLock(folder).release)
            is_begun = (folder / KEY_FILE).exists()
            keys = _keys(folder, seal)
            log = open_journal(folder, keys, clock, terminal, create=not is_begun)
            opened.callback(log.close)
            if not is_begun:
                move_durably(folder / DRAFT, folder / KEY_FILE)
            answers, is_cache_new = open_cache(folder, keys, max_age)
            opened.callback(answers.close)
            return Store(log, answers, is_cache_new, opened.pop_all())
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"the store's folder: {type(error).__name__}") from error


def read_store(folder: Path, credentials: Path | None) -> JournalReader:
    """The journal of a store, to be read only, the desk running or not; the key file says by which seal.

    `credentials` is `$CREDENTIALS_DIRECTORY`. Raises `STORE_UNREADABLE` or `KEY_MISSING`.
    """
    return read_journal(folder, _unwrapped(folder, credentials))


def append_to_store(folder: Path, credentials: Path | None, clock: Clock) -> SqlJournal:
    """The journal of a store, to be written to beside a desk that may be running. Raises as `read_store` does."""
    keys = _unwrapped(folder, credentials)
    with closing(read_journal(folder, keys)) as log:
        terminal = log.terminal
    return open_journal(folder, keys, clock, terminal, create=False)


def _unwrapped(folder: Path, credentials: Path | None) -> Keys:
    untrusted = _read_key_file(folder / KEY_FILE)
    seal = PracticeSeal(folder) if says_practice(untrusted) else CredentialSeal(credentials)
    return unwrap(untrusted, seal)


def _keys(folder: Path, seal: Seal) -> Keys:
    """The store's keys; for one whose beginning was cut off, from the draft of its key file."""
    if (folder / KEY_FILE).exists():
        return unwrap(_read_key_file(folder / KEY_FILE), seal)
    if (folder / JOURNAL_FILE).exists():
        return unwrap(_read_key_file(folder / DRAFT), seal)
    keys = new_keys()
    write_durably(folder / DRAFT, wrap(keys, seal.begin(), is_practice=seal.is_practice))
    return keys


def _read_key_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TerminalError(Problem.KEY_MISSING, path.name) from error
