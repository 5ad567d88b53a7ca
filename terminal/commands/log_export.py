"""`uketsuke log export`: a copy of a store's log for someone else, once it is verified and on record itself.

The file gets its name last: whatever left the desk is an entry, with reason, recipient and the file's hash.
"""

import errno
import hashlib
import os
import pwd
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO

from offline_cache.journal_reader import JournalReader
from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.access_log.bundle import BundleSource, Handover, write_bundle
from terminal.access_log.bundle_evidence import evidence_in
from terminal.access_log.checkpoint import open_note
from terminal.access_log.entry import read_verified, time_of
from terminal.access_log.export.dicom import audit_messages
from terminal.access_log.export.fhir import audit_events
from terminal.access_log.export.lines import json_lines
from terminal.access_log.export.table import csv_rows
from terminal.access_log.masking import MaskWrong, is_emptied, masked_plain, plain_of
from terminal.clock import SystemClock
from terminal.commands.log_arguments import Days
from terminal.commands.log_chain import links_before
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, WRONG, say
from terminal.commands.log_store import append_to_store, read_store
from terminal.commands.log_verify import verify_store
from terminal.commands.staff_export import authorised_to_export
from terminal.durable import move_durably, open_new, sync_file
from terminal.problems import Problem, TerminalError

Rows = Callable[[Iterable[bytes], str], Iterator[bytes]]
"""Makes an export's pieces of the entries' bytes and the log's name."""

EXPORTS: dict[str, Rows] = {
    "csv": lambda lines, _: csv_rows(map(read_verified, lines)),
    "jsonl": lambda lines, _: json_lines(lines),
    "fhir": lambda lines, log: audit_events(map(read_verified, lines), log),
    "dicom": lambda lines, log: audit_messages(map(read_verified, lines), log),
}
BUNDLE = "bundle"
FORMATS = (*EXPORTS, BUNDLE)


@dataclass(frozen=True)
class Order:
    """What is to be exported, for whom and why. `out` is a new file."""

    format: str
    out: Path
    reason: str
    recipient: str
    days: Days
    masked: frozenset[str] = frozenset()


def export(folder: Path, credentials: Path | None, order: Order) -> int:
    """Carries out an order and gives the exit code. Raises `TerminalError`, `OSError`."""
    if order.format == BUNDLE and order.days:
        return say("a bundle is the whole log: only the whole shows that nothing is missing", WRONG)
    if os.path.lexists(order.out):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(order.out))
    with closing(read_store(folder, credentials)) as log:
        if verify_store(log, None, with_fields=bool(order.masked) and order.format != BUNDLE) == BROKEN:
            return say("nothing was exported", BROKEN)
    people = authorised_to_export(folder, credentials)
    draft = order.out.with_name(f"{order.out.name}.tmp")
    draft.unlink(missing_ok=True)
    try:
        with closing(append_to_store(folder, credentials)) as journal:  # signs what is not signed yet
            with closing(read_store(folder, credentials)) as log, open_new(draft) as file:
                written, hashed = _write(file, log, order, folder, credentials)
                sync_file(file)
            journal.record(_access(order, written, hashed, *people))
        move_durably(draft, order.out)
    except MaskWrong as error:
        return say(f"nothing was exported: {error}", FAILED)
    except OSError as error:  # nobody has typed the draft's name
        raise OSError(error.errno, error.strerror, str(order.out)) from error
    finally:
        draft.unlink(missing_ok=True)
    print(f"exported: {written} entries to {order.out}, SHA-256 {hashed}")
    return INTACT


def _write(
    file: IO[bytes], log: JournalReader, order: Order, folder: Path, credentials: Path | None
) -> tuple[int, str]:
    """How many entries were written, and the hash of the file, or of a bundle's manifest."""
    if order.format == BUNDLE:
        return _write_bundle(file, log, order, folder, credentials)
    counted, hashed = 0, hashlib.sha256()

    def lines() -> Iterator[bytes]:
        nonlocal counted
        for stored in log.entries():
            if is_emptied(stored.line) or (order.days and time_of(stored.line) not in order.days):
                continue
            counted += 1
            yield masked_plain(plain_of(stored.line), order.masked)

    for row in EXPORTS[order.format](lines(), log.keys.log.name):
        file.write(row)
        hashed.update(row)
    return counted, hashed.hexdigest()


def _write_bundle(
    file: IO[bytes], log: JournalReader, order: Order, folder: Path, credentials: Path | None
) -> tuple[int, str]:
    last = log.last_note()
    if last is None:
        raise TerminalError(Problem.STORE_UNREADABLE, "no checkpoint")
    checkpoint = open_note(last.text, log.keys.log)

    def lines() -> Iterator[bytes]:
        return (stored.line for stored in islice(log.entries(), checkpoint.size))

    earlier = (note.text for note in log.notes() if note.size < last.size)
    evidence = evidence_in(folder, log.keys.log, checkpoint.size)
    epochs = [link.before for link in links_before(folder, credentials, log)]
    source = BundleSource(log.keys.log, checkpoint, last.text, earlier, lines, order.masked, evidence, epochs)
    at = SystemClock().now().isoformat(timespec="seconds")
    return checkpoint.size, write_bundle(file, source, Handover(at, actor_of_command(), order.recipient, order.reason))


def _access(order: Order, written: int, hashed: str, actor: Actor, second: str) -> Access:
    days = [("from", order.days.first), ("to", order.days.last)]
    details = [("format", order.format), ("recipient", order.recipient), ("entries", str(written)), ("sha256", hashed)]
    details += [(name, day.isoformat()) for name, day in days if day]
    details += [("second_person", second)] if second else []
    details += [("masked", " ".join(sorted(order.masked)))] if order.masked else []
    access = Access(Action.LOG_EXPORTED, "", "", reason=order.reason, details=tuple(details), purpose=Purpose.AUDIT)
    return replace(access, items=("log", order.format)).by(actor)


def actor_of_command() -> str:
    """The system's name for whoever gave the command."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
