"""What was kept long enough can be deleted, what is held cannot, and the proof of the rest stays."""

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.database import Database
from offline_cache.keys import PracticeSeal, unwrap
from offline_cache.store import KEY_FILE, open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.masking import is_emptied, leaf_content
from terminal.access_log.retention import DeletionWatch, read_ranges, write_ranges, years_before
from terminal.commands.log import run
from terminal.problems import Problem

ROOT = Path(__file__).parent.parent
FOR = ("--reason", "kept long enough")
OLD, NEW = 120, 20
Capture = pytest.CaptureFixture[str]


class StepClock:
    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def record(folder: Path, years_ago: int, accesses: list[Access]) -> None:
    clock = StepClock(datetime.now(UTC) - timedelta(days=366 * years_ago))
    with closing(open_store(folder, PracticeSeal(folder), clock, "desk 1")) as store:
        store.journal.record_all(accesses)


def access(number: int, action: Action = Action.HOLDER_READ) -> Access:
    return Access(action, f"visit-{number // 10}", "hanako", b"certificate %d" % number)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    old = [access(number) for number in range(OLD - 1)]
    record(folder, 6, [*old[:50], access(0, Action.SECURITY_EVENT), *old[50:]])
    record(folder, 1, [access(number) for number in range(1000, 1000 + NEW)])
    return folder


def gone(folder: Path) -> list[int]:
    with closing(read_store(folder, None)) as log:
        return [stored.seq for stored in log.entries() if is_emptied(stored.line)]


def opened(folder: Path) -> Database:
    keys = unwrap((folder / KEY_FILE).read_bytes(), PracticeSeal(folder))
    return Database(folder / "journal.db", keys.journal, mode="rw", failed=Problem.STORE_UNREADABLE)


def tamper(folder: Path, statement: str, parameters: tuple[object, ...]) -> None:
    with closing(opened(folder)) as database:
        database.rows("DROP TRIGGER entry_stays")
        database.rows(statement, *parameters)


def test_old_accesses_go_and_the_rest_is_proved(folder: Path, capsys: Capture) -> None:
    with closing(read_store(folder, None)) as log:
        leaves = [leaf_content(stored.line) for stored in log.entries()]
    assert run(["purge", str(folder), *FOR]) == 0
    assert f"deleted: {OLD - 1} entries" in capsys.readouterr().out
    assert gone(folder) == [number for number in range(OLD) if number != 50]
    with closing(read_store(folder, None)) as log:
        stored = list(log.entries())
    assert [leaf_content(each.line) for each in stored[: OLD + NEW]] == leaves
    assert b"entries_deleted" in stored[-1].line
    assert run(["verify", str(folder)]) == 0
    assert f"{OLD - 1} entries deleted by retention" in capsys.readouterr().out
    assert run(["purge", str(folder), *FOR]) == 0
    assert "deleted: 0 entries" in capsys.readouterr().out


def test_the_log_goes_on_after_a_deletion(folder: Path) -> None:
    assert run(["purge", str(folder), *FOR]) == 0
    record(folder, 0, [access(number) for number in range(300)])
    assert run(["verify", str(folder)]) == 0


def test_no_byte_of_what_was_deleted_is_left_in_the_file(folder: Path) -> None:
    assert run(["purge", str(folder), *FOR]) == 0
    with closing(opened(folder)) as database:
        assert database.rows("SELECT count(*) FROM entry WHERE instr(line, 'visit-3\"')") == [(0,)]
    wal = folder / "journal.db-wal"
    assert not wal.exists() or wal.stat().st_size == 0


def test_what_is_held_stays_until_it_is_released(folder: Path, capsys: Capture) -> None:
    assert run(["hold", str(folder), "--visit", "visit-3", "--reason", "a claim is open"]) == 0
    held = capsys.readouterr().out.split()[-1]
    assert run(["purge", str(folder), *FOR]) == 0
    assert len(gone(folder)) == OLD - 1 - 10
    assert run(["release", str(folder), "--hold", "7", "--reason", "wrong number"]) == 1
    assert run(["release", str(folder), "--hold", held, "--reason", "it is settled"]) == 0
    assert run(["purge", str(folder), *FOR]) == 0
    assert len(gone(folder)) == OLD - 1
    assert run(["verify", str(folder)]) == 0


def test_a_hold_of_days_holds_them(folder: Path) -> None:
    assert run(["hold", str(folder), "--to", f"{datetime.now(UTC):%Y-%m-%d}", "--reason", "a claim is open"]) == 0
    assert run(["purge", str(folder), *FOR]) == 0
    assert gone(folder) == []


def test_bytes_taken_away_without_an_entry_are_found(folder: Path, capsys: Capture) -> None:
    """Even by someone who has the keys and leaves the right leaf."""
    keys = unwrap((folder / KEY_FILE).read_bytes(), PracticeSeal(folder))
    assert keys
    with closing(read_store(folder, None)) as log:
        leaf = leaf_content(next(log.entries(130)).line)
        tag = log.keys.tags.of_entry(130, leaf)
    tamper(folder, "UPDATE entry SET line = ?, tag = ? WHERE seq = 130", (leaf, tag))
    assert run(["verify", str(folder)]) == 1
    assert "the first bad entry is entry 130: it is missing" in capsys.readouterr().err


def test_a_bundle_with_deleted_entries_verifies_and_says_so(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["purge", str(folder), *FOR]) == 0
    out = tmp_path / "log.zip"
    order = ["export", str(folder), "--format", "bundle", "--out", str(out), "--recipient", "auditor", *FOR]
    assert run([*order, "--mask", "actor"]) == 0
    capsys.readouterr()
    assert run(["verify", str(out)]) == 0
    assert f"{OLD - 1} entries deleted by retention" in capsys.readouterr().out
    verify = [sys.executable, "-I", str(ROOT / "packaging/verify/verify_log.py"), str(out)]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{OLD - 1} entries deleted by retention" in done.stdout


def test_other_exports_hold_what_is_left(folder: Path, tmp_path: Path) -> None:
    assert run(["purge", str(folder), *FOR]) == 0
    out = tmp_path / "log.jsonl"
    assert run(["export", str(folder), "--format", "jsonl", "--out", str(out), "--recipient", "x", *FOR]) == 0
    assert len(out.read_bytes().splitlines()) == 1 + NEW + 1


@given(st.sets(st.integers(0, 2000)))
def test_ranges_name_just_the_numbers(numbers: set[int]) -> None:
    texts = list(write_ranges(sorted(numbers)))
    read = [number for text in texts for first, last in read_ranges(text) for number in range(first, last + 1)]
    assert read == sorted(numbers)


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_the_first_entry_that_no_deletion_tells_of_is_named(missing: set[int], told: set[int]) -> None:
    watch = DeletionWatch()
    for number in sorted(missing):
        watch.gone(number)
    watch._told = [each for text in write_ranges(sorted(told)) for each in read_ranges(text)]
    assert watch.first_untold() == min(missing - told, default=None)


def test_five_years_before_a_leap_day_is_a_day() -> None:
    assert years_before(datetime(2028, 2, 29, tzinfo=UTC), 5) == datetime(2023, 2, 28, tzinfo=UTC)
