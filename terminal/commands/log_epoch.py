"""`uketsuke log epoch`: begins a new log in place of a file that is damaged, gone or must be replaced.

Nothing is deleted: the old file lies in `epoch-N/` beside, as it was found.
"""

import argparse
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offline_cache.epochs import epoch_folder
from offline_cache.new_epoch import Replacement, begin_epoch
from offline_cache.rotation import own_seal
from terminal.clock import SystemClock
from terminal.commands.log_arguments import reason
from terminal.commands.log_chain import end_of, first_entry, link_of
from terminal.commands.log_outcome import BROKEN, INTACT, say
from terminal.commands.log_store import read_store
from terminal.commands.secret_phrase import typed
from terminal.commands.staff_asking import actor_of_login

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

EPOCH: Final = "epoch"
OVER: Final = "over"  # where the arguments say which epoch that is over is meant
_ADVICE: Final = "note the new key elsewhere, give it to the witness, and look through uketsuke staff list"


def replace_log(folder: Path, credentials: Path | None, asked: argparse.Namespace) -> int:
    """Begins the next epoch, or ends one that was cut off, and gives the exit code. Raises `TerminalError`."""
    seal = own_seal(folder, credentials, cache(typed("Passphrase of the store")))
    order = Replacement(asked.reason, actor_of_login(), asked.notes, asked.terminal)
    if not begin_epoch(folder, seal, SystemClock(), order):
        print("an epoch that had been cut off is now begun; its entry has the reason that was given then")
    with closing(read_store(folder, credentials)) as log:
        first, link = first_entry(log), link_of(log)
        if first is None or link is None:
            return say("broken: the log does not begin with what was put aside", BROKEN)
        told, before = dict(first.details), link.before
        print(f"epoch {before.epoch + 1} begun: {log.keys.log.name}")
        print(f"put aside, {before.found}: {epoch_folder(folder, before.epoch)}; last end known: {end_of(before)}")
        print(f"carried over: {told.get('carried', 'nothing')}")
        if unread := told.get("unread"):
            print(f"could not be read to the end, and may lack rows: {unread}")
        print(f"{log.keys.log.vkey()}\n{_ADVICE}")
    return INTACT


def add_epoch(verbs: "Verbs", store: str, folder: str) -> None:
    """Adds its arguments."""
    parser = verbs.add_parser(EPOCH, help="begins a new log where the file is damaged; the old one is put aside")
    parser.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(folder), help=store)
    told = "why; the log says so, name no patient"
    parser.add_argument("--reason", type=reason, metavar="TEXT", required=True, help=told)
    note = "a checkpoint of the log kept elsewhere, to be named in the new log; again for each"
    parser.add_argument("--note", type=Path, action="append", dest="notes", default=[], metavar="FILE", help=note)
    parser.add_argument("--terminal", default="", metavar="NAME", help="this desk's name, where nothing else tells it")


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Lets a verb be about an epoch that is over; the same as the folder `epoch-N` in the store for its path."""
    told = "of an epoch that is over, by its number, in place of the log of today"
    parser.add_argument("--epoch", type=int, dest=OVER, metavar="N", help=told)
