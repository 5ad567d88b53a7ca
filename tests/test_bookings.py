"""A day's bookings: each is asked about once, whatever is killed; the rest is called."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from booking_desk import DAY, HEADING, ROW, Desk, FakeService, bookings_of
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.eligibility.bookings_outcome import Outcome
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.problems import Problem, TerminalError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, FakeService(tmp_path))


# --- asking -----------------------------------------------------------------------------------------------------------


def test_each_booking_comes_to_what_the_service_says(desk: Desk) -> None:
    outcomes = desk.ask(bookings_of(5))
    assert [outcomes[line] for line in range(2, 7)] == [
        Outcome.ENDED,
        Outcome.ENDED_NEWER_EXISTS,
        Outcome.NOT_FOUND,
        Outcome.SEVERAL_FOUND,
        Outcome.IN_FORCE,
    ]
    assert [coverage.subscriber_id for coverage in desk.cache.kept.values()] == ["5"]
    assert len(desk.recorded) == 5
    assert desk.told[-1] == (5, 5)


def test_what_was_answered_is_not_asked_again(desk: Desk) -> None:
    desk.ask(bookings_of(60))
    before = desk.service.messages
    desk.ask(bookings_of(60))
    assert desk.service.messages == before


def test_two_bookings_of_one_insured_are_one_question(desk: Desk) -> None:
    other = ROW.replace("9:00", "15:00").replace("３４５", "345")
    outcomes = desk.ask(f"{HEADING}\n{ROW.replace('見本　花子', '')}\n{other.replace('見本　花子', '')}".encode())
    assert outcomes == {2: Outcome.IN_FORCE, 3: Outcome.IN_FORCE}
    assert desk.service.asked().total() == 1


def test_numbers_that_cannot_be_right_are_not_asked(desk: Desk) -> None:
    assert desk.ask(f"{HEADING}\n{ROW.replace('00990010', '00990011')}".encode()) == {}
    assert desk.service.messages == 0


def test_a_passing_outage_puts_the_same_question_again(desk: Desk) -> None:
    desk.service.fails = [Problem.LINE_DOWN, Problem.SERVICE_BUSY]
    assert len(desk.ask(bookings_of(3))) == 3


def test_an_outage_that_stays_is_told_and_costs_nothing(desk: Desk) -> None:
    desk.service.fails = [Problem.LINE_DOWN] * 4
    with pytest.raises(TerminalError):
        desk.ask(bookings_of(60))
    assert len(desk.ask(bookings_of(60))) == 60
    assert set(desk.service.asked().values()) == {1}


def test_a_security_matter_is_not_tried_again(desk: Desk) -> None:
    desk.service.fails = [Problem.SERVICE_UNTRUSTED]
    with pytest.raises(TerminalError):
        desk.ask(bookings_of(1))
    assert desk.service.messages == 1


def test_whom_the_service_leaves_out_has_no_answer(desk: Desk) -> None:
    desk.service.leaves_out = "5"
    assert desk.ask(bookings_of(5))[6] is Outcome.NO_ANSWER
    assert desk.cache.kept == {}


def test_nobody_is_asked_before_it_is_on_record(desk: Desk) -> None:
    desk.service.fails = [Problem.SERVICE_UNTRUSTED]
    with pytest.raises(TerminalError):
        desk.ask(bookings_of(1))
    assert len(desk.recorded) == 1


def test_a_second_process_waits_outside(desk: Desk) -> None:
    progress = Progress(desk.folder / FILE, b"", DAY)
    with pytest.raises(TerminalError) as raised:
        desk.ask(bookings_of(1))
    assert raised.value.problem is Problem.STORE_BUSY
    progress.close()


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from booking_desk import Desk, FakeService, bookings_of
folder = Path({folder!r})
Desk(folder, FakeService(folder, dies_at={dies_at})).ask(bookings_of({count}))
"""


def kill(folder: Path, dies_at: int, count: int) -> None:
    code = KILLED.format(tests=str(ROOT / "tests" / "fakes"), folder=str(folder), dies_at=dies_at, count=count)
    killed = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL


def test_5000_bookings_killed_twice_are_each_asked_once(desk: Desk) -> None:
    count = 5000
    kill(desk.folder, 37, count)  # in the first phase
    kill(desk.folder, 230, count)  # in the second one
    outcomes = desk.ask(bookings_of(count))
    assert set(outcomes) == set(range(2, count + 2))
    asked = desk.service.asked()
    assert len(asked) == count
    assert set(asked.values()) == {1}
    assert Counter(outcomes.values())[Outcome.IN_FORCE] == count * 6 // 10
    assert desk.told[-1] == (count, count)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([None, *[Problem.SERVICE_UNTRUSTED] * 2]), max_size=12), st.integers(1, 120))
def test_wherever_it_stops_nobody_is_asked_twice(stops: list[Problem | None], count: int) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder), FakeService(Path(folder)))
        for stop in stops:
            desk.service.fails = [stop] if stop else []
            try:
                desk.ask(bookings_of(count))
            except TerminalError:
                continue
        desk.service.fails = []
        assert len(desk.ask(bookings_of(count))) == count
        assert set(desk.service.asked().values()) == {1}
