"""The auditor's window on a real store: read beside a desk that writes, verified, written to, and refused."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pyotp
import pytest
from pytestqt.qtbot import QtBot

from offline_cache.journal_end import FILE
from offline_cache.keys import PracticeSeal
from offline_cache.staff import SqlRoster, open_roster
from offline_cache.store import Store, open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import read_verified
from terminal.access_log.masking import plain_of
from terminal.access_log.simulated import simulated_accesses
from terminal.access_log.verify import Broken, Intact
from terminal.clock import SystemClock
from terminal.commands import log as log_command
from terminal.commands import log_open
from terminal.commands.log_archive import StoreArchive
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act
from terminal.staff.signing_in import Accepted, Claim, Refused
from ui.auditor.archive import Damaged
from ui.auditor.window import AuditorWindow

PASSWORD = "kaki kusa hon mado"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ENTRIES = 300
ENROLLED = Access(Action.STAFF_CHANGED, "", "it")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(open_store(tmp_path, PracticeSeal(tmp_path), SystemClock(), "desk-1")) as store:
        store.journal.record_all(list(islice(simulated_accesses(5), ENTRIES)))
    return tmp_path


@pytest.fixture
def roster(folder: Path) -> Iterator[SqlRoster]:
    with closing(open_roster(folder, PracticeSeal(folder), SystemClock())) as opened:
        yield opened


def enrol(roster: SqlRoster, id_: str, role: Role) -> None:
    member = Member(id_, "架空　監子", frozenset({role}), hash_password(PASSWORD), SECRET)
    assert roster.keep(member, ENROLLED)


def claim(id_: str) -> Claim:
    return Claim(id_, PASSWORD, pyotp.TOTP(SECRET).at(datetime.now(UTC)))


def actions(folder: Path) -> list[Action]:
    with closing(read_store(folder, None)) as log:
        return [read_verified(plain_of(stored.line)).action for stored in log.entries()]


def tamper(folder: Path, change: str) -> None:
    """Changes the file as somebody with its key could, past the triggers."""
    with closing(open_roster(folder, PracticeSeal(folder), SystemClock())) as opened:
        database = opened._database
        for trigger in ("entry_stays", "entry_remains"):
            database.rows(f"DROP TRIGGER IF EXISTS {trigger}")
        database.rows(change)


def test_only_an_auditor_signs_in_to_look(folder: Path, roster: SqlRoster) -> None:
    enrol(roster, "kansa", Role.AUDITOR)
    enrol(roster, "hanako", Role.RECEPTIONIST)
    archive = StoreArchive(folder, None, roster)
    assert isinstance(archive.sign_in(claim("kansa"), Act.AUDIT), Accepted)
    assert isinstance(archive.sign_in(claim("hanako"), Act.AUDIT), Refused)
    assert actions(folder)[-2:] == [Action.SIGNED_IN, Action.SIGNED_IN]


def test_a_log_is_read_beside_a_desk_that_goes_on_writing(folder: Path, roster: SqlRoster) -> None:
    desk: Store
    with closing(open_store(folder, PracticeSeal(folder), SystemClock(), "desk-1")) as desk:
        archive = StoreArchive(folder, None, roster)
        index = archive.read(None, lambda _: None)
        desk.journal.record(next(simulated_accesses(6)))
        archive.record([Access(Action.LOG_OPENED, "", "kansa")])
        grown = archive.read(index, lambda _: None)
        assert (index.end, grown.end) == (ENTRIES, ENTRIES + 2)
        found = archive.verify(lambda *_: None)
        assert isinstance(found.report, Intact)
        assert found.report.head.size == ENTRIES + 2
        assert found.key.name.startswith("desk-1/access/")


def test_reading_leaves_no_snapshot_that_would_keep_the_desks_file_growing(folder: Path, roster: SqlRoster) -> None:
    archive = StoreArchive(folder, None, roster)
    archive.read(None, lambda _: None)
    archive.verify(lambda *_: None)
    (busy, _, _), *_ = roster._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    assert busy == 0
    wal = folder / f"{FILE}-wal"
    assert not wal.exists() or wal.stat().st_size == 0


def test_of_a_long_log_the_newest_entries_are_listed_and_all_are_verified(folder: Path, roster: SqlRoster) -> None:
    archive = StoreArchive(folder, None, roster, most=100)
    index = archive.read(None, lambda _: None)
    assert (index.first, index.end) == (ENTRIES - 100, ENTRIES)
    entry = index.entry(0)
    assert entry
    assert entry.seq == ENTRIES - 100
    report = archive.verify(lambda *_: None).report
    assert isinstance(report, Intact)
    assert report.head.size == ENTRIES


def test_a_changed_entry_is_named(folder: Path, roster: SqlRoster) -> None:
    change = "UPDATE entry SET line = replace(CAST(line AS TEXT), 'reception', 'receptioN') WHERE seq = 42"
    tamper(folder, change.replace("replace(CAST", "CAST(replace(CAST").replace("') WHERE", "') AS BLOB) WHERE"))
    report = StoreArchive(folder, None, roster).verify(lambda *_: None).report
    assert isinstance(report, Broken | Damaged)
    assert isinstance(report, Broken)
    assert report.first == 42


def test_the_window_shows_a_real_log_from_sign_in_to_sign_off(qtbot: QtBot, folder: Path, roster: SqlRoster) -> None:
    enrol(roster, "kansa", Role.AUDITOR)
    window = AuditorWindow(StoreArchive(folder, None, roster), "en")
    qtbot.addWidget(window)
    window.show()
    window.page.claimed.emit(claim("kansa"))
    room = window.room
    qtbot.waitUntil(lambda: room.index is not None and room.state.again.isEnabled(), timeout=60_000)
    assert "Verified to entry" in room.state.said.text()
    assert room.review.open_items > 0
    room.turn_to(2)
    room.review.list.selectRow(0)
    before = room.review.open_items
    room.review.reason.setText("looked at each of them")
    next(iter(room.review.conclude.values())).click()
    qtbot.waitUntil(lambda: room.review.open_items < before, timeout=60_000)
    window.close()
    assert actions(folder)[-4:] == [
        Action.SIGNED_IN,
        Action.LOG_OPENED,
        Action.ENTRIES_REVIEWED,
        Action.SIGNED_OUT,
    ]


def test_without_an_auditor_the_command_says_whom_to_enrol(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(log_open, "forbid_core_dumps", lambda: None)  # it would bind the tests' own process
    assert log_command.run(["open", str(folder)]) == 1
    assert "uketsuke staff add ID" in capsys.readouterr().err


def test_without_a_screen_the_command_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert log_command.run(["open", str(folder)]) == 1
    assert "screen_absent" in capsys.readouterr().err


@pytest.mark.parametrize("hours", ["", "7", "21-7", "7-25", "a-b"])
def test_hours_that_are_none_are_refused(folder: Path, hours: str) -> None:
    assert log_command.run(["open", str(folder), "--hours", hours]) == 2
