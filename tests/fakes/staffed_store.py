"""A store with staff in it, and what its log says."""

from contextlib import closing
from pathlib import Path

from staff_roster import HASH, NOW, SECRET
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.staff import SqlRoster, open_roster
from offline_cache.store import read_store
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.entry import Entry, read_entry
from terminal.staff.people import Member, Role

ENTRY = Access(Action.STAFF_CHANGED, "", "setup", purpose=Purpose.OPERATION)


def member(id_: str = "hanako", *roles: Role) -> Member:
    return Member(id_, "見本　花子", frozenset(roles or (Role.RECEPTIONIST,)), HASH, SECRET)


def roster_in(folder: Path) -> SqlRoster:
    return open_roster(folder, PracticeSeal(folder), FixedClock(NOW))


def entries_in(folder: Path) -> list[Entry]:
    with closing(read_store(folder, None)) as reader:
        return [read_entry(stored.line) for stored in reader.entries()]
