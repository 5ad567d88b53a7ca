"""What it costs when entries leave: an entry in an export, and one of eight desks that ship at once."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path

import psycopg
from postgres_server import PostgresServer
from row import Row

from terminal.access_log.entry import enter, read_verified, write_entry
from terminal.access_log.export.lines import json_lines
from terminal.access_log.export.table import csv_rows
from terminal.access_log.masking import plain_of, seal
from terminal.access_log.shipping import ship
from terminal.access_log.shipping_postgresql import PostgresCollector
from terminal.access_log.simulated import SimulatedClock, simulated_accesses
from terminal.access_log.verify import StoredEntry

SEED = 1
ENTRIES = 20_000
DESKS = 8
EXPORTED_A_SECOND = 20_000
SHIPPED_A_SECOND = 10_000
SCHEMA = Path(__file__).parents[2] / "terminal" / "access_log" / "collector.sql"


def rows() -> Iterable[Row]:
    stored = [StoredEntry(seq, line, b"") for seq, line in enumerate(lines())]
    yield export_row("CSV", lambda: csv_rows(read_verified(entry.line) for entry in stored))
    yield export_row("JSON lines", lambda: json_lines(plain_of(entry.line) for entry in stored))
    if PostgresServer.is_installed():
        with PostgresServer() as server:
            yield ship_row(server, stored)


def lines() -> Iterable[bytes]:
    clock = SimulatedClock(SEED)
    for seq, access in enumerate(islice(simulated_accesses(SEED), ENTRIES)):
        entry = enter(access, seq=seq, at=clock.now(), terminal="bench", subject="ab" * 16)
        yield seal(write_entry(entry), seq.to_bytes(16, "big"))


def export_row(what: str, made: Callable[[], Iterable[bytes]]) -> Row:
    began = time.process_time()
    count = sum(1 for _ in made())
    spent = (time.process_time() - began) / count * 1e6
    return Row(f"export of an entry as {what}", spent, 1e6 / EXPORTED_A_SECOND, "us", 1.0, "20,000 a second; CPU time")


def ship_row(server: PostgresServer, stored: list[StoredEntry]) -> Row:
    """Each desk has a connection and a log of its own; every batch is on the server's disk before the next."""
    with psycopg.connect(server.address(), autocommit=True) as owner:
        owner.execute(SCHEMA.read_bytes())
        owner.execute("CREATE ROLE desk_1 LOGIN IN ROLE uketsuke_desk")

    def ship_all(desk: int) -> None:
        address = server.address("desk_1")
        with closing(PostgresCollector(address, f"desk-{desk}/access/0", lambda seq: stored[seq])) as collector:
            for _ in ship(lambda start: iter(stored[start:]), collector):
                pass

    began = time.perf_counter()
    with ThreadPoolExecutor(DESKS) as desks:
        list(desks.map(ship_all, range(DESKS)))
    spent = (time.perf_counter() - began) / (DESKS * len(stored)) * 1e6
    other_is = f"{SHIPPED_A_SECOND} a second; {DESKS} desks together, synced"
    return Row("shipping an entry to PostgreSQL", spent, 1e6 / SHIPPED_A_SECOND, "us", 1.0, other_is)
