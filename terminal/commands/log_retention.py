"""`uketsuke log purge|hold|release`: deletes what was kept long enough, unless it is held, and puts that on record.

The proof of the rest stays: of a deleted entry the tree keeps its leaf, and `verify` says how many are gone.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from offline_cache.journal_reader import JournalReader
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.entry import Entry, read_verified
from terminal.access_log.masking import is_emptied
from terminal.access_log.retention import Hold, due_numbers, holds_in, read_ranges, write_ranges, years_before
from terminal.clock import SystemClock
from terminal.commands.log_export import midnight
from terminal.commands.log_outcome import BROKEN, INTACT, UNREADABLE, say
from terminal.commands.log_store import append_to_store, read_store
from terminal.commands.log_verify import verify_store
from terminal.commands.staff_asking import actor_of_login


@dataclass(frozen=True)
class Place:
    """A store, and where systemd lays its credentials."""

    folder: Path
    credentials: Path | None


def purge(place: Place, years: int, reason: str) -> int:
    """Deletes accesses that are older. Raises `TerminalError`."""
    if years < 1:
        return say("accesses are kept for one year at least", UNREADABLE)
    before = years_before(SystemClock().now(), years)
    with closing(read_store(place.folder, place.credentials)) as log:
        if verify_store(log, None) == BROKEN:
            return say("nothing was deleted", BROKEN)
        holds = holds_in(_entries(log)).values()
        texts = list(write_ranges(due_numbers((stored.line for stored in log.entries()), before, holds)))
    count = 0
    with closing(append_to_store(place.folder, place.credentials)) as journal:
        for text in texts:
            numbers = [number for first, last in read_ranges(text) for number in range(first, last + 1)]
            count += len(numbers)
            details = (("before", before.isoformat()), ("entries", str(len(numbers))), ("ranges", text))
            access = _access(Action.ENTRIES_DELETED, reason, details)
            journal.record_deletion(access, numbers)
    print(f"deleted: {count} entries from before {before:%Y-%m-%d}; {len(holds)} holds in force")
    return INTACT


def hold(place: Place, visit: str, first_day: date | None, last_day: date | None, reason: str) -> int:
    """Keeps entries beyond their time; without visit and days, all. Raises `TerminalError`."""
    begin = midnight(first_day) if first_day else None
    end = midnight(last_day + timedelta(days=1)) if last_day else None
    held = Hold(visit, begin, end)
    _record(place, _access(Action.HOLD_PLACED, reason, held.details()))
    with closing(read_store(place.folder, place.credentials)) as log:
        print(f"held: since entry {max(holds_in(_entries(log)))}")
    return INTACT


def release(place: Place, number: int, reason: str) -> int:
    """Ends a hold, named by the entry that placed it. Raises `TerminalError`."""
    with closing(read_store(place.folder, place.credentials)) as log:
        if number not in holds_in(_entries(log)):
            return say(f"entry {number} placed no hold that is in force", UNREADABLE)
    details = (("hold", str(number)),)
    _record(place, _access(Action.HOLD_RELEASED, reason, details))
    print(f"released: the hold of entry {number}")
    return INTACT


def _access(action: Action, reason: str, details: tuple[tuple[str, str], ...]) -> Access:
    return Access(action, "", "", reason=reason, details=details, purpose=Purpose.AUDIT).by(actor_of_login())


def _record(place: Place, access: Access) -> None:
    with closing(append_to_store(place.folder, place.credentials)) as journal:
        journal.record(access)


def _entries(log: JournalReader) -> Iterator[Entry]:
    marks = (b'"action":"hold_placed"', b'"action":"hold_released"')
    for stored in log.entries():
        if not is_emptied(stored.line) and stored.line.startswith(marks, 1):
            yield read_verified(stored.line)
