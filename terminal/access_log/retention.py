"""How long entries are kept, and that what is gone was deleted by rule: the deletion is itself an entry.

Pure. Deleting an entry leaves its leaf: the tree, its checkpoints and every proof stay as they were. Which entries were
deleted stands in an entry that is never deleted itself, as ranges of numbers; what is gone and stands in none is a
finding. A hold keeps entries beyond their time, until it is released; both are entries, too, and a new epoch begins
with the holds that were in force.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from terminal.access_log.access import Action
from terminal.access_log.entry import Entry, read_entry, seq_of
from terminal.access_log.masking import CopiedField, OpenField, is_emptied

DEFAULT_YEARS: Final = 5
RANGES_IN_AN_ENTRY: Final = 200
KEPT: Final = frozenset(
    {
        Action.EPOCH_BEGUN,
        Action.LOG_EXPORTED,
        Action.SECURITY_EVENT,
        Action.ENTRIES_DELETED,
        Action.HOLD_PLACED,
        Action.HOLD_RELEASED,
    }
)
"""The class of entries about the log itself and its safety: kept as long as the log is. All others are accesses."""

HOLDING: Final = tuple(b'{"action":"%b"' % each.encode() for each in (Action.HOLD_PLACED, Action.HOLD_RELEASED))
"""How the bytes of an entry begin that places a hold, or releases one."""
_RANGE = re.compile(r"([0-9]+)-([0-9]+)")
_DELETED: Final = b'{"action":"%b"' % Action.ENTRIES_DELETED.encode()
_TELLING: Final = (b'{"bytes":', _DELETED)  # how a row begins that is worth a look
_HEAD: Final = slice(len(_DELETED))


@dataclass(frozen=True)
class Hold:
    """What must not be deleted: entries of a visit, or from one moment to before another; an empty visit is any."""

    visit: str = ""
    begin: datetime | None = None
    end: datetime | None = None

    def covers(self, entry: Entry) -> bool:
        """Whether the entry is held."""
        return (
            (not self.visit or entry.visit == self.visit)
            and (self.begin is None or entry.at >= self.begin)
            and (self.end is None or entry.at < self.end)
        )

    def details(self) -> tuple[tuple[str, str], ...]:
        """As details of the entry that places it."""
        moments = [("begin", self.begin), ("end", self.end)]
        named = [("held_visit", self.visit), *((name, at.isoformat()) for name, at in moments if at)]
        return tuple((name, value) for name, value in named if value)


def holds_in(entries: Iterable[Entry]) -> dict[int, Hold]:
    """The holds in force after these entries, by the number of the entry that placed each."""
    holds: dict[int, Hold] = {}
    for entry in entries:
        details = dict(entry.details)
        if entry.action is Action.HOLD_PLACED:
            begin, end = (
                datetime.fromisoformat(details[name]) if name in details else None for name in ("begin", "end")
            )
            holds[entry.seq] = Hold(details.get("held_visit", ""), begin, end)
        elif entry.action is Action.HOLD_RELEASED:
            holds.pop(int(details["hold"]), None)
    return holds


def is_due(entry: Entry, before: datetime, holds: Iterable[Hold]) -> bool:
    """Whether the entry's time is over: an access from before that moment that nothing holds."""
    return entry.at < before and entry.action not in KEPT and not any(hold.covers(entry) for hold in holds)


def years_before(now: datetime, years: int) -> datetime:
    """The same day of an earlier year; 28 February for a 29th."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def write_ranges(numbers: Iterable[int]) -> Iterator[str]:
    """Ascending numbers as ranges, `0-41 43-99`, some hundred of them in each text."""
    found: list[str] = []
    first = last = -2
    for number in numbers:
        if number == last + 1:
            last = number
            continue
        if first >= 0:
            found.append(f"{first}-{last}")
        first = last = number
        if len(found) == RANGES_IN_AN_ENTRY:
            yield " ".join(found)
            found = []
    if first >= 0:
        yield " ".join([*found, f"{first}-{last}"])


def read_ranges(text: str) -> list[tuple[int, int]]:
    """First and last number of each range. Raises `ValueError`."""
    found = [_RANGE.fullmatch(each) for each in text.split()]
    if not all(found):
        raise ValueError("not ranges of numbers")
    return [(int(each[1]), int(each[2])) for each in found if each]


@dataclass
class DeletionWatch:
    """Looks at entries on their way to somewhere else, for what is deleted and what tells of it."""

    count: int = 0
    seen: int = 0
    _gone: list[list[int]] = field(default_factory=list)
    _told: list[tuple[int, int]] = field(default_factory=list)

    def look_at(self, rows: Sequence[tuple[int, bytes, bytes]]) -> None:
        """Looks at rows of number, bytes and tag."""
        self.seen += len(rows)
        if not any(head.startswith(_TELLING) for head in {line[_HEAD] for _, line, _ in rows}):  # few differ
            return
        for seq, line, _ in rows:
            if is_emptied(line):
                self.gone(seq)
            else:
                self.told_by(line)

    def gone(self, seq: int) -> None:
        """Entry `seq` has no bytes any more."""
        self.count += 1
        if self._gone and self._gone[-1][1] == seq - 1:
            self._gone[-1][1] = seq
        else:
            self._gone.append([seq, seq])

    def told_by(self, line: bytes) -> None:
        """Takes note of an entry that tells of a deletion. One that cannot be read tells of none."""
        if not line.startswith(_DELETED):
            return
        with contextlib.suppress(ValueError):  # an `EntryUnreadable` is one
            self._told += read_ranges(dict(read_entry(line).details).get("ranges", ""))

    def told_in(self, fields: Mapping[str, CopiedField]) -> None:
        """The same, of the fields in a copy."""
        match fields.get("action"), fields.get("details"):
            case OpenField(value=Action.ENTRIES_DELETED), OpenField(value=details):
                self._told += read_ranges(json.loads(details).get("ranges", ""))

    def first_untold(self) -> int | None:
        """The first entry that is gone without an entry that tells of it."""
        told = sorted(self._told)
        for first, last in self._gone:
            place = first
            for begin, end in told:
                if begin <= place <= end:
                    place = end + 1
            if place <= last:
                return place
        return None


def due_numbers(lines: Iterable[bytes], before: datetime, holds: Iterable[Hold]) -> Iterator[int]:
    """The numbers of the entries that are due, of those that are still there."""
    held = list(holds)
    for line in lines:
        if not is_emptied(line) and is_due(read_entry(line), before, held):
            yield seq_of(line)
