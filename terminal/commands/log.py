"""`uketsuke log`: verifies, shows, exports and simulates the access log of a store, whether or not the desk is running.

Exit code 0: intact, or done; 1: broken, with the first bad entry named, or not done; 2: wrong arguments.
"""

import argparse
import errno
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from offline_cache.epochs import epoch_folder, home_of
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import JournalReader
from terminal.access_log.bundle_evidence import Trusted
from terminal.access_log.entry import Entry, EntryUnreadable, read_entry
from terminal.access_log.masking import is_emptied
from terminal.access_log.verify import Head
from terminal.commands.log_arguments import (
    Days,
    add_days,
    are_backwards,
    fields,
    head,
    log_key,
    reason,
    recipient,
    witness_key,
)
from terminal.commands.log_chain import verify_epochs
from terminal.commands.log_epoch import EPOCH, OVER, add_choice, add_epoch, replace_log
from terminal.commands.log_evidence import OF_A_STORE, WITNESS, add_verbs, evidence, serve_witness
from terminal.commands.log_export import FORMATS, Order, export
from terminal.commands.log_leaving import LEAVING, OF_TODAY, add_leaving_verbs, leave
from terminal.commands.log_open import OPEN, add_open, open_window
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, WRONG, say
from terminal.commands.log_retention_rule import Place
from terminal.commands.log_simulate import simulate
from terminal.commands.log_stamp import roots_in
from terminal.commands.log_store import read_store
from terminal.commands.log_unseal import UNSEAL, add_unseal, unseal
from terminal.commands.log_verify import verify_file, verify_store
from terminal.problems import Problem, TerminalError

DEFAULT_FOLDER: Final = "/var/lib/uketsuke"
NOT_GIVEN: Final = "not given"  # what the log then says of an export's reason or recipient

_SENTENCES = {
    Problem.KEY_MISSING: "the key of this store is missing ({detail}); see uketsuke keys status",
    Problem.KEY_PASSPHRASE_WRONG: "this passphrase does not open the store",
    Problem.STORE_UNREADABLE: "this is not a store that can be read ({detail}); see uketsuke explain store_unreadable",
}


def run(arguments: list[str]) -> int:
    """Carries out one verb and gives the exit code."""
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as ended:  # argparse has said why
        return INTACT if ended.code == 0 else WRONG
    if are_backwards(asked):
        return say("--from is a later day than --to", WRONG)
    path = asked.path
    folder = path.parent if path.name == FILE else path
    if chosen := getattr(asked, OVER, None):
        folder = epoch_folder(folder, chosen)
    try:
        if asked.verb == "simulate":
            return simulate(path, asked.entries)
        if asked.verb == WITNESS:
            return serve_witness(asked)
        if asked.verb == "verify" and path.is_file() and path.name != FILE:
            roots = roots_in(asked.ca) if asked.ca else b""
            return verify_file(path, asked.key, asked.head, Trusted(asked.witnesses, roots))
        if asked.verb == "verify" and (asked.witnesses or asked.ca):
            return say("--witness and --ca are for a bundle; of a store, verify a bundle that is exported", WRONG)
        if asked.verb == EPOCH:
            return replace_log(folder, _credentials(), asked)
        if not (folder / FILE).exists():
            return say(f"{folder}: there is no {FILE} in it", FAILED)
        return _with_store(folder, asked)
    except TerminalError as error:
        sentence = _SENTENCES.get(error.problem, "{problem} ({detail})")
        return say(f"{folder}: {sentence.format(problem=error.problem, detail=error.detail)}", FAILED)
    except OSError as error:
        if error.filename is None and error.errno in (errno.EPIPE, errno.ENOSPC):
            raise  # of the output itself, which is the whole command's to tell
        return say(": ".join(filter(None, (error.filename, error.strerror or str(error)))), FAILED)


