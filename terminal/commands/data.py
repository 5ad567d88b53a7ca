"""`uketsuke data`: what is kept on this machine, why, how long, and how much was deleted when its time was over.

`uketsuke data tidy` (or `--tidy`) deletes what has ended, reads every page and, while no desk runs, changes a key that
is a month old; for a timer at night, the desk running or not. Exit code 0: done; 1: not done, or something is damaged,
and said why; 2: wrong arguments. No row is ever shown.
"""

import argparse
import functools
import json
import os
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from offline_cache.beside import open_beside
from offline_cache.epoch_kept import KeptEpoch, count_epochs
from offline_cache.kept import Counted, check_store, count_kept, kept_fields
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.rotation import own_seal
from offline_cache.store_upkeep import renew_alone
from terminal.clock import SystemClock
from terminal.commands.configured import sealing_of
from terminal.commands.failure import tell_failure
from terminal.commands.secret_phrase import typed
from terminal.configuration.reading import read_configuration
from terminal.problems import TerminalError

CONFIGURATION = Path("/etc/uketsuke/desk.toml")


def run(arguments: list[str]) -> int:
    """Runs the verb and gives its exit code."""
    parser = _parser()
    try:
        asked = parser.parse_args(arguments)
        asked.act = "tidy" if asked.tidy else asked.act
        if asked.act == "tidy" and asked.store is None and asked.config is None:
            parser.error("tidy wants --store or --config")
    except SystemExit as ended:  # argparse has said why
        return int(ended.code or 0)
    ask = functools.cache(typed("Passphrase of the store"))
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    credentials = Path(directory) if directory else None
    try:
        configuration = read_configuration(asked.config) if asked.config else None
        folder = configuration.store.folder if configuration else asked.store
        sealing = sealing_of(configuration.log) if configuration else ""
        if asked.act == "tidy":
            return _tidy(folder, credentials, ask)
        counted = count_kept(folder, credentials, ask) if folder else []
        epochs = count_epochs(folder, credentials, ask) if folder else []
    except TerminalError as error:
        tell_failure(error)
        return 1
    if asked.json:
        told = {"fields": [asdict(field) for field in kept_fields()], "counted": [asdict(each) for each in counted]}
        over = [asdict(each) for each in epochs]
        print(json.dumps(told | {"epochs": over, "sealing": sealing}, ensure_ascii=False))
    else:
        _show(counted)
        for epoch in epochs:
            _show_epoch(epoch)
        if sealing:
            print(f"\n{sealing}")
    return 0


def _tidy(folder: Path, credentials: Path | None, ask: Ask) -> int:
    """What has ended goes, every page is read, and while no desk runs an old key of the answers is changed."""
    now = SystemClock().now()
    with closing(open_beside(folder, credentials, SystemClock(), ask)) as store:
        deleted = store.cache.tidy(now) + store.tokens.tidy(now)
    check_store(folder, credentials, ask)
    is_renewed = renew_alone(folder, own_seal(folder, credentials, ask), now)
    key = "; the answers have a new key" if is_renewed else ""
    print(f"deleted: {deleted} rows whose time was over; every page can be read{key}")
    return 0


def _show(counted: list[Counted]) -> None:
    by_table = {(each.file, each.table): each for each in counted}
    shown = None
    for field in kept_fields():
        if (place := (field.file, field.table)) != shown:
            shown = place
            print(f"\n{field.file}.db, {field.table}")
            print(f"  why       {field.why}")
            print(f"  how long  {field.how_long}")
            if number := by_table.get(place):
                print(f"  now       {number.rows} rows{_deleted(number)}")
        print(f"    {field.name:<12}{field.what}")


def _show_epoch(kept: KeptEpoch) -> None:
    """A log that was put aside has the same fields; it goes by the same rule, `uketsuke log purge`."""
    print(f"\nepoch-{kept.epoch}/journal.db, a log that is over, with what stood beside it: {kept.bytes} bytes")
    if kept.rows is None:
        print("  now       cannot be read" if kept.bytes else "  now       nothing")
        return
    for table, count in kept.rows.items():
        gone = f"; {kept.deleted} of them deleted but for their hashes" if table == "entry" and kept.deleted else ""
        print(f"    {table:<12}{count} rows{gone}")


def _deleted(number: Counted) -> str:
    return f"; {number.deleted} deleted, last {number.last_deleted_at[:10]}" if number.deleted else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke data", description=__doc__.partition("\n")[0])
    parser.add_argument("act", nargs="?", choices=["show", "tidy"], default="show", help="show, unless told otherwise")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--config", type=Path, metavar="FILE", help="count what is in this desk's store")
    place.add_argument("--store", type=Path, metavar="DIR", help="the same, by the store's folder")
    parser.add_argument("--tidy", action="store_true", help="the same as tidy")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    return parser
