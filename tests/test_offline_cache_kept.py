"""Every field that is kept is told of, and what has ended is deleted, counted, and gone from the disk."""

import contextlib
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from standing import FixedClock

from offline_cache.cache import CHECKED_AT_OPENING_BYTES, FILE, SqlCache
from offline_cache.cache_upkeep import BATCH, DAMAGED
from offline_cache.kept import Counted, KeptField, check_store, count_kept, kept_fields
from offline_cache.keys import PracticeSeal
from offline_cache.store import Store, open_store
from terminal.commands import data
from terminal.coverage import Coverage
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COVERAGE = Coverage("00138057", "架空区国民健康保険", "12", "345678", "01", None, 30, None, None)
PAGE = 4096


def opened(folder: Path) -> Store:
    return open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")


def columns_in_schemas() -> set[tuple[str, str, str]]:
    columns = set()
    for schema in (files("offline_cache") / "schema").iterdir():
        if schema.name.endswith(".sql"):
            with closing(sqlite3.connect(":memory:")) as database:
                database.executescript(schema.read_text("utf-8"))
                found = database.execute(
                    "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"
                )
                file = schema.name.removesuffix(".sql").partition("_")[0]  # a part that is laid out later
                columns |= {(file, table, column) for table, column in found}
    return columns


def test_every_field_of_every_schema_is_told_of_and_no_other() -> None:
    told = [(field.file, field.table, field.name) for field in kept_fields()]
    assert len(told) == len(set(told))
    assert set(told) == columns_in_schemas()
    assert all(field.what and field.why and field.how_long for field in kept_fields())


def remember_many(cache: SqlCache, number: int, at: datetime, name: str = "") -> None:
    for each in range(number):
        cache.remember(b"%d" % each, replace(COVERAGE, insurer_name=name), at)


def test_what_has_ended_is_deleted_in_idle_time_and_counted(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        remember_many(store.cache, BATCH + 3, NOW)
        store.cache.card_codes.remember(b"card", "1234", date(2026, 12, 1), NOW)
        assert store.cache.tidy(NOW + 30 * DAY) == 1  # the code's card has ended
        assert store.cache.tidy(NOW + 31 * DAY) == BATCH + 3
        assert store.cache.tidy(NOW + 31 * DAY) == 0
    counted = {each.table: each for each in count_kept(tmp_path, None)}
    assert counted["answer"] == Counted("cache", "answer", 0, BATCH + 3, "2026-12-22T01:00:00.000000+00:00")
    assert counted["card_code"].deleted == 1
    assert counted["entry"].rows == 0


def test_answers_deleted_while_others_are_remembered_are_counted_too(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        store.cache.remember(b"one", COVERAGE, NOW)
        store.cache.remember(b"two", COVERAGE, NOW + 31 * DAY)
    assert Counted("cache", "answer", 1, 1, "2026-12-22T01:00:00.000000+00:00") in count_kept(tmp_path, None)


def large_and_damaged(folder: Path) -> None:
    with closing(opened(folder)) as store:
        remember_many(store.cache, 400, NOW, name="x" * 2000)
    content = bytearray((folder / FILE).read_bytes())
    assert len(content) > CHECKED_AT_OPENING_BYTES
    content[len(content) // 2 // PAGE * PAGE + 100] ^= 1
    (folder / FILE).write_bytes(content)


def test_a_damaged_page_of_a_large_cache_is_found_in_idle_time_and_the_next_opening_begins_anew(tmp_path: Path) -> None:
    large_and_damaged(tmp_path)
    with closing(opened(tmp_path)) as store:  # opens at once: no page but those that are wanted is read
        assert not store.is_cache_new
        assert sum(not is_recalled(store.cache, each) for each in range(400)) in range(1, 400)
    with pytest.raises(TerminalError) as raised:
        check_store(tmp_path, None)
    assert raised.value.problem is Problem.STORE_UNREADABLE
    assert (tmp_path / DAMAGED).exists()
    with closing(opened(tmp_path)) as store:
        assert store.is_cache_new
    with closing(opened(tmp_path)) as store:
        assert not store.is_cache_new
    check_store(tmp_path, None)


def is_recalled(cache: SqlCache, number: int) -> bool:
    with contextlib.suppress(TerminalError):  # what `check` in terminal/eligibility takes for nothing stored
        return cache.recall(b"%d" % number, NOW) is not None
    return False


def test_the_command_shows_fields_and_counts_and_no_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(opened(tmp_path)) as store:
        store.cache.remember(b"one", COVERAGE, NOW)
    assert data.run(["--store", str(tmp_path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [KeptField(**each) for each in shown["fields"]] == list(kept_fields())
    assert Counted("cache", "answer", 1) in [Counted(**each) for each in shown["counted"]]
    assert data.run(["--store", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "cache.db, answer" in text
    assert "1 rows" in text
    assert "架空区" not in text


def test_the_command_needs_no_store_to_say_what_would_be_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert data.run([]) == 0
    assert "card_code" in capsys.readouterr().out
    assert data.run(["tidy"]) == 2


def test_the_command_tidies_beside_a_desk_and_tells_of_damage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(opened(tmp_path)) as store:
        store.cache.remember(b"one", COVERAGE, NOW - 10_000 * DAY)
        assert data.run(["tidy", "--store", str(tmp_path)]) == 0
        assert "deleted: 1 rows" in capsys.readouterr().out
    large_and_damaged(tmp_path)
    assert data.run(["tidy", "--store", str(tmp_path)]) == 1
    assert "cache.db: damaged" in capsys.readouterr().err
