"""`uketsuke log purge|hold|release`: deletes what was kept long enough, unless it is held, and puts that on record.

The proof of the rest stays: of a deleted entry the tree keeps its leaf, and `verify` says how many are gone. What lies
in the epochs that are over goes by the same rule (`log_retention_epochs.py`).
"""

from collections.abc import Iterator
from contextlib import closing

from offline_cache.journal_reader import JournalReader
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import Entry, read_verified
from terminal.access_log.retention import HOLDING, Hold, holds_in, years_before
from terminal.clock import SystemClock
from terminal.commands.log_arguments import Days
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, WRONG, say
from terminal.commands.log_retention_epochs import purge_epochs
from terminal.commands.log_retention_rule import Place, Rule, deletions, on_record
from terminal.commands.log_store import append_to_store, read_store
from terminal.commands.log_verify import verify_store


def purge(place: Place, years: int, reason: str) -> int:
    """Deletes accesses that are older. Raises `TerminalError`."""
    if years < 1:
        return say("accesses are kept for one year at least", WRONG)
    before = years_before(SystemClock().now(), years)
    with closing(read_store(place.folder, place.credentials)) as log:
        if verify_store(log, None) == BROKEN:
            return say("nothing was deleted", BROKEN)
        rule = Rule(before, tuple(holds_in(_entries(log)).values()), reason)
        due = list(deletions(log, rule))
    with closing(append_to_store(place.folder, place.credentials)) as journal:
        for access, numbers in due:
            journal.record_deletion(access, numbers)
    count = sum(len(numbers) for _, numbers in due)
    print(f"deleted: {count} entries from before {before:%Y-%m-%d}; {len(rule.holds)} holds in force")
    return purge_epochs(place, rule)


def hold(place: Place, visit: str, days: Days, reason: str) -> int:
    """Keeps entries beyond their time; without visit and days, all. Raises `TerminalError`."""
    held = Hold(visit, days.begin, days.end)
    _record(place, on_record(Action.HOLD_PLACED, reason, held.details()))
    with closing(read_store(place.folder, place.credentials)) as log:
        print(f"held: since entry {max(holds_in(_entries(log)))}")
    return INTACT


def release(place: Place, number: int, reason: str) -> int:
    """Ends a hold, named by the entry that placed it. Raises `TerminalError`."""
    with closing(read_store(place.folder, place.credentials)) as log:
        if number not in holds_in(_entries(log)):
            return say(f"entry {number} placed no hold that is in force", FAILED)
    details = (("hold", str(number)),)
    _record(place, on_record(Action.HOLD_RELEASED, reason, details))
    print(f"released: the hold of entry {number}")
    return INTACT


def _record(place: Place, access: Access) -> None:
    with closing(append_to_store(place.folder, place.credentials)) as journal:
        journal.record(access)


def _entries(log: JournalReader) -> Iterator[Entry]:
    for stored in log.entries():
        if stored.line.startswith(HOLDING):
            yield read_verified(stored.line)
