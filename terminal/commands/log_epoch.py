"""`uketsuke log epoch`: begins a new log in place of a file that is damaged, gone or must be replaced.

Nothing is deleted: the old file lies in `epoch-N/` beside, as it was found. And the walk over the epochs that are over.
"""

import argparse
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offline_cache.epoch_before import sha256_of
from offline_cache.epochs import WAL, epoch_folder, epochs_in, home_of
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import JournalReader
from offline_cache.keys.choice import seal_in
from offline_cache.new_epoch import Replacement, begin_epoch
from offline_cache.rotation import read_keys
from terminal.access_log.entry import Entry, EntryUnreadable, read_entry
from terminal.access_log.epoch import Before, LogName, PutAside, read_epoch
from terminal.access_log.masking import is_emptied
from terminal.access_log.verify import Head
from terminal.clock import SystemClock
from terminal.commands.log_outcome import BROKEN, INTACT, say
from terminal.commands.log_store import read_store
from terminal.commands.secret_phrase import typed
from terminal.commands.staff_asking import actor_of_login
from terminal.problems import TerminalError

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

EPOCH: Final = "epoch"
_ADVICE: Final = "note the new key elsewhere, give it to the witness, and look through uketsuke staff list"
Verify = Callable[[JournalReader, Head | None], int]


def replace_log(folder: Path, credentials: Path | None, asked: argparse.Namespace) -> int:
    """Begins the next epoch, or ends one that was cut off, and gives the exit code. Raises `TerminalError`."""
    seal = seal_in(folder, read_keys(folder).wraps[-1].seal, credentials, cache(typed("Passphrase of the store")))
    order = Replacement(asked.reason, actor_of_login(), asked.notes, asked.terminal)
    if not begin_epoch(folder, seal, SystemClock(), order):
        print("an epoch that had been cut off is now begun; its entry has the reason that was given then")
    with closing(read_store(folder, credentials)) as log:
        first, before = _first(log), _before(log)
        if first is None or before is None:
            return say("broken: the log does not begin with what was put aside", BROKEN)
        told = dict(first.details)
        print(f"epoch {before.epoch + 1} begun: {log.keys.log.name}")
        print(f"put aside, {before.found}: {epoch_folder(folder, before.epoch)}; last end known: {_end(before)}")
        print(f"carried over: {told.get('carried', 'nothing')}")
        if unread := told.get("unread"):
            print(f"could not be read to the end, and may lack rows: {unread}")
        print(f"{log.keys.log.vkey()}\n{_ADVICE}")
    return INTACT


def verify_epochs(folder: Path, credentials: Path | None, log: JournalReader, verify: Verify) -> int:
    """Verifies the epochs before a log, the newest first; says what is missing, and gives the exit code.

    A log that was put aside damaged, on record, is no news as long as its file is the same.
    """
    home = home_of(folder)
    if home == folder and max(epochs_in(home), default=0) >= _number(log):
        return say("broken: a later log was here: this one was put back", BROKEN)
    before, code = _before(log), INTACT
    if before is None and _number(log) > 1:
        return say("broken: it does not begin with the end of the epoch before", BROKEN)
    while before is not None:
        print(f"epoch {before.epoch}, put aside {before.found}, last end known {_end(before)}:")
        found, earlier = _verify_epoch(epoch_folder(home, before.epoch), credentials, before, verify)
        if earlier is None and before.epoch > 1:
            say(f"what it says of epoch {before.epoch - 1} cannot be read: verify that one by itself", INTACT)
        before, code = earlier, max(code, found)
    return code


def _verify_epoch(place: Path, credentials: Path | None, told: Before, verify: Verify) -> tuple[int, Before | None]:
    """The exit code for one of them, and what it says of the one before."""
    if told.found is PutAside.MISSING:
        return say(f"its file was missing when epoch {told.epoch + 1} was begun", INTACT), None
    if not (place / FILE).exists():
        return say(f"broken: epoch {told.epoch} is missing: {place / FILE} is not there", BROKEN), None
    is_same = (sha256_of(place / FILE), sha256_of(place / WAL)) == (told.sha256, told.wal_sha256)
    code = INTACT if is_same else say("broken: its file is not the one that was put aside", BROKEN)
    if told.found is PutAside.UNREADABLE:
        return code, None
    is_known = told.found is PutAside.DAMAGED
    try:
        with closing(read_store(place, credentials)) as log:
            found = verify(log, told.head)
            return code if is_known else max(code, found), _before(log)
    except TerminalError as error:
        say(f"{place}: {error.problem} ({error.detail})", BROKEN)
        return code if is_known else BROKEN, None


def add_epoch(verbs: "Verbs", store: str, folder: str) -> None:
    """Adds its arguments."""
    parser = verbs.add_parser(EPOCH, help="begins a new log where the file is damaged; the old one is put aside")
    parser.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(folder), help=store)
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why; the log says so, name no patient")
    note = "a checkpoint of the log kept elsewhere, to be named in the new log; again for each"
    parser.add_argument("--note", type=Path, action="append", dest="notes", default=[], metavar="FILE", help=note)
    parser.add_argument("--terminal", default="", metavar="NAME", help="this desk's name, where nothing else tells it")


def _number(log: JournalReader) -> int:
    try:
        return LogName.of_text(log.keys.log.name).epoch
    except ValueError:
        return 1


def _before(log: JournalReader) -> Before | None:
    first = _first(log)
    try:
        before = read_epoch(first) if first else None
    except ValueError:
        return None
    return before if before and before.epoch == _number(log) - 1 else None


def _first(log: JournalReader) -> Entry | None:
    stored = next(log.entries(), None)
    try:
        return read_entry(stored.line) if stored and not is_emptied(stored.line) else None
    except EntryUnreadable:
        return None


def _end(before: Before) -> str:
    return f"{before.head}, by {before.source}" if before.head else "unknown"
