"""A store whose log is replaced, damaged and looked at again."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standing import FixedClock

from offline_cache import epochs, new_epoch
from offline_cache.database import Database
from offline_cache.keys import PracticeSeal
from offline_cache.keys.recovery import new_private_key
from offline_cache.new_epoch import Replacement, begin_epoch
from offline_cache.rotation import keys_of
from offline_cache.store import read_store
from terminal.access_log.access import Access, Action, Actor
from terminal.access_log.entry import read_entry
from terminal.access_log.epoch import Before, read_epoch
from terminal.access_log.verify import Head, Intact, verify
from terminal.problems import Problem

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
ACCESS = Access(Action.ANSWER_SHOWN, "visit-one", "tanaka.h", b"an invented certificate", "face", "confirmed")
ORDER = Replacement("the disk was worn out", Actor("it-1", "it", "machine_login"))
PAGE = 4096
PRIVATE = new_private_key()


def queue(database: Database, identifier: str, stage: str, question: bytes) -> None:
    row = (identifier, "visit", "2026-11-20", NOW.isoformat(), stage, question, 0, NOW.isoformat(), "", None, "")
    database.change("INSERT INTO outbox VALUES (?,?,?,?,?,?,?,?,?,?,?)", *row)


def opened(folder: Path) -> Database:
    key = keys_of(folder, PracticeSeal(folder)).journal
    return Database(folder / "journal.db", key, mode="rw", failed=Problem.STORE_UNREADABLE)


def replaced(folder: Path, order: Replacement = ORDER) -> bool:
    return begin_epoch(folder, PracticeSeal(folder), FixedClock(NOW), order)


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
