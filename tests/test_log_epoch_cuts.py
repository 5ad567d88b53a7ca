"""A new epoch that is cut off or killed after any step: the same command, the desk or a rotation finishes it."""

import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from epoch_folders import ACCESS, NOW, PRIVATE, damage, head_of, is_whole, opened, queue, replaced, steps, told
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.keys.recovery import recovery_key
from offline_cache.rotation import rotate
from offline_cache.staff import open_roster
from offline_cache.store import open_store
from terminal.access_log.access import Action
from terminal.access_log.epoch import PutAside
from terminal.commands.log import run
from terminal.staff.people import Member, Role

ROOT = Path(__file__).parent.parent


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


class Cut(BaseException):
    """The power goes."""


def cut() -> None:
    raise Cut


STEPS = 10  # keys, begun, carried, next log, folder's name, journal, its two companions, head, next log in place


@pytest.mark.parametrize("last", range(1, STEPS + 1))
def test_cut_off_after_any_step_the_same_command_finishes(
    folder: Path, last: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        next(steps(patch, last, cut))
        with pytest.raises(Cut):
            replaced(folder)
    replaced(folder)
    assert told(folder).epoch == 1
    assert told(folder).found is PutAside.INTACT
    assert [path.name for path in folder.glob("epoch*")] == ["epoch-1"]
    assert not (folder / "epoch-1" / "next").exists()
    assert run(["verify", str(folder)]) == 0


def test_there_is_no_step_that_is_not_cut_above(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = steps(monkeypatch, STEPS + 1, cut)
    next(taken)
    replaced(folder)
    assert next(taken) == STEPS


@pytest.mark.parametrize("last", [5, 6, 9])
def test_the_desks_next_start_finishes_too(folder: Path, last: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        next(steps(patch, last, cut))
        with pytest.raises(Cut):
            replaced(folder)
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        store.journal.record(ACCESS)
    assert told(folder).epoch == 1
    assert is_whole(folder)


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import epoch_folders
import pytest
source = Path(sys.argv[1])
for last in range(1, 100):
    folder = Path(shutil.copytree(source, source.with_name(f"killed-{last}")))
    if os.fork() == 0:
        next(epoch_folders.steps(pytest.MonkeyPatch(), last, lambda: os.kill(os.getpid(), signal.SIGKILL)))
        epoch_folders.replaced(folder)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.wait()[1]) != -signal.SIGKILL:
        break
"""


def test_killed_after_any_step_the_same_command_finishes(folder: Path) -> None:
    damage(folder / "journal.db", 0)
    was = (folder / "journal.db").read_bytes()
    subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(ROOT / "tests" / "fakes")], cwd=ROOT, check=True, timeout=120
    )
    all_killed = sorted(folder.parent.glob("killed-*"), key=lambda path: int(path.name[7:]))
    assert len(all_killed) >= 8
    for killed in all_killed[:-1]:  # the last one was not
        replaced(killed)
        assert told(killed).found is PutAside.UNREADABLE
        assert (killed / "epoch-1" / "journal.db").read_bytes() == was
        assert is_whole(killed)


def test_a_draft_of_an_epoch_touches_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        next(steps(patch, 4, cut))
        with pytest.raises(Cut):
            replaced(folder)
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        assert store.journal.head()[0] == 301
        store.journal.record(ACCESS)
    replaced(folder)
    assert told(folder).head == head_of(folder / "epoch-1")
    assert head_of(folder / "epoch-1").size == 302


def test_a_rotation_ends_an_epoch_that_was_cut_off_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        next(steps(patch, 6, cut))
        with pytest.raises(Cut):
            replaced(folder)
    rotate(folder, PracticeSeal(folder), PracticeSeal(folder), NOW)
    assert is_whole(folder)
    assert is_whole(folder / "epoch-1")
