"""Retention reaches the logs that are over, and leaves the chain of epochs provable; what is kept in them is told."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from epoch_folders import ORDER, damage, opened, queue
from log_bundles import VERIFY
from standing import FixedClock

from offline_cache.epoch_kept import count_epochs
from offline_cache.keys import PracticeSeal
from offline_cache.new_epoch import begin_epoch
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import read_entry
from terminal.access_log.masking import is_emptied
from terminal.commands import data
from terminal.commands.log import run

FOR = ("--reason", "kept long enough")
COPY = ("--format", "bundle", "--reason", "a review", "--recipient", "auditor")
OLD, NEW = 130, 20
Said = Callable[[], str]


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Said:
    """What was said since it was asked last."""
    return lambda: "".join(capfd.readouterr())


def years_ago(years: float) -> FixedClock:
    return FixedClock(datetime.now(UTC) - timedelta(days=365 * years))


def record(folder: Path, years: float, count: int) -> None:
    with closing(open_store(folder, PracticeSeal(folder), years_ago(years), "desk 1")) as store:
        store.journal.record_all(
            [Access(Action.HOLDER_READ, f"visit-{n // 10}", "hanako", b"card") for n in range(count)]
        )


def replaced(folder: Path, years: float) -> None:
    begin_epoch(folder, PracticeSeal(folder), years_ago(years), ORDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of seven and of three years ago, that was replaced two years ago, and one that goes on."""
    folder = tmp_path / "store"
    record(folder, 7, OLD)
    with closing(opened(folder)) as database:
        queue(database, "first", "waiting", b"{}")
    record(folder, 3, NEW)
    replaced(folder, 2)
    record(folder, 1, NEW)
    return folder


def gone(folder: Path) -> list[int]:
    with closing(read_store(folder, None)) as log:
        return [stored.seq for stored in log.entries() if is_emptied(stored.line)]


def told(folder: Path) -> list[dict[str, str]]:
    with closing(read_store(folder, None)) as log:
        entries = [read_entry(each.line) for each in log.entries() if not is_emptied(each.line)]
    return [dict(each.details) for each in entries if each.action is Action.ENTRIES_DELETED]


def test_what_is_due_goes_from_an_epoch_that_is_over_and_the_chain_holds(folder: Path, said: Said) -> None:
    assert run(["purge", str(folder), *FOR]) == 0
    assert f"epoch 1: deleted {OLD} entries" in said()
    assert gone(folder / "epoch-1") == list(range(OLD))
    (ours,), (theirs,) = told(folder), told(folder / "epoch-1")
    assert (ours["epoch"], ours["entries"], "ranges" in ours) == ("1", str(OLD), False)
    assert theirs["ranges"] == f"0-{OLD - 1}"
    assert run(["verify", str(folder)]) == 0
    assert "the chain of 2 epochs holds" in said()
    assert run(["purge", str(folder), *FOR]) == 0
    assert "epoch 1: deleted 0 entries" in said()
    assert len(told(folder)) == 1


def test_a_bundle_of_an_epoch_that_was_thinned_out_is_accepted_elsewhere(folder: Path, tmp_path: Path) -> None:
    assert run(["purge", str(folder), *FOR]) == 0
    out = tmp_path / "old.zip"
    assert run(["export", str(folder), "--epoch", "1", "--out", str(out), *COPY]) == 0
    verify = [sys.executable, "-I", str(VERIFY / "verify_log.py"), str(out)]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, f"{OLD} entries deleted by retention" in done.stdout) == (0, True)


def test_a_thinned_out_epoch_that_is_changed_afterwards_is_found(folder: Path, said: Said) -> None:
    assert run(["purge", str(folder), *FOR]) == 0
    record_in_epoch(folder)
    assert run(["verify", str(folder)]) == 1
    assert "more than retention has deleted was changed in it" in said()


def record_in_epoch(folder: Path) -> None:
    """Somebody with the keys goes on writing to a log that is over."""
    place = folder / "epoch-1"
    with closing(open_store(place, PracticeSeal(folder), years_ago(0), "desk 1")) as store:
        store.journal.record(Access(Action.HOLDER_READ, "later", "hanako"))


