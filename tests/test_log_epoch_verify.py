"""Epochs as verification walks through them, and how the log before and a log's name are written."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from epoch_folders import ACCESS, NOW, PRIVATE, damage, opened, queue, replaced
from hypothesis import given
from hypothesis import strategies as st
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.keys.recovery import recovery_key
from offline_cache.staff import open_roster
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Action, Actor
from terminal.access_log.entry import enter, read_entry
from terminal.access_log.epoch import Before, Carried, LogName, PutAside, epoch_begun, read_epoch
from terminal.access_log.verify import Head
from terminal.commands.log import run
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


def verified(folder: Path, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capfd.readouterr()
    code = run(["verify", str(folder)])
    return code, "".join(capfd.readouterr())


def test_verify_walks_through_all_epochs(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    replaced(folder)
    replaced(folder)
    code, said = verified(folder, capfd)
    assert code == 0
    assert said.count("intact: ") == 3
    assert verified(folder / "epoch-2", capfd)[1].count("intact: ") == 2
    with closing(read_store(folder / "epoch-1", None)) as log:
        on_paper = log.keys.log.vkey()
    assert run(["verify", str(folder), "--key", on_paper]) == 0


def test_verify_names_a_missing_epoch(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    replaced(folder)
    replaced(folder)
    (folder / "epoch-1").rename(folder.parent / "elsewhere")
    code, said = verified(folder, capfd)
    assert code == 1
    assert "epoch 1 is missing" in said


def test_verify_finds_a_file_that_was_changed_after_it_was_put_aside(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    damage(folder / "journal.db", 0)
    replaced(folder)
    assert verified(folder, capfd)[0] == 0  # its damage is on record, and no news
    damage(folder / "epoch-1" / "journal.db", 1)
    code, said = verified(folder, capfd)
    assert code == 1
    assert "not the one that was put aside" in said


def test_verify_finds_an_old_log_that_was_put_back(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    was = (folder / "journal.db").read_bytes()
    replaced(folder)
    (folder / "journal.db").write_bytes(was)
    code, said = verified(folder, capfd)
    assert code == 1
    assert "a later log was here" in said


def test_the_command_says_what_it_did(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["epoch", str(folder), "--reason", "bad sectors"]) == 0
    said = capfd.readouterr().out
    assert "epoch 2 begun: desk-1/access/" in said
    assert "carried over: outbox:2 staff:1" in said
    assert "301:" in said


def test_of_an_epoch_that_is_over_a_copy_is_taken_and_the_log_of_today_says_so(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    replaced(folder)
    was = (folder / "epoch-1" / "journal.db").read_bytes()
    for place, name in ((folder / "epoch-1", "old.zip"), (folder, "new.zip")):
        asked = ["--format", "bundle", "--out", str(tmp_path / name), "--reason", "a review", "--recipient", "auditor"]
        assert run(["export", str(place), *asked]) == 0
        assert run(["verify", str(tmp_path / name)]) == 0
    assert (folder / "epoch-1" / "journal.db").read_bytes() == was
    with closing(read_store(folder, None)) as log:
        actions = [read_entry(each.line).action for each in log.entries()]
    assert actions == [Action.EPOCH_BEGUN, Action.LOG_EXPORTED, Action.LOG_EXPORTED]
    assert run(["hold", str(folder / "epoch-1"), "--reason", "a complaint"]) == 1


HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
BEFORE = st.builds(
    Before,
    st.integers(1, 10**6),
    st.none() | st.just("desk-1/access/3f2a9c04"),
    st.none() | st.builds(Head, st.integers(0, 10**9), st.binary(min_size=32, max_size=32)),
    st.sampled_from(["", "file", "noted", "witness", "given"]),
    st.sampled_from(PutAside),
    st.just("") | HEX,
    st.just("") | HEX,
)


@given(BEFORE)
def test_what_is_said_of_the_log_before_is_read_back_the_same(before: Before) -> None:
    access = epoch_begun(before, Carried((("outbox", 2),), ("staff",)), "a reason", Actor("it-1"))
    assert read_epoch(enter(access, seq=0, at=NOW, terminal="desk-1", subject="")) == before


@given(st.text("abc-1", min_size=1), st.text("0123456789abcdef", min_size=8, max_size=8), st.integers(1, 999))
def test_the_name_of_a_log_is_read_as_it_is_written(terminal: str, identity: str, epoch: int) -> None:
    name = LogName(terminal, identity, epoch)
    assert LogName.of_text(str(name)) == name


@pytest.mark.parametrize("text", ["desk", "desk/access/1/1", "desk/access/1/x", "desk/access/1/02"])
def test_what_is_no_name_of_a_log_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"name of an access log|invalid literal"):
        LogName.of_text(text)
