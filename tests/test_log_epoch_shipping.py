"""Shipping and witnessing go on when a log was replaced: its last entries still leave, and the new log follows."""

import re
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from epoch_folders import damage, replaced
from postgres_server import PostgresServer
from shipped_log import FOR, record

from offline_cache.store import read_store
from terminal.access_log.checkpoint import LogKey
from terminal.access_log.epoch import LogName, following_epoch
from terminal.commands.log import run
from terminal.commands.log_witness import open_desk, serve

SCHEMA = Path(__file__).parent.parent / "terminal" / "access_log" / "collector.sql"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def collector() -> Iterator[tuple[psycopg.Connection, str]]:
    """A real database with the collector's schema, as its owner sees it, and a desk's address of it."""
    if not PostgresServer.is_installed():
        pytest.skip("needs postgresql")
    with PostgresServer(fsync=False) as server, psycopg.connect(server.address(), autocommit=True) as owner:
        owner.execute(SCHEMA.read_bytes())
        owner.execute("CREATE ROLE desk_1 LOGIN IN ROLE uketsuke_desk")
        yield owner, f"postgresql://desk_1@localhost/{owner.info.dbname}?host={owner.info.host}"


def name_of(folder: Path) -> str:
    with closing(read_store(folder, None)) as log:
        return log.keys.log.name


def test_the_end_of_a_log_that_was_replaced_is_shipped_and_then_the_new_one(
    collector: tuple[psycopg.Connection, str], tmp_path: Path, capsys: Capture
) -> None:
    owner, address = collector
    folder = tmp_path / "store"
    order = ["ship", str(folder), "--to", address, *FOR]
    record(folder, 20)
    assert run(order) == 0
    record(folder, 5)  # never shipped while it was the log of today
    replaced(folder)
    record(folder, 3)
    capsys.readouterr()
    assert run(order) == 0
    said = capsys.readouterr().out
    assert f"shipped: 5 entries of {name_of(folder / 'epoch-1')}, which is over, the collector has 26" in said
    assert "shipped: 5 entries, the collector has 5" in said
    counted: dict[str, int] = dict(owner.execute("SELECT log, count(*) FROM access_log GROUP BY log").fetchall())
    assert counted == {name_of(folder / "epoch-1"): 26, name_of(folder): 5}
    assert run(order) == 0
    assert re.findall(r"shipped: (\d+)", capsys.readouterr().out) == ["0", "0"]


def test_a_damaged_epoch_keeps_nothing_after_it_from_being_shipped(
    collector: tuple[psycopg.Connection, str], tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "store"
    record(folder, 20)
    damage(folder / "journal.db", 0)
    replaced(folder)
    assert run(["ship", str(folder), "--to", collector[1], *FOR]) == 0
    said = capsys.readouterr()
    assert "what could be read was shipped" in said.err
    assert "shipped: 2 entries, the collector has 2" in said.out


def test_a_witness_takes_the_next_epoch_of_a_log_that_it_knows_and_says_so(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "store"
    record(folder, 20)
    with closing(read_store(folder, None)) as log:
        desk = open_desk(tmp_path / "witness", "witness.example", [log.keys.log])
    server = serve(desk, "127.0.0.1", 0)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        order = ["--url", f"http://127.0.0.1:{server.server_port}", "--key", desk.key.vkey()]
        assert run(["cosign", str(folder), *order]) == 0
        replaced(folder)
        record(folder, 5)
        capsys.readouterr()
        assert run(["cosign", str(folder), *order]) == 0
        assert "a new epoch of a log that was named" in capsys.readouterr().out
        record(folder, 5)
        assert run(["cosign", str(folder), *order]) == 0
        assert "a new epoch" not in capsys.readouterr().out
        assert run(["cosign", str(folder), "--epoch", "1", *order]) == 0
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
    assert len(list((tmp_path / "witness").glob("*.note"))) == 2  # what it saw of the old one stays
    assert list((folder / "epoch-1" / "witnessed").iterdir())


def test_only_a_later_epoch_of_the_same_log_under_the_same_key_is_known() -> None:
    log = LogKey("desk-1/access/3f2a9c04/2", bytes(32))
    assert following_epoch("desk-1/access/3f2a9c04/3", [log]) == LogKey("desk-1/access/3f2a9c04/3", log.public)
    others = [LogName("desk-1", "3f2a9c04", 1), LogName("desk-2", "3f2a9c04", 3), LogName("desk-1", "00000000", 3)]
    assert [following_epoch(str(name), [log]) for name in others] == [None, None, None]
    assert following_epoch("../../other", [log, LogKey("other", bytes(32))]) is None