def _with_store(folder: Path, asked: argparse.Namespace) -> int:
    if asked.verb == "export":
        days = Days(asked.first_day, asked.last_day)
        order = Order(asked.format, asked.out, asked.reason, asked.recipient, days, asked.mask)
        return export(folder, _credentials(), order)
    if asked.verb == OPEN:
        return open_window(folder, _credentials(), asked)
    if asked.verb == UNSEAL:
        return unseal(folder, _credentials(), asked)
    if asked.verb in OF_TODAY and home_of(folder) != folder:
        return say("a log that is over is kept as it is", FAILED)
    if asked.verb in LEAVING:
        return leave(Place(folder, _credentials()), asked)
    with closing(read_store(folder, _credentials())) as log:
        if asked.verb == "show":
            return _show(log)
        if asked.verb in OF_A_STORE:
            return evidence(log, folder, asked)
        if asked.key and asked.key.public != log.keys.log.public:  # its name may be that of an epoch before
            return say("broken: the log is signed with another key than the one given", BROKEN)

        def verify(log: JournalReader, head: Head | None) -> int:
            return verify_store(log, head, with_fields=asked.fields)

        return max(verify(log, asked.head), verify_epochs(folder, _credentials(), log, verify))


def _show(log: JournalReader) -> int:
    code = INTACT
    for stored in log.entries():
        if is_emptied(stored.line):
            print(f"{stored.seq} deleted by retention")
            continue
        try:
            print(_line(read_entry(stored.line)))
        except EntryUnreadable:
            code = say(f"entry {stored.seq} cannot be read", BROKEN)
    sys.stdout.flush()
    return code


def _line(entry: Entry) -> str:
    """An entry on one line; what a terminal might obey is not printed."""
    words = (entry.terminal, entry.actor, entry.action, entry.method, entry.outcome, entry.reason)
    details = (f"{name}={value}" for name, value in entry.details)
    line = " ".join(filter(None, (f"{entry.seq} {entry.at:%Y-%m-%dT%H:%M:%SZ}", entry.subject[:8], *words, *details)))
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _credentials() -> Path | None:
    """Where systemd lays the unit's credentials (systemd.exec(5)); None outside of a unit."""
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(directory) if directory else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke log", description="Verifies, shows and exports the access log.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    store = f"the store's folder, or the {FILE} in it"
    verifying = verbs.add_parser("verify", help="finds any change and names the first bad entry")
    verifying.add_argument("path", type=Path, metavar="PATH|BUNDLE.zip", help=f"{store}; or a bundle")
    verifying.add_argument("--key", type=log_key, metavar="VKEY", help="the log's key, as noted on paper")
    verifying.add_argument("--head", type=head, metavar="SIZE:ROOT", help="a head noted earlier and elsewhere")
    witness = "of a bundle: the key of a witness that must have cosigned it; again for each"
    verifying.add_argument(
        "--witness", type=witness_key, action="append", dest="witnesses", default=[], metavar="VKEY", help=witness
    )
    verifying.add_argument("--ca", type=Path, metavar="FILE", help="of a bundle: root of the stamps' authority, PEM")
    verifying.add_argument("--fields", action="store_true", help="also holds each entry against its own commitments")
    showing = verbs.add_parser("show", help="prints each entry on a line")
    showing.add_argument("path", type=Path, metavar="PATH", help=store)
    exporting = verbs.add_parser("export", help="writes a copy for someone else; the export is itself an entry")
    exporting.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(DEFAULT_FOLDER), help=store)
    exporting.add_argument("--format", choices=FORMATS, default="csv")
    exporting.add_argument("--out", type=Path, metavar="FILE", required=True, help="a new file")
    add_days(exporting)
    for name, read, told in (
        ("--reason", reason, "why; the log says so, name no patient"),
        ("--recipient", recipient, "who gets it; goes into the log"),
    ):
        exporting.add_argument(name, type=read, default=NOT_GIVEN, metavar="TEXT", help=told)
    exporting.add_argument("--mask", type=fields, metavar="FIELD,…", default=frozenset(), help="fields to leave out")
    add_verbs(verbs, store, DEFAULT_FOLDER)
    add_leaving_verbs(verbs, store, DEFAULT_FOLDER)
    add_open(verbs, store, DEFAULT_FOLDER)
    add_epoch(verbs, store, DEFAULT_FOLDER)
    add_unseal(verbs, store, DEFAULT_FOLDER)
    simulating = verbs.add_parser("simulate", help="writes a practice store full of invented accesses")
    simulating.add_argument("--entries", type=int, metavar="N", required=True)
    simulating.add_argument("--out", type=Path, metavar="PATH", required=True, dest="path", help="a new folder")
    for name in ("verify", "show", "export", *OF_A_STORE, "ship", OPEN, UNSEAL):
        add_choice(verbs.choices[name])
    return parser
