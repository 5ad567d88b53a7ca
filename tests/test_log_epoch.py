"""A log whose file was replaced goes on in a new epoch: on record, with nothing deleted, whatever cuts it off."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache import epochs, new_epoch
from offline_cache.database import Database
from offline_cache.journal_reader import read_journal
from offline_cache.keys import PracticeSeal
from offline_cache.keys.recovery import new_private_key, recovery_key
from offline_cache.new_epoch import Replacement, begin_epoch
from offline_cache.rotation import keys_of, recover, rotate
from offline_cache.staff import open_roster
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action, Actor
from terminal.access_log.entry import enter, read_entry
from terminal.access_log.epoch import Before, Carried, LogName, PutAside, epoch_begun, read_epoch
from terminal.access_log.verify import Head, Intact, verify
from terminal.commands.log import run
from terminal.problems import Problem, TerminalError
from terminal.staff.people import Member, Role

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
ACCESS = Access(Action.ANSWER_SHOWN, "visit-one", "tanaka.h", b"an invented certificate", "face", "confirmed")
ORDER = Replacement("the disk was worn out", Actor("it-1", "it", "machine_login"))
PAGE = 4096


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("epochs") / "store"
    store = open_store(folder, PracticeSeal(folder), FixedClock(), "desk 1", recovery=recovery_key(PRIVATE))
    with closing(store):
        store.journal.record_all([replace(ACCESS, visit=f"visit-{number}") for number in range(300)])
    with closing(open_roster(folder, PracticeSeal(folder), FixedClock())) as roster:
        member = Member("kansa.m", "架空 花子", frozenset({Role.AUDITOR}), "$argon2id$invented", "", -1)
        assert roster.keep(member, replace(ACCESS, action=Action.STAFF_CHANGED))
    with closing(opened(folder)) as database:
        queue(database, "first", "waiting", b"{}")
        queue(database, "second", "dead", b"{}")
    return folder


PRIVATE = new_private_key()


@pytest.fixture
def folder(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "store"))


def queue(database: Database, identifier: str, stage: str, question: bytes) -> None:
    row = (identifier, "visit", "2026-11-20", NOW.isoformat(), stage, question, 0, NOW.isoformat(), "", None, "")
    database.change("INSERT INTO outbox VALUES (?,?,?,?,?,?,?,?,?,?,?)", *row)


def opened(folder: Path) -> Database:
    key = keys_of(folder, PracticeSeal(folder)).journal
    return Database(folder / "journal.db", key, mode="rw", failed=Problem.STORE_UNREADABLE)


def replaced(folder: Path, order: Replacement = ORDER) -> bool:
    return begin_epoch(folder, PracticeSeal(folder), FixedClock(), order)


def damage(path: Path, first: int, last: int | None = None) -> None:
    """Overwrites pages, counted from 0."""
    with path.open("r+b") as file:
        file.seek(first * PAGE)
        file.write(os.urandom(PAGE * ((last or first) - first + 1)))


def told(folder: Path) -> Before:
    with closing(read_store(folder, None)) as log:
        before = read_epoch(read_entry(next(log.entries()).line))
    assert before is not None
    return before


def is_whole(folder: Path) -> bool:
    with closing(read_store(folder, None)) as log:
        return isinstance(verify(log.stored(), log.keys), Intact)


def head_of(folder: Path) -> Head:
    with closing(read_store(folder, None)) as log:
        report = verify(log.stored(), log.keys)
    assert isinstance(report, Intact)
    return report.head


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
    with closing(open_roster(folder, PracticeSeal(folder), FixedClock())) as roster:
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
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(), "desk 1")) as store:
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
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(), "desk 1")):
        with pytest.raises(TerminalError) as raised:
            replaced(folder)
        assert raised.value.problem is Problem.STORE_BUSY
    assert not (folder / "epoch-1").exists()


class Cut(BaseException):
    """The power goes."""


def steps(monkeypatch: pytest.MonkeyPatch, last: int, stop: Callable[[], None]) -> Iterator[int]:
    """Has `stop` called after the durable step with number `last`; yields how many were taken."""
    taken = 0

    def counted(step: Callable[..., object]) -> Callable[..., object]:
        def take(*arguments: object) -> object:
            nonlocal taken
            made = step(*arguments)
            taken += 1
            if taken == last:
                stop()
            return made

        return take

    for module, name in (
        (new_epoch, "write_durably"), (new_epoch, "_write_next"), (new_epoch, "move_durably"),
        (epochs, "move_durably"), (new_epoch, "begin_log"), (new_epoch, "_carry"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, counted(getattr(module, name)))
    while True:
        yield taken


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
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(), "desk 1")) as store:
        store.journal.record(ACCESS)
    assert told(folder).epoch == 1
    assert is_whole(folder)


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import test_log_epoch as tests
import pytest
source = Path(sys.argv[1])
for last in range(1, 100):
    folder = Path(shutil.copytree(source, source.with_name(f"killed-{last}")))
    if os.fork() == 0:
        next(tests.steps(pytest.MonkeyPatch(), last, lambda: os.kill(os.getpid(), signal.SIGKILL)))
        tests.replaced(folder)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.wait()[1]) != -signal.SIGKILL:
        break
"""


def test_killed_after_any_step_the_same_command_finishes(folder: Path) -> None:
    damage(folder / "journal.db", 0)
    was = (folder / "journal.db").read_bytes()
    subprocess.run([sys.executable, "-c", KILLED, str(folder), str(ROOT / "tests")], cwd=ROOT, check=True, timeout=120)
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
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(), "desk 1")) as store:
        assert store.journal.head()[0] == 301
        store.journal.record(ACCESS)
    replaced(folder)
    assert told(folder).head == head_of(folder / "epoch-1")
    assert head_of(folder / "epoch-1").size == 302


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


def test_a_rotation_ends_an_epoch_that_was_cut_off_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        next(steps(patch, 6, cut))
        with pytest.raises(Cut):
            replaced(folder)
    rotate(folder, PracticeSeal(folder), PracticeSeal(folder), NOW)
    assert is_whole(folder)
    assert is_whole(folder / "epoch-1")


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
        asked = ["--format", "bundle", "--out", str(tmp_path / name), "--reason", "review", "--recipient", "auditor"]
        assert run(["export", str(place), *asked]) == 0
        assert run(["verify", str(tmp_path / name)]) == 0
    assert (folder / "epoch-1" / "journal.db").read_bytes() == was
    with closing(read_store(folder, None)) as log:
        actions = [read_entry(each.line).action for each in log.entries()]
    assert actions == [Action.EPOCH_BEGUN, Action.LOG_EXPORTED, Action.LOG_EXPORTED]
    assert run(["hold", str(folder / "epoch-1"), "--reason", "a complaint"]) == 2


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
