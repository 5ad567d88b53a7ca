"""`uketsuke log verify`: finds any change in a store's log or in a bundle, and names the first bad entry."""

from pathlib import Path
from typing import assert_never
from zipfile import is_zipfile

from offline_cache.journal_reader import JournalReader
from terminal.access_log.bundle_evidence import Trusted
from terminal.access_log.bundle_verify import BundleWrong, verify_bundle
from terminal.access_log.checkpoint import LogKey
from terminal.access_log.retention import DeletionWatch
from terminal.access_log.verify import Broken, Head, Intact, Report, verify
from terminal.access_log.verify_fields import check_written
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, say
from terminal.problems import TerminalError


def verify_store(log: JournalReader, noted: Head | None, *, with_fields: bool = False) -> int:
    """Verifies a log, says what was found, gives the exit code.

    `with_fields` also holds each entry against its own commitments, which takes some ten times as long.
    """
    deletions = DeletionWatch()
    try:
        report = verify(log.stored(), log.keys, noted, deletions)
        if with_fields and isinstance(report, Intact):
            report = check_written(log.rows()) or report
        log.check_beside()
    except TerminalError as error:  # it opened, so key and path are right: the file itself was changed
        read = deletions.seen
        return say(f"broken: the file is damaged at entry {read} or what belongs to it ({error.detail})", BROKEN)
    return _tell(report, deletions)


def verify_file(path: Path, key: LogKey | None, noted: Head | None, trusted: Trusted) -> int:
    """Verifies a bundle, says what was found, gives the exit code. Raises `OSError`."""
    if not is_zipfile(path):
        return say(f"{path}: not a bundle: it is no zip file, or is cut off", FAILED)
    evidence: list[str] = []
    deletions = DeletionWatch()
    try:
        code = _tell(verify_bundle(path, key, noted, deletions, trusted=trusted, evidence=evidence), deletions)
    except BundleWrong as error:
        return say(f"broken: {error}", BROKEN)
    for sentence in evidence:
        print(sentence)
    if code == INTACT and key is None:
        print("The key came from the bundle itself: compare it with the one on paper.")
    return code


def _tell(report: Report, deletions: DeletionWatch) -> int:
    match report:
        case Intact(head, signed):
            unsigned = f" ({head.size - signed} of them not signed yet)" if signed < head.size else ""
            print(f"intact: {head.size} entries{unsigned}, head {head}")
            if deletions.count:
                print(f"{deletions.count} entries deleted by retention; what the tree holds of them is intact")
            return INTACT
        case Broken(first, last, finding):
            place = f"entry {first}" if first == last else f"an entry from {first} to {last}"
            return say(f"broken: the first bad entry is {place}: {finding}", BROKEN)
        case _:
            assert_never(report)
