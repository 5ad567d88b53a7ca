"""What the encrypted store costs, against sqlite3 without encryption in the same run: opening, lookups, entries."""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from random import Random

from log_rows import record_ms
from row import Row, median_ms

from device.clean_memory import CLEAN_MEMORY
from offline_cache.cache import FILE, open_cache
from offline_cache.database import Database, open_to_write
from offline_cache.journal import open_journal
from offline_cache.journal_reader import read_journal
from offline_cache.keys import Keys, PracticeSeal, new_keys, unwrap
from offline_cache.store import KEY_FILE, open_store
from terminal.access_log.simulated import SimulatedClock, simulated_accesses
from terminal.clock import SystemClock
from terminal.coverage import Coverage, Relation
from terminal.problems import Problem

PATIENTS = 1_000_000
LOOKUPS = 2_000
APPENDS = 300
SEED = 1
COVERAGE = Coverage("00138057", "架空区国民健康保険", "１２", "３４５６７８", "01", Relation.SUBSCRIBER, 30, None, None)
SMALL_KB, LARGE_KB = 2_000, 64_000
_LOOKUP = "SELECT as_of, coverage FROM answer WHERE lookup = ?"
_FILL = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
INSERT INTO answer SELECT randomblob(32), as_of, coverage FROM number, (SELECT as_of, coverage FROM answer LIMIT 1)
"""
_CRASH = """
import os, sys
from pathlib import Path
from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store
from terminal.access_log.access import Access, Action
from terminal.clock import SystemClock
folder = Path(sys.argv[1])
store = open_store(folder, PracticeSeal(folder), SystemClock(), "bench")
for _ in range(50):
    store.journal.record(Access(Action.CARD_IDENTIFIED, "visit", "reception"))
os._exit(0)
"""


def rows() -> Iterable[Row]:
    """Measured in a process of its own that is like a desk's: what it frees is overwritten."""
    desk = [sys.executable, __file__]
    done = subprocess.run(desk, env=os.environ | CLEAN_MEMORY, stdout=subprocess.PIPE, check=True, timeout=900)
    for line in done.stdout.splitlines():
        yield Row(**json.loads(line))


def measured() -> Iterable[Row]:
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="build") as place:  # on a disk, not in memory
        home = Path(place)
        yield append_row(home / "append", new_keys())
        yield Row("store open", open_ms(home / "few", 1_000), 5.0, "ms", 1.0, "the limit; 1,000 answers kept")
        many = home / "many"
        opening = open_ms(many, PATIENTS)
        yield Row("store open with a million answers", opening, 5.0, "ms", 1.0, "the limit")
        subprocess.run([sys.executable, "-c", _CRASH, str(many)], check=True, timeout=60)
        crashed = median_ms(lambda: open_and_close(many), 1)
        yield Row("the same after a crash", crashed, 1000.0, "ms", 1.0, "the limit; 50 entries not yet in the file")
        yield from lookup_rows(many, unwrap((many / KEY_FILE).read_bytes(), PracticeSeal(many)), plain(home, PATIENTS))


def append_row(folder: Path, keys: Keys) -> Row:
    """An entry, tagged and put into the tree, against an insert of the same bytes; each synced, by turns."""
    folder.mkdir()
    accesses = simulated_accesses(SEED)
    ours, bare = [], []
    with (
        closing(open_journal(folder, keys, SimulatedClock(SEED), "bench", create=True)) as journal,
        closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as table,
    ):
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=200"):
            table.execute(statement)
        table.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, line BLOB NOT NULL) STRICT")
        for seq in range(APPENDS):
            ours.append(record_ms(journal, next(accesses)))
            with closing(read_journal(folder, keys)) as log:
                line = next(log.entries(seq)).line
            began = time.perf_counter()
            table.execute("INSERT INTO bare VALUES (?, ?)", (seq, line))
            bare.append((time.perf_counter() - began) * 1000)
    other_is = f"sqlite3 insert of the same bytes, WAL/FULL, medians of {APPENDS}"
    medians = statistics.median(ours), statistics.median(bare)
    return Row("durable entry, against plain sqlite3", *medians, "ms", 1 / 0.6, other_is)


