"""A store: one folder with key file, journal and cache, opened whole by the one process that writes to it.

The key file gets its name only when the journal is there. So a missing journal beside a key file is a loss, and said;
and keys are never made anew beside a journal that needs the old ones.
"""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from offline_cache.cache import MAX_AGE, SqlCache, open_cache
from offline_cache.database import FolderLock, folder_refused
from offline_cache.epochs import finish_epoch, home_of
from offline_cache.journal import SqlJournal, open_journal
from offline_cache.journal_end import FILE as JOURNAL_FILE
from offline_cache.journal_head import JournalHead
from offline_cache.journal_reader import JournalReader, read_journal
from offline_cache.keys.identity_key import IdentityKey
from offline_cache.keys.key_file import FILE, begin_key_file, unwrap
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.keys.recovery import RecoveryKey
from offline_cache.keys.seals import Seal
from offline_cache.keys.wrapping import Keys, new_keys
from offline_cache.rotation import keys_of, own_seal, settle
from terminal.durable import move_durably, write_durably
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

KEY_FILE = FILE
DRAFT = f"{FILE}.new"


@dataclass(frozen=True)
class Store:
    """What is on disk. `is_cache_new` tells that an unreadable cache was put aside for a new one.

    `head` says whether the log once lacked what had been noted of it, and nobody has seen to that yet.
    """

    journal: SqlJournal
    cache: SqlCache
    is_cache_new: bool
    head: JournalHead
    opened: ExitStack

    @property
    def problem(self) -> Problem | None:
        """What reception has to be told of what is kept here."""
        return Problem.STORE_ROLLED_BACK if self.head.is_lost else None

    def close(self) -> None:
        """Closes cache and journal, then lets the next writer in."""
        self.opened.close()


def open_store(
    folder: Path,
    seal: Seal,
    clock: Clock,
    terminal: str,
    *,
    max_age: timedelta = MAX_AGE,
    recovery: RecoveryKey | None = None,
    noted_at: Path | None = None,
    auditors: IdentityKey | None = None,
) -> Store:
    """The store in a folder; begun there if there is none, for `recovery` too.

    `noted_at` is a second place for what is noted of the log; who a patient is, is sealed in it to `auditors`. A store
    of an older day that was put back goes on, with a new cache: online it serves as ever, and nothing is recalled that
    may have been withdrawn since.

    Raises `STORE_BUSY`, `STORE_UNREADABLE`, or what the seal raises: `KEY_MISSING` or `KEY_PASSPHRASE_WRONG`.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as opened:
            opened.callback(FolderLock(folder).release)
            finish_epoch(folder)
            is_begun = (folder / KEY_FILE).exists()
            keys = _keys(folder, seal, clock, recovery)
            log = open_journal(folder, keys, clock, terminal, create=not is_begun, auditors=auditors)
            opened.callback(log.close)
            if not is_begun:
                move_durably(folder / DRAFT, folder / KEY_FILE)
            head = JournalHead(folder, noted_at)
            is_rolled_back = log.keep_head(head) is not None
            answers, is_cache_new = open_cache(folder, keys, max_age, is_distrusted=is_rolled_back)
            opened.callback(answers.close)
            return Store(log, answers, is_cache_new, head, opened.pop_all())
    except OSError as error:
        raise folder_refused(folder, error) from error


def read_store(folder: Path, credentials: Path | None, ask: Ask | None = None) -> JournalReader:
    """The journal of a store, or of an epoch of it that is over, to be read only, the desk running or not.

    The key file says by which seal.
    `credentials` is `$CREDENTIALS_DIRECTORY`; `ask` gives a passphrase. Raises as `open_store` does.
    """
    return read_journal(folder, _keys_of(folder, credentials, ask))


def append_to_store(folder: Path, credentials: Path | None, clock: Clock, ask: Ask | None = None) -> SqlJournal:
    """The journal of a store, to be written to beside a desk that may be running. Raises as `read_store` does.

    What is done with an epoch that is over is on record in the log of today.
    """
    folder = home_of(folder)
    keys = _keys_of(folder, credentials, ask)
    with closing(read_journal(folder, keys)) as log:
        terminal = log.terminal
    return open_journal(folder, keys, clock, terminal, create=False)


def _keys_of(folder: Path, credentials: Path | None, ask: Ask | None) -> Keys:
    return keys_of(folder, own_seal(folder, credentials, ask))


def _keys(folder: Path, seal: Seal, clock: Clock, recovery: RecoveryKey | None) -> Keys:
    """The store's keys; for one whose beginning was cut off, from the draft of its key file."""
    if (folder / KEY_FILE).exists():
        return settle(folder, seal)
    if (folder / JOURNAL_FILE).exists():
        return unwrap(_read_draft(folder / DRAFT), seal)
    keys = new_keys()
    write_durably(folder / DRAFT, begin_key_file(keys, seal, clock.now(), recovery))
    return keys


def _read_draft(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TerminalError(Problem.KEY_MISSING, path.name) from error
