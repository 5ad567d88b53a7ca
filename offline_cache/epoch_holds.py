"""The holds in force in a journal that is about to be replaced: the log after it begins with them anew.

Law: where a release cannot be read, the hold goes on. What cannot be read of a damaged log is said, as of every table.
"""

from collections.abc import Callable
from contextlib import closing
from typing import Final

from offline_cache.database import Database
from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.access_log.entry import Entry, EntryUnreadable, read_entry
from terminal.access_log.retention import HOLDING, holds_in
from terminal.problems import Problem, TerminalError

HOLDS: Final = "holds"  # as the new log names them where they could not be read
_LINES: Final = "SELECT line FROM entry ORDER BY seq"


def holds_of(open_old: Callable[[], Database], actor: Actor) -> tuple[list[Access], bool]:
    """The accesses that place them again, by whoever replaces the log, and whether every entry could be read."""
    found: dict[int, Entry] = {}
    for order in ("ASC", "DESC"):
        try:
            with closing(open_old()) as old:
                for (line,) in old.stream(f"{_LINES} {order}"):
                    if line.startswith(HOLDING):
                        entry = read_entry(line)
                        found[entry.seq] = entry
        except (TerminalError, EntryUnreadable) as error:
            if isinstance(error, TerminalError) and error.problem is not Problem.STORE_UNREADABLE:
                raise
        else:
            return _placed(found, actor), True
    return _placed(found, actor), False


def _placed(found: dict[int, Entry], actor: Actor) -> list[Access]:
    entries = [found[number] for number in sorted(found)]
    return [
        Access(
            Action.HOLD_PLACED,
            "",
            "",
            reason=found[number].reason,
            details=(*hold.details(), ("placed_before", str(number))),
            purpose=Purpose.AUDIT,
        ).by(actor)
        for number, hold in holds_in(entries).items()
    ]
