"""`uketsuke log verify`: finds any change in a store's log or in a bundle, and names the first bad entry."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from offline_cache.journal_reader import JournalReader
from terminal.access_log.bundle_verify import BundleWrong, verify_bundle
from terminal.access_log.checkpoint import LogKey
from terminal.access_log.verify import Broken, Head, Intact, Report, StoredEntry, verify
from terminal.commands.log_outcome import BROKEN, INTACT, say
from terminal.problems import TerminalError


def verify_store(log: JournalReader, noted: Head | None) -> int:
    """Verifies a log, says what was found, gives the exit code."""
    read = 0

    def entries() -> Iterator[StoredEntry]:
        nonlocal read
        for stored in log.entries():
            read += 1
            yield stored

    try:
        report = verify(replace(log.stored(), entries=entries()), log.keys, noted)
    except TerminalError as error:  # it opened, so key and path are right: the file itself was changed
        return say(f"broken: the file is damaged at entry {read} or what belongs to it ({error.detail})", BROKEN)
    return _tell(report)


def verify_file(path: Path, key: LogKey | None, noted: Head | None) -> int:
    """Verifies a bundle, says what was found, gives the exit code. Raises `OSError`."""
    try:
        code = _tell(verify_bundle(path, key, noted))
    except BundleWrong as error:
        return say(f"broken: {error}", BROKEN)
    if code == INTACT and key is None:
        print("The key came from the bundle itself: compare it with the one on paper.")
    return code


def _tell(report: Report) -> int:
    match report:
        case Intact(head, signed):
            unsigned = f" ({head.size - signed} of them not signed yet)" if signed < head.size else ""
            print(f"intact: {head.size} entries{unsigned}, head {head}")
            return INTACT
        case Broken(first, last, finding):
            place = f"entry {first}" if first == last else f"an entry from {first} to {last}"
            return say(f"broken: the first bad entry is {place}: {finding}", BROKEN)
        case _:
            assert_never(report)
