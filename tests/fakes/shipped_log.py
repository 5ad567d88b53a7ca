"""A log with entries that are to be shipped."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.masking import seal
from terminal.access_log.verify import StoredEntry

NOW = datetime(2026, 11, 21, 1, 0, 0, 7000, tzinfo=UTC)
FOR = ("--reason", "collected", "--recipient", "the hospital's collector")
LOG = "desk-1/access/0a0b0c0d"


def record(folder: Path, count: int) -> None:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        store.journal.record_all([Access(Action.HOLDER_READ, f"visit-{n}", "受付\\\t1") for n in range(count)])


def entries(count: int, actor: str = "reception") -> list[StoredEntry]:
    made = []
    for seq in range(count):
        access = Access(Action.HOLDER_READ, f"visit-{seq}", actor, None)
        plain = write_entry(enter(access, seq=seq, at=NOW, terminal="desk 1", subject=""))
        made.append(StoredEntry(seq, seal(plain, bytes(16)), b""))
    return made
