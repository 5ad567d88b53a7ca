"""Upkeep of the store: begun when the desk is idle, ended by a card, and gone on with afterwards."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from standing import FixedClock

from terminal.outage.upkeep import Upkeep
from terminal.problems import Problem, TerminalError
from terminal.states import Idle, ReadingCard

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
LONG = timedelta(hours=1)


class Kept:
    """Rows whose time is over, deleted batch by batch."""

    def __init__(self, batches: int = 3) -> None:
        self.batches = batches
        self.deleted = 0
        self.renewals = 0
        self.tidied = threading.Event()
        self.renewed = threading.Event()
        self.in_a_batch: Callable[[], None] = lambda: None
        self.failing: Problem | None = None

    def tidy(self, now: datetime, go_on: Callable[[], bool]) -> int:
        if self.failing:
            self.tidied.set()
            raise TerminalError(self.failing)
        while self.deleted < self.batches and go_on():
            self.in_a_batch()
            self.deleted += 1
        self.tidied.set()
        return self.deleted

    def renew(self, now: datetime) -> bool:
        self.renewals += 1
        self.renewed.set()
        return True


@pytest.fixture
def begun() -> Iterator[Callable[[Kept, timedelta], Upkeep]]:
    made: list[Upkeep] = []

    def begin(kept: Kept, pause: timedelta) -> Upkeep:
        made.append(Upkeep(kept, FixedClock(NOW), pause=pause, every=LONG))
        made[-1].start()
        return made[-1]

    yield begin
    for each in made:
        each.close()


Begin = Callable[[Kept, timedelta], Upkeep]


def test_upkeep_is_done_once_the_desk_has_been_idle(begun: Begin) -> None:
    kept = Kept()
    begun(kept, timedelta())
    assert kept.renewed.wait(30)
    assert (kept.deleted, kept.renewals) == (3, 1)


def test_upkeep_never_begins_during_a_check_in(begun: Begin) -> None:
    kept = Kept()
    upkeep = begun(kept, timedelta(seconds=30))
    upkeep.saw(ReadingCard("v1"))
    upkeep.close()
    assert not kept.tidied.is_set()


def test_a_card_ends_upkeep_between_two_batches_and_it_goes_on_afterwards(begun: Begin) -> None:
    kept = Kept(batches=3)
    upkeep: list[Upkeep] = []
    has_begun = threading.Event()

    def lay_a_card() -> None:
        assert has_begun.wait(30)
        if kept.deleted == 0:
            upkeep[0].saw(ReadingCard("v1"))

    kept.in_a_batch = lay_a_card
    upkeep.append(begun(kept, timedelta()))
    has_begun.set()
    assert kept.tidied.wait(30)
    assert (kept.deleted, kept.renewals) == (1, 0)
    upkeep[0].saw(Idle())
    assert kept.renewed.wait(30)
    assert kept.deleted == 3


def test_upkeep_that_fails_is_left_until_the_next_time(begun: Begin) -> None:
    kept = Kept()
    kept.failing = Problem.STORE_UNREADABLE
    upkeep = begun(kept, timedelta())
    assert kept.tidied.wait(30)
    upkeep.close()
    assert kept.renewals == 0
