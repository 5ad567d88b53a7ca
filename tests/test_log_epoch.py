"""A log whose file was replaced goes on in a new epoch: on record, with nothing deleted, whatever cuts it off."""

import json
import shutil
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from epoch_folders import ACCESS, NOW, ORDER, PAGE, PRIVATE, damage, head_of, is_whole, opened, queue, replaced, told
from standing import FixedClock

from offline_cache.journal_reader import read_journal
from offline_cache.keys import PracticeSeal
from offline_cache.keys.recovery import recovery_key
from offline_cache.rotation import keys_of, recover, rotate
from offline_cache.staff import open_roster
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Action
from terminal.access_log.entry import read_entry
from terminal.access_log.epoch import PutAside
from terminal.problems import Problem, TerminalError
from terminal.staff.people import Member, Role


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("epochs") / "store"
    store = open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1", recovery=recovery_key(PRIVATE))
    with closing(store):
        store.journal.record_all([replace(ACCESS, visit=f"visit-{number}") for number in range(300)])
    with closing(open_roster(folder, PracticeSeal(folder), FixedClock(NOW))) as roster:
        member = Member("kansa.m", "架空 花子", frozenset({Role.AUDITOR}), "$argon2id$invented", "", -1)
        assert roster.keep(member, replace(ACCESS, action=Action.STAFF_CHANGED))
    with closing(opened(folder)) as database:
        queue(database, "first", "waiting", b"{}")
        queue(database, "second", "dead", b"{}")
    return folder


@pytest.fixture
def folder(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "store"))


def test_a_new_epoch_names_the_end_of_the_old_one_and_its_file(folder: Path) -> None:
    before, hashed = head_of(folder), sha256((folder / "journal.db").read_bytes()).hexdigest()
    with closing(read_store(folder, None)) as log:
        name = log.keys.log.name
    assert replaced(folder)
    found = told(folder)
    assert (found.epoch, found.log, found.head, found.source) == (1, name, before, "file")
    assert (found.found, found.sha256, found.wal_sha256) == (PutAside.INTACT, hashed, "")
    with closing(read_store(folder, None)) as log:
        assert (log.keys.log.name, log.terminal) == (f"{name}/2", "desk-1")
        entry = read_entry(next(log.entries()).line)
    assert (entry.action, entry.reason, entry.actor) == (Action.EPOCH_BEGUN, ORDER.reason, "it-1")
    assert is_whole(folder)


def test_the_old_log_lies_aside_as_it_was_with_the_keys_that_open_it(folder: Path) -> None:
    was = {path.name: path.read_bytes() for path in folder.iterdir()}
    replaced(folder)
    for name in ("journal.db", "journal.head", "keys.json"):
        assert (folder / "epoch-1" / name).read_bytes() == was[name]
    with closing(read_store(folder / "epoch-1", None)) as log:
        assert len(list(log.entries())) == 301
    assert is_whole(folder / "epoch-1")
    assert (folder / "epoch-1").stat().st_mode & 0o777 == 0o700


def test_what_is_no_log_is_carried_over(folder: Path) -> None:
    replaced(folder)
    with closing(open_roster(folder, PracticeSeal(folder), FixedClock(NOW))) as roster:
        assert [member.id for member in roster.members()] == ["kansa.m"]
    with closing(opened(folder)) as database:
        assert database.rows("SELECT identifier, stage FROM outbox ORDER BY identifier") == [
            ("first", "waiting"), ("second", "dead"),
        ]  # fmt: skip
        with pytest.raises(TerminalError):
            database.change("DELETE FROM outbox")  # and its guards are there again
    with closing(read_store(folder, None)) as log:
        details = dict(read_entry(next(log.entries()).line).details)
    assert details["carried"] == "outbox:2 staff:1"
    assert "unread" not in details