def open_and_close(folder: Path) -> None:
    open_store(folder, PracticeSeal(folder), SystemClock(), "bench").close()


def open_ms(folder: Path, patients: int) -> float:
    """To open a store that keeps so many answers; closing is not counted."""
    with closing(open_store(folder, PracticeSeal(folder), SystemClock(), "bench")) as store:
        for number in range(LOOKUPS if patients > LOOKUPS else patients):
            store.cache.remember(certificate(number), COVERAGE, datetime.now(UTC))
    if patients > LOOKUPS:
        keys = unwrap((folder / KEY_FILE).read_bytes(), PracticeSeal(folder))
        with closing(opened(folder, keys, LARGE_KB * 4)) as database:
            database.rows(_FILL, patients)
            database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    spent = []
    for _ in range(9):
        began = time.perf_counter()
        store = open_store(folder, PracticeSeal(folder), SystemClock(), "bench")
        spent.append((time.perf_counter() - began) * 1000)
        store.close()
    return statistics.median(spent)


def lookup_rows(folder: Path, keys: Keys, beside: Path) -> Iterable[Row]:
    cache, _ = open_cache(folder, keys)
    with closing(cache):
        numbers = order()
        spent = p50_us(lambda: cache.recall(certificate(next(numbers)), datetime.now(UTC)))
    yield Row("stored answer recalled, of a million", spent, 100.0, "us", 1.0, "the limit; p50")
    for size, goal in ((SMALL_KB, 8.0), (LARGE_KB, 4.0)):
        with closing(opened(folder, keys, size)) as database, closing(sqlite3.connect(beside)) as other:
            other.execute(f"PRAGMA cache_size=-{size}")
            ours = statement_us(database.rows)
            bare = statement_us(lambda sql, *parameters: other.execute(sql, parameters).fetchall())
        other_is = "sqlite3, the same rows and statement, p50, random keys"
        yield Row(f"row by its key, of a million, {size // 1000} MB cache", ours, bare, "us", goal, other_is)


def statement_us(run: Callable[..., list[tuple[object, ...]]]) -> float:
    """One row by a random key of those that are there."""
    steps = Random(SEED)
    keys = [key for rowid in steps.sample(range(1, PATIENTS), LOOKUPS) for (key,) in run(_BY_ROWID, rowid)]
    for key in keys[: LOOKUPS // 2]:
        run(_LOOKUP, key)
    wanted = iter(keys[LOOKUPS // 2 :])
    return p50_us(lambda: run(_LOOKUP, next(wanted)), len(keys) - LOOKUPS // 2)


_BY_ROWID = "SELECT lookup FROM answer WHERE rowid = ?"


def p50_us(work: Callable[[], object], times: int = LOOKUPS // 2) -> float:
    return median_ms(work, times) * 1000


def order() -> Iterator[int]:
    return iter(Random(SEED).sample(range(LOOKUPS), LOOKUPS))


def certificate(number: int) -> bytes:
    return b"invented certificate %d" % number


def opened(folder: Path, keys: Keys, cache_kb: int) -> Database:
    database = open_to_write(folder / FILE, keys.cache, create=False, failed=Problem.STORE_UNREADABLE)
    database.rows(f"PRAGMA cache_size=-{cache_kb}")
    return database


def plain(home: Path, patients: int) -> Path:
    """The same table without encryption."""
    path = home / "plain.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA cache_size=-{LARGE_KB * 4}")
        database.executescript((files("offline_cache") / "schema" / "cache.sql").read_text("utf-8"))
        with closing(open_cache(home, new_keys())[0]) as cache:
            cache.remember(b"", COVERAGE, datetime.now(UTC))
            (row,) = cache._database.rows("SELECT * FROM answer")
        database.execute("INSERT INTO answer VALUES (?, ?, ?)", row)
        database.execute(_FILL, (patients,))
    return path


if __name__ == "__main__":
    for row in measured():
        print(json.dumps(asdict(row)), flush=True)
