"""What the access log costs: a durable entry, and verification and proofs over many."""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path

from row import Row, median_ms

from offline_cache.database import Database
from offline_cache.journal import SqlJournal, open_journal
from offline_cache.journal_reader import JournalReader, read_journal
from offline_cache.keys import Keys, new_keys
from terminal.access_log.access import Access
from terminal.access_log.proof import prove_inclusion
from terminal.access_log.simulated import SimulatedClock, simulated_accesses
from terminal.access_log.verify import Intact, verify
from terminal.problems import Problem

ENTRIES = 100_000
APPENDS = 500
ROUNDS = 7
SEED = 1
INCLUSION_LIMIT_MS = 5.0
VERIFIED_A_SECOND = 150_000
A_LEAF, A_NODE = bytes(158), bytes(65)  # as long as what the tree hashes


def rows() -> Iterable[Row]:
    keys = new_keys()
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="build") as folder:  # on a disk, not in memory
        yield append_row(Path(folder), keys)
    with tempfile.TemporaryDirectory(dir="build") as folder:
        fill(Path(folder), keys)
        with closing(read_journal(Path(folder), keys)) as log:
            yield from verify_rows(log)
            yield proof_row(log)


def append_row(folder: Path, keys: Keys) -> Row:
    """The journal against a bare table in an SQLCipher file: the same bytes, the same settings, each entry synced.

    One of ours and one of theirs in turns, so that whatever else the disk does meets both.
    """
    accesses = simulated_accesses(SEED)
    ours, bare = [], []
    with (
        closing(open_journal(folder, keys, SimulatedClock(SEED), "bench", create=True)) as journal,
        closing(bare_table(folder, keys)) as table,
    ):
        for seq in range(APPENDS):
            ours.append(record_ms(journal, next(accesses)))
            with closing(read_journal(folder, keys)) as log:
                line = next(log.entries(seq)).line
            bare.append(insert_ms(table, seq, line))
    other_is = f"bare SQLCipher insert of the same bytes, medians of {APPENDS}"
    return Row("durable entry in the log", statistics.median(ours), statistics.median(bare), "ms", 1 / 0.9, other_is)


def record_ms(journal: SqlJournal, access: Access) -> float:
    began = time.perf_counter()
    journal.record(access)
    return (time.perf_counter() - began) * 1000


def insert_ms(table: Database, seq: int, line: bytes) -> float:
    began = time.perf_counter()
    with table.transaction():
        table.rows("INSERT INTO bare VALUES (?, ?)", seq, line)
    return (time.perf_counter() - began) * 1000


def bare_table(folder: Path, keys: Keys) -> Database:
    (folder / "bare").mkdir()  # beside the log; a file of ours has one of a few names
    table = Database(folder / "bare" / "journal.db", keys.journal, mode="rwc", failed=Problem.JOURNAL_FAILED)
    table.write_ahead("FULL")
    table.rows("CREATE TABLE bare (seq INTEGER PRIMARY KEY, line BLOB NOT NULL) STRICT")
    return table


def fill(folder: Path, keys: Keys) -> None:
    with closing(open_journal(folder, keys, SimulatedClock(SEED), "bench", create=True)) as journal:
        accesses = islice(simulated_accesses(SEED), ENTRIES)
        while batch := list(islice(accesses, 1000)):
            journal.record_all(batch)


def verify_rows(log: JournalReader) -> Iterable[Row]:
    """All of verification, and what no verifier can do without: SQLCipher's reading, and SHA-256 three times an entry.

    In turns, and the best of each counts: other work on the machine only ever adds to CPU time.
    """
    turns = [(cpu_us(lambda: check(log)), cpu_us(lambda: read_and_hash(log))) for _ in range(ROUNDS)]
    ours, bare = (min(spent) for spent in zip(*turns, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    limit_is = f"{VERIFIED_A_SECOND} a second; CPU time; peak memory {peak} MB"
    yield Row("verification of an entry", ours, 1e6 / VERIFIED_A_SECOND, "us", 1.0, limit_is)
    bare_is = "bare SQLCipher reading, and hashing of stored bytes, leaf and node; CPU time"
    yield Row("verification against its physical limit", ours, bare, "us", 1.5, bare_is)


def cpu_us(work: Callable[[], object]) -> float:
    """CPU time for each entry."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / ENTRIES * 1e6


def check(log: JournalReader) -> None:
    assert isinstance(verify(log.stored(), log.keys), Intact)


def read_and_hash(log: JournalReader) -> None:
    for _, line, _ in log.rows():
        sha256(line).digest()
        sha256(A_LEAF).digest()
        sha256(A_NODE).digest()


def proof_row(log: JournalReader) -> Row:
    places = iter(range(1, ENTRIES, ENTRIES // 50))

    def prove() -> None:
        prove_inclusion(next(places), ENTRIES, log.tiles.subtree)

    return Row(
        "inclusion proof", median_ms(prove, 49), INCLUSION_LIMIT_MS, "ms", 1.0, f"the limit; of {ENTRIES} entries"
    )