def test_a_desk_goes_on_in_the_new_epoch_and_notes_its_end(folder: Path) -> None:
    replaced(folder)
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        store.journal.record(ACCESS)
        assert store.problem is None
    assert (folder / "journal.head").read_text("utf-8").partition("\n")[0].endswith("/2")
    replaced(folder)
    with closing(read_store(folder, None)) as log:
        assert log.keys.log.name.endswith("/3")
    assert told(folder).head == head_of(folder / "epoch-2")


def test_of_a_file_that_opens_nowhere_the_noted_end_is_named(folder: Path) -> None:
    damage(folder / "journal.db", 0)
    noted = (folder / "journal.head").read_text("utf-8").splitlines()
    replaced(folder)
    found = told(folder)
    assert (found.found, found.source, found.log) == (PutAside.UNREADABLE, "noted", noted[0])
    assert found.head is not None
    assert found.head.size == int(noted[1])


def test_a_missing_file_is_named_missing(folder: Path) -> None:
    (folder / "journal.db").unlink()
    replaced(folder)
    found = told(folder)
    assert (found.found, found.sha256, found.source) == (PutAside.MISSING, "", "noted")


def test_a_log_of_which_nothing_is_left_needs_the_desks_name(folder: Path) -> None:
    (folder / "journal.db").unlink()
    (folder / "journal.head").unlink()
    with pytest.raises(TerminalError) as raised:
        replaced(folder)
    assert "--terminal" in raised.value.detail
    replaced(folder, replace(ORDER, terminal="desk 1"))
    assert (told(folder).log, told(folder).head) == (None, None)
    with closing(read_store(folder, None)) as log:
        assert log.terminal == "desk-1"


def test_a_note_kept_elsewhere_counts_if_the_log_signed_it(folder: Path, tmp_path: Path) -> None:
    (kept := tmp_path / "kept").write_bytes((folder / "journal.head").read_bytes())
    (forged := tmp_path / "forged").write_text(kept.read_text("utf-8").replace("\n30", "\n90", 1), "utf-8")
    (folder / "journal.head").unlink()
    damage(folder / "journal.db", 0)
    replaced(folder, replace(ORDER, notes=(forged, kept)))
    found = told(folder)
    assert found.source == "given"
    assert found.head is not None
    assert found.head.size == int(kept.read_text("utf-8").splitlines()[1])


def test_of_damaged_tables_every_row_that_can_be_read_is_carried(folder: Path) -> None:
    with closing(opened(folder)) as database, database.transaction():
        for number in range(300):
            queue(database, f"more-{number}", "dead", b"x" * 400)
    size = (folder / "journal.db").stat().st_size // PAGE
    damage(folder / "journal.db", size - 12, size - 8)  # among the last pages are those of what was queued last
    replaced(folder)
    with closing(read_store(folder, None)) as log:
        details = dict(read_entry(next(log.entries()).line).details)
    with closing(opened(folder)) as database:
        carried = database.rows("SELECT count(*) FROM outbox")[0][0]
    assert f"outbox:{carried}" in details["carried"]
    assert 200 < carried < 302
    assert details["unread"] == "outbox"
    assert told(folder).found is PutAside.DAMAGED


def test_while_the_desk_is_open_nothing_is_replaced(folder: Path) -> None:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")):
        with pytest.raises(TerminalError) as raised:
            replaced(folder)
        assert raised.value.problem is Problem.STORE_BUSY
    assert not (folder / "epoch-1").exists()


def test_after_a_rotation_the_old_epochs_still_open(folder: Path) -> None:
    damage(folder / "journal.db", 0)
    replaced(folder)
    replaced(folder)
    rotate(folder, PracticeSeal(folder), PracticeSeal(folder), NOW)
    recover(folder, PRIVATE, PracticeSeal(folder), NOW)
    assert len(json.loads((folder / "epoch-2" / "keys.json").read_bytes())["wraps"]) == 1
    assert is_whole(folder / "epoch-2")
    keys = keys_of(folder / "epoch-2", PracticeSeal(folder))
    with closing(read_journal(folder / "epoch-2", keys)) as log:
        assert log.keys.log.name.endswith("/2")
