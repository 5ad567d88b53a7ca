"""`uketsuke log`: verifies, shows and exports the access log of a store, whether or not the desk is running.

Reads only. Exit code 0: intact; 1: broken, the first bad entry is named; 2: wrong arguments, or an unreadable log.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, assert_never

from offline_cache.journal import FILE, JournalReader
from offline_cache.keys import move_durably
from offline_cache.store import read_store
from terminal.access_log.entry import Entry, EntryUnreadable, read_entry
from terminal.access_log.export import csv_rows
from terminal.access_log.verify import Broken, Head, Intact, StoredEntry, verify
from terminal.problems import Problem, TerminalError

INTACT: Final = 0
BROKEN: Final = 1
UNREADABLE: Final = 2
DEFAULT_FOLDER: Final = "/var/lib/uketsuke"

_SENTENCES = {
    Problem.KEY_MISSING: "the key of this store is missing ({detail}); a sealed key is handed out by systemd only",
    Problem.STORE_UNREADABLE: "this is not a store that can be read ({detail})",
}


def run(arguments: list[str]) -> int:
    """Carries out one verb and gives the exit code."""
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as ended:  # argparse has said why
        return INTACT if ended.code == 0 else UNREADABLE
    folder = asked.path.parent if asked.path.name == FILE else asked.path
    try:
        if not (folder / FILE).exists():
            return _say(f"{folder}: there is no {FILE} in it", UNREADABLE)
        with closing(read_store(folder, _credentials())) as log:
            match asked.verb:
                case "verify":
                    return _verify(log, asked.head, is_quick=asked.quick)
                case "show":
                    return _show(log)
                case _:
                    return _export(log, asked.out)
    except TerminalError as error:
        sentence = _SENTENCES.get(error.problem, "{problem} ({detail})")
        return _say(f"{folder}: {sentence.format(problem=error.problem, detail=error.detail)}", UNREADABLE)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTACT
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror}", UNREADABLE)


def _verify(log: JournalReader, noted: Head | None, *, is_quick: bool) -> int:
    read = 0

    def entries() -> Iterator[StoredEntry]:
        nonlocal read
        for stored in log.entries():
            read += 1
            yield stored

    try:
        report = verify(entries(), log.last_note() if is_quick else log.notes(), log.key, noted)
    except TerminalError as error:  # it opened, so key and path are right: the file itself was changed
        return _say(f"broken: the file is damaged at entry {read} or the checkpoint before it ({error.detail})", BROKEN)
    match report:
        case Intact(head):
            print(f"intact: {head.size} entries, head {head}")
            return INTACT
        case Broken(first, last, finding):
            place = f"entry {first}" if first == last else f"an entry from {first} to {last}"
            return _say(f"broken: the first bad entry is {place}: {finding}", BROKEN)
        case _:
            assert_never(report)


def _show(log: JournalReader) -> int:
    code = INTACT
    for stored in log.entries():
        try:
            print(_line(read_entry(stored.line)))
        except EntryUnreadable:
            code = _say(f"entry {stored.seq} cannot be read", BROKEN)
    sys.stdout.flush()
    return code


def _export(log: JournalReader, out: Path) -> int:
    if _verify(log, None, is_quick=True) == BROKEN:
        return _say("nothing was exported", BROKEN)
    draft = out.with_name(f"{out.name}.tmp")
    draft.unlink(missing_ok=True)
    try:
        with open(draft, "xb", opener=_for_owner_only) as file:
            file.writelines(csv_rows(read_entry(stored.line) for stored in log.entries()))
            file.flush()
            os.fsync(file.fileno())
        move_durably(draft, out)
    finally:
        draft.unlink(missing_ok=True)
    return INTACT


def _line(entry: Entry) -> str:
    """An entry on one line; what a terminal might obey is not printed."""
    words = (entry.terminal, entry.actor, entry.action, entry.method, entry.outcome, entry.reason)
    details = (f"{name}={value}" for name, value in entry.details)
    line = " ".join(filter(None, (f"{entry.seq} {entry.at:%Y-%m-%dT%H:%M:%SZ}", entry.subject[:8], *words, *details)))
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _credentials() -> Path | None:
    """Where systemd lays the unit's credentials (systemd.exec(5)); None outside of a unit."""
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(directory) if directory else None


def _say(sentence: str, code: int) -> int:
    print(f"uketsuke log: {sentence}", file=sys.stderr)
    return code


def _head(text: str) -> Head:
    try:
        return Head.of_text(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a head is SIZE:ROOT, as `verify` prints it") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke log", description="Verifies, shows and exports the access log.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify|show|export")
    verifying = verbs.add_parser("verify", help="finds any change and names the first bad entry")
    verifying.add_argument("path", type=Path, metavar="PATH", help=f"the store's folder, or the {FILE} in it")
    verifying.add_argument("--head", type=_head, metavar="SIZE:ROOT", help="a head noted earlier and elsewhere")
    verifying.add_argument("--quick", action="store_true", help="checks the last checkpoint only, not each")
    showing = verbs.add_parser("show", help="prints each entry on a line")
    showing.add_argument("path", type=Path, metavar="PATH", help=f"the store's folder, or the {FILE} in it")
    exporting = verbs.add_parser("export", help="writes the entries as a table")
    exporting.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(DEFAULT_FOLDER))
    exporting.add_argument("--format", choices=["csv"], default="csv")
    exporting.add_argument("--out", type=Path, metavar="FILE", required=True)
    return parser
