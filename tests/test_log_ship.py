"""A log reaches a real PostgreSQL and a real rsyslog, once and whole, whatever is killed meanwhile."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from postgres_server import PostgresServer
from shipped_log import FOR, LOG, entries, record

from offline_cache.store import read_store
from terminal.access_log.shipping import ship
from terminal.access_log.shipping_postgresql import PostgresCollector
from terminal.access_log.verify import StoredEntry
from terminal.commands.log import run
from terminal.problems import Problem, TerminalError

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "terminal" / "access_log" / "collector.sql"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    if not PostgresServer.is_installed():
        pytest.skip("needs postgresql")
    with PostgresServer(fsync=False) as running:
        yield running


@pytest.fixture
def owner(server: PostgresServer, request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """A fresh database with the collector's schema in it, as its owner sees it."""
    name = re.sub(r"\W", "_", request.node.name)[:50].lower()
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS desk_1")
        connection.execute("DROP ROLE IF EXISTS uketsuke_desk")
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    with psycopg.connect(server.address(database=name), autocommit=True) as connection:
        connection.execute(SCHEMA.read_bytes())
        connection.execute("CREATE ROLE desk_1 LOGIN IN ROLE uketsuke_desk")
        yield connection
        connection.execute("DROP OWNED BY uketsuke_desk, desk_1")


def address(owner: psycopg.Connection) -> str:
    return f"postgresql://desk_1@localhost/{owner.info.dbname}?host={owner.info.host}"


def rows(owner: psycopg.Connection) -> list[tuple[int, bytes]]:
    found = owner.execute("SELECT seq, line, committed FROM access_log ORDER BY log, seq").fetchall()
    return [(seq, f"{line}\n{committed}".encode() if committed else line.encode()) for seq, line, committed in found]


def collector(owner: psycopg.Connection, stored: list[StoredEntry]) -> PostgresCollector:
    return PostgresCollector(address(owner), LOG, lambda seq: stored[seq] if seq < len(stored) else None)


def test_a_log_is_shipped_whole_and_then_only_what_is_new(
    owner: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    record(folder, 50)
    order = ["ship", str(folder), "--to", address(owner), *FOR]
    assert run(order) == 0
    assert "shipped: 51 entries, the collector has 51" in capsys.readouterr().out
    record(folder, 7)
    assert run(order) == 0
    assert "shipped: 7 entries, the collector has 58" in capsys.readouterr().out
    with closing(read_store(folder, None)) as log:
        assert rows(owner) == [(stored.seq, stored.line) for stored in log.entries()]
        assert b'"reason":"collected"' in next(log.entries(50)).line


def test_a_desk_may_only_add(owner: psycopg.Connection) -> None:
    with closing(collector(owner, [])) as shipping:
        shipping.take(entries(3))
    with psycopg.connect(address(owner), autocommit=True) as desk:
        for statement in (
            b"SELECT * FROM access_log", b"DELETE FROM access_log", b"TRUNCATE access_log",
            b"UPDATE access_log SET line = 'x'", b"DROP TABLE access_log",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                desk.execute(statement)
    for statement in (b"DELETE FROM access_log", b"UPDATE access_log SET line = 'x'", b"TRUNCATE access_log"):
        with pytest.raises(psycopg.errors.RaiseException):
            owner.execute(statement)
    assert len(rows(owner)) == 3


def test_no_entry_comes_twice_and_a_batch_comes_whole_or_not(owner: psycopg.Connection) -> None:
    stored = entries(10)
    with closing(collector(owner, stored)) as shipping:
        shipping.take(stored[:5])
        with pytest.raises(TerminalError) as raised:
            shipping.take(stored[4:])
        assert raised.value.problem is Problem.SHIPPING_FAILED
        assert shipping.confirmed() == 5
        assert list(ship(lambda start: iter(stored[start:]), shipping, batch=2)) == [7, 9, 10]
    assert [seq for seq, _ in rows(owner)] == list(range(10))


def test_a_log_that_was_put_back_or_forked_is_refused(owner: psycopg.Connection) -> None:
    with closing(collector(owner, [])) as shipping:
        shipping.take(entries(10))
    for stored in (entries(5), entries(12, "someone else")):
        with closing(collector(owner, stored)) as shipping, pytest.raises(TerminalError, match="another entry 9"):
            shipping.confirmed()


def test_a_lost_connection_loses_nothing(owner: psycopg.Connection) -> None:
    stored = entries(20)
    with closing(collector(owner, stored)) as shipping:
        going = ship(lambda start: iter(stored[start:]), shipping, batch=5)
        assert next(going) == 5
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk_1'")
        with pytest.raises(TerminalError):
            list(going)
    with closing(collector(owner, stored)) as shipping:
        assert list(ship(lambda start: iter(stored[start:]), shipping))[-1] == 20
    assert rows(owner) == [(entry.seq, entry.line) for entry in stored]
