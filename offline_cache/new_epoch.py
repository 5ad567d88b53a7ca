"""Begins a new log where the old one's file is damaged, gone, or must be replaced: `uketsuke log epoch`.

The new log is made ready beside, then the old file is put aside and the new one in its place (`epochs.py`). Its first
entry says which file that was, how its log ended as far as anybody knows, and what could not be carried over.
"""

import secrets
import shutil
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from offline_cache.database import Database, FolderLock, folder_refused, open_to_write
from offline_cache.epoch_before import OldJournal
from offline_cache.epoch_carry import carry
from offline_cache.epoch_holds import HOLDS, holds_of
from offline_cache.epochs import NEXT, epoch_folder, epochs_in, finish_epoch, put_in_place
from offline_cache.journal import SqlJournal, begin_log, plain_name
from offline_cache.journal_alarm import no_alarm
from offline_cache.journal_end import FILE
from offline_cache.keys import Keys, Seal
from offline_cache.keys.key_file import FILE as KEY_FILE
from offline_cache.rotation import settle
from terminal.access_log.access import Access, Actor
from terminal.access_log.epoch import Carried, LogName, PutAside, epoch_begun
from terminal.durable import give_to_folders_owner, move_durably, sync_folder, write_durably
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

READY: Final = "epoch.new"


@dataclass(frozen=True)
class Replacement:
    """Why a log's file is replaced and who does it; `notes` are files with checkpoints that were kept elsewhere.

    `terminal` is the desk's name, for a log of which nothing is left that tells it.
    """

    reason: str
    actor: Actor
    notes: Sequence[Path] = ()
    terminal: str = ""


def begin_epoch(folder: Path, seal: Seal, clock: Clock, order: Replacement) -> bool:
    """Begins the next epoch of a store's log; False where one that had been cut off was ended instead.

    The desk must be closed. Raises `STORE_BUSY`, `STORE_UNREADABLE`, or what the seal raises.
    """
    try:
        with ExitStack() as opened:
            opened.callback(FolderLock(folder).release)
            was_cut_off = finish_epoch(folder)
            if not was_cut_off:
                put_in_place(_make_ready(folder, settle(folder, seal), clock, order))
            for path in (folder, *epochs_in(folder).values()):
                give_to_folders_owner(path)
            return not was_cut_off
    except OSError as error:
        raise folder_refused(folder, error) from error


def _make_ready(folder: Path, keys: Keys, clock: Clock, order: Replacement) -> Path:
    """The folder of the epoch that is about to end, with a copy of the keys, and the next log in it, whole."""
    ready = folder / READY
    if ready.exists():  # one that was cut off before the old log was touched: nothing in it is the only copy
        shutil.rmtree(ready)
    ready.mkdir(mode=0o700)
    (ready / NEXT).mkdir(mode=0o700)
    write_durably(ready / KEY_FILE, (folder / KEY_FILE).read_bytes())
    over = epoch_folder(folder, _write_next(folder, ready / NEXT, keys, clock, order))
    sync_folder(ready / NEXT)
    move_durably(ready, over)
    return over


def _write_next(folder: Path, following: Path, keys: Keys, clock: Clock, order: Replacement) -> int:
    """Writes the next log with its first entry, and gives the number of the epoch that it ends."""
    old = OldJournal(folder, keys, order.notes)
    before = old.name or _unknown(order.terminal)
    epoch = max(before.epoch, max(epochs_in(folder), default=0) + 1)
    new = open_to_write(following / FILE, keys.journal, create=True, failed=Problem.JOURNAL_FAILED)
    with closing(new):
        begin_log(new, keys, clock, str(LogName(before.terminal, before.id, epoch + 1)))
        carried = _carry(old, new)
    holds, carried = _hold(old, carried, order.actor)
    access = epoch_begun(old.told(epoch), carried, order.reason, order.actor)
    database = open_to_write(following / FILE, keys.journal, create=False, failed=Problem.JOURNAL_FAILED)
    with closing(SqlJournal(database, keys, clock, before.terminal, no_alarm)) as journal:
        journal.record_all([access, *holds])
    return epoch


def _carry(old: OldJournal, new: Database) -> Carried:
    if old.found is PutAside.MISSING:
        return Carried()
    try:
        with new.transaction():
            return carry(old.open, new)
    except TerminalError as error:
        if error.problem is not Problem.STORE_UNREADABLE:
            raise
        return Carried(unread=(FILE,))


def _hold(old: OldJournal, carried: Carried, actor: Actor) -> tuple[list[Access], Carried]:
    """What places the holds anew, and the rest with it, should some of them be unread."""
    if old.found in (PutAside.MISSING, PutAside.UNREADABLE):
        return [], carried
    holds, is_whole = holds_of(old.open, actor)
    return holds, carried if is_whole else replace(carried, unread=(*carried.unread, HOLDS))


def _unknown(terminal: str) -> LogName:
    if not terminal:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: nothing tells this desk's name; give it by --terminal")
    return LogName(plain_name(terminal), secrets.token_hex(4))