def test_a_hold_goes_on_in_the_next_epoch_and_holds_what_is_over(folder: Path, said: Said) -> None:
    assert run(["hold", str(folder), "--visit", "visit-3", "--reason", "a claim is open"]) == 0
    replaced(folder, 0)
    with closing(read_store(folder, None)) as log:
        first, second = (read_entry(each.line) for each in list(log.entries())[:2])
    assert (first.action, second.action, second.reason) == (Action.EPOCH_BEGUN, Action.HOLD_PLACED, "a claim is open")
    assert run(["purge", str(folder), *FOR]) == 0
    assert set(range(OLD)) - set(gone(folder / "epoch-1")) == set(range(30, 40))
    assert run(["release", str(folder), "--hold", "1", "--reason", "it is settled"]) == 0
    assert run(["purge", str(folder), *FOR]) == 0
    assert gone(folder / "epoch-1") == list(range(OLD))
    assert run(["verify", str(folder)]) == 0


def test_a_damaged_epoch_goes_as_a_whole_once_all_of_it_is_due(tmp_path: Path, said: Said) -> None:
    folder = tmp_path / "store"
    record(folder, 9, OLD)
    damage(folder / "journal.db", 0)
    replaced(folder, 4)
    assert run(["purge", str(folder), *FOR]) == 0
    assert "epoch 1, unreadable: it goes as a whole" in said()
    assert (folder / "epoch-1" / "journal.db").exists()
    assert run(["purge", str(folder), "--years", "3", *FOR]) == 0
    assert not (folder / "epoch-1" / "journal.db").exists()
    assert run(["verify", str(folder)]) == 0
    assert "deleted as a whole by retention" in said()


def test_the_first_entry_of_an_epoch_is_never_deleted(tmp_path: Path, said: Said) -> None:
    folder = tmp_path / "store"
    record(folder, 9, 3)
    replaced(folder, 8)
    record(folder, 7, 3)
    assert run(["purge", str(folder), *FOR]) == 0
    assert gone(folder) == [1, 2, 3]
    assert run(["verify", str(folder)]) == 0
    (kept,) = count_epochs(folder, None)
    assert kept.rows is not None
    assert (kept.deleted, kept.rows["outbox"]) == (3, 0)


def test_behind_an_epoch_that_cannot_be_read_the_walk_goes_on(folder: Path, said: Said) -> None:
    damage(folder / "journal.db", 0)
    replaced(folder, 0)
    assert run(["verify", str(folder)]) == 0
    assert "epoch 1; what the next one says of it cannot be read" in said()
    (folder / "epoch-1" / "journal.db").unlink()
    assert run(["verify", str(folder)]) == 1
    assert "epoch 1 is missing" in said()


def test_what_is_kept_in_epochs_is_counted_and_listed(folder: Path, said: Said) -> None:
    (kept,) = count_epochs(folder, None)
    assert kept.rows is not None
    assert (kept.epoch, kept.rows["entry"], kept.rows["outbox"], kept.deleted) == (1, OLD + NEW, 1, 0)
    assert run(["purge", str(folder), *FOR]) == 0
    damage(folder / "journal.db", 0)
    replaced(folder, 0)
    said()
    assert data.run(["--store", str(folder)]) == 0
    text = said()
    assert f"entry       {OLD + NEW + 1} rows; {OLD} of them deleted but for their hashes" in text
    assert "epoch-2/journal.db" in text
    assert "cannot be read" in text
    assert data.run(["--store", str(folder), "--json"]) == 0
    assert [each["epoch"] for each in json.loads(said())["epochs"]] == [1, 2]


def test_a_bundle_tells_of_the_logs_before_and_the_verifiers_say_so(folder: Path, tmp_path: Path, said: Said) -> None:
    replaced(folder, 0)
    out = tmp_path / "log.zip"
    assert run(["export", str(folder), "--out", str(out), *COPY]) == 0
    said()
    assert run(["verify", str(out)]) == 0
    ours = [line for line in said().splitlines() if line.startswith("before it: desk-1/access/")]
    verify = [sys.executable, "-I", str(VERIFY / "verify_log.py"), str(out)]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert [line for line in done.stdout.splitlines() if line.startswith("before it: ")] == ours
    assert len(ours) == 2
    assert f"last end known {NEW + 1}:" in ours[0]
    assert f"last end known {OLD + NEW}:" in ours[1]
    assert run(["show", str(folder), "--epoch", "2"]) == 0
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(out) as whole, zipfile.ZipFile(forged, "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            changed.writestr(name, content.replace(b'"before_size": "21"', b'"before_size": "20"'))
    assert run(["verify", str(forged)]) == 1
    verify[-1] = str(forged)
    assert subprocess.run(verify, capture_output=True, timeout=60, check=False).returncode == 1
