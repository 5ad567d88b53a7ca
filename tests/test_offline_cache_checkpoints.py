"""When a checkpoint is signed: after so many entries, after a minute, at closing, and for what a crash left."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offline_cache.database import Database
from offline_cache.journal import SIGNED_AFTER_S, SqlJournal, open_journal
from offline_cache.journal_draft import SIGNED_AFTER_ENTRIES
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import read_journal
from offline_cache.keys import Keys, new_keys
from terminal.access_log.access import Access, Action
from terminal.problems import Problem

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
ACCESS = Access(Action.ANSWER_SHOWN, "visit-1", "reception", b"an invented certificate", "face", "confirmed")


class FixedClock:
    def now(self) -> datetime:
        return NOW


def begun_in(folder: Path, keys: Keys) -> SqlJournal:
    return open_journal(folder, keys, FixedClock(), "desk 1", create=True)


@pytest.fixture
def keys() -> Keys:
    return new_keys()


class HandAlarm:
    """Goes off when the test says so."""

    def __init__(self) -> None:
        self.set: list[tuple[float, Callable[[], None]]] = []
        self.is_cancelled = False

    def __call__(self, seconds: float, call: Callable[[], None]) -> "HandAlarm":
        self.set.append((seconds, call))
        return self

    def start(self) -> None:
        pass

    def cancel(self) -> None:
        self.is_cancelled = True

    def go_off(self) -> None:
        self.set.pop()[1]()


def checkpoints_in(folder: Path, keys: Keys) -> list[int]:
    with closing(read_journal(folder, keys)) as log:
        return [note.size for note in log.notes()]


def signed_by_hand(folder: Path, keys: Keys, alarm: HandAlarm) -> SqlJournal:
    begun_in(folder, keys).close()
    database = Database(folder / FILE, keys.journal, mode="rw", failed=Problem.JOURNAL_FAILED)
    return SqlJournal(database, keys, FixedClock(), "desk 1", alarm)


def test_a_checkpoint_is_signed_after_a_hundred_entries_and_at_closing(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    for _ in range(SIGNED_AFTER_ENTRIES):
        journal.record(ACCESS)
    journal.record_all([ACCESS] * (SIGNED_AFTER_ENTRIES + 5))
    assert checkpoints_in(tmp_path, keys) == [0, 100, 200]
    journal.close()
    assert checkpoints_in(tmp_path, keys) == [0, 100, 200, 205]


def test_a_checkpoint_is_signed_a_minute_after_the_first_entry_without(tmp_path: Path, keys: Keys) -> None:
    alarm = HandAlarm()
    journal = signed_by_hand(tmp_path, keys, alarm)
    journal.record(ACCESS)
    journal.record(ACCESS)
    assert [seconds for seconds, _ in alarm.set] == [SIGNED_AFTER_S]
    assert checkpoints_in(tmp_path, keys) == [0]
    alarm.go_off()
    assert checkpoints_in(tmp_path, keys) == [0, 2]
    journal.record(ACCESS)
    assert len(alarm.set) == 1
    journal.close()
    assert alarm.is_cancelled
    alarm.go_off()  # too late, and harmless


def test_what_a_crash_left_unsigned_is_signed_at_the_next_opening(tmp_path: Path, keys: Keys) -> None:
    crashed = begun_in(tmp_path, keys)
    crashed.record(ACCESS)
    next_one = open_journal(tmp_path, keys, FixedClock(), "desk 1", create=False)
    assert checkpoints_in(tmp_path, keys) == [0, 1]
    next_one.close()
    crashed.close()
