"""What was checked offline is asked again under the same key, whatever is killed when: none lost, none sent as two."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from reasked_world import COVERAGE, NOW, RECORD, World, outbox_in, question

from offline_cache.outbox import SqlOutbox
from terminal.coverage import (
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Question,
    Recalled,
    Refused,
    Reply,
    StillRunning,
)
from terminal.eligibility.check import OUTAGES, check
from terminal.events import EligibilityUnanswered
from terminal.outbox.backoff import LONGEST_WAIT, MOST_ATTEMPTS
from terminal.outbox.difference import Difference, Finding
from terminal.outbox.queued import Stage
from terminal.problems import Problem, TerminalError
from terminal.reasking import Reasking


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def outbox(tmp_path: Path, world: World) -> Iterator[SqlOutbox]:
    with outbox_in(tmp_path, world) as outbox:
        yield outbox


@pytest.fixture
def reasking(world: World, outbox: SqlOutbox) -> Reasking:
    return Reasking(world, outbox, world, world, chance=lambda: 0.5)


@pytest.mark.parametrize("problem", sorted(OUTAGES))
def test_a_check_made_in_an_outage_is_queued_with_what_was_shown(
    problem: Problem, world: World, outbox: SqlOutbox
) -> None:
    world.reply = problem
    event = check(question(), world, world, NOW, outbox)
    assert event == EligibilityUnanswered(problem, Recalled(COVERAGE, NOW, NOW.date()))
    due = outbox.due(NOW)
    assert due is not None
    assert due.shown == COVERAGE


@pytest.mark.parametrize("reply", [*sorted(set(Problem) - OUTAGES), NotFound(), InForce(RECORD, COVERAGE)])
def test_nothing_else_is_queued(reply: Reply | Problem, world: World, outbox: SqlOutbox) -> None:
    world.reply = reply
    check(question(), world, world, NOW, outbox)
    assert outbox.standings() == []


def test_a_check_that_cannot_be_queued_is_still_answered(
    world: World, outbox: SqlOutbox, caplog: pytest.LogCaptureFixture
) -> None:
    class FullDisk(SqlOutbox):
        def queue(self, question: Question, shown: Coverage | None, reason: Problem) -> None:
            raise TerminalError(Problem.JOURNAL_FAILED)

    world.reply = Problem.LINE_DOWN
    full = FullDisk.__new__(FullDisk)
    assert isinstance(check(question(), world, world, NOW, full), EligibilityUnanswered)
    assert caplog.messages == ["a check could not be queued: journal_failed"]


def test_when_the_line_is_back_everything_is_asked(world: World, outbox: SqlOutbox, reasking: Reasking) -> None:
    for number in range(32):
        outbox.queue(question(number), COVERAGE, Problem.LINE_DOWN)
    reasking.ask_due()
    assert sorted(world.asked) == sorted(f"q-{number}" for number in range(32))
    assert {each.stage for each in outbox.standings()} == {Stage.ANSWERED}


def test_while_the_line_is_down_one_question_knocks_for_all(
    world: World, outbox: SqlOutbox, reasking: Reasking
) -> None:
    for number in range(3):
        outbox.queue(question(number), COVERAGE, Problem.LINE_DOWN)
    world.reply = Problem.LINE_DOWN
    waits = [reasking.ask_due() for _ in range(3)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert len(world.asked) == 3
    assert {each.stage for each in outbox.standings()} == {Stage.WAITING}


def test_a_matter_of_certificates_buries_nothing(world: World, outbox: SqlOutbox, reasking: Reasking) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    for world.reply in (Problem.SERVICE_UNTRUSTED, Problem.SERVICE_HUNG_UP, Problem.LINE_CERTIFICATE_UNUSABLE):
        reasking.ask_due()
        world.at += timedelta(hours=2)
    assert [(each.stage, each.attempts) for each in outbox.standings()] == [(Stage.WAITING, 3)]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Problem.SERVICE_REFUSED, "service_refused"),
        (Problem.HOLDER_NOT_COMPARED, "holder_not_compared"),  # beside an official reader, which checks cards itself
        (Refused("X1", ""), "X1"),
    ],
)
def test_what_is_refused_is_dead_and_in_sight(
    reply: Reply | Problem, reason: str, world: World, outbox: SqlOutbox, reasking: Reasking
) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    world.reply = reply
    reasking.ask_due()
    assert [(each.stage, each.reason) for each in outbox.standings()] == [(Stage.DEAD, reason)]


@pytest.mark.parametrize("reply", [Problem.SERVICE_UNREADABLE, StillRunning()])
def test_a_question_that_is_never_answered_holds_up_no_other_and_dies_in_sight(
    reply: Reply | Problem, world: World, outbox: SqlOutbox, reasking: Reasking
) -> None:
    outbox.queue(question(1), COVERAGE, Problem.LINE_DOWN)
    outbox.queue(question(2), COVERAGE, Problem.LINE_DOWN)
    world.reply = reply
    for _ in range(MOST_ATTEMPTS):
        assert {each.stage for each in outbox.standings()} == {Stage.WAITING}
        reasking.ask_due()
        world.at += LONGEST_WAIT * 2
    assert {(each.stage, each.attempts) for each in outbox.standings()} == {(Stage.DEAD, MOST_ATTEMPTS)}


@pytest.mark.parametrize(
    ("reply", "found", "remembered", "forgotten"),
    [
        (InForce(RECORD, COVERAGE), Difference(Finding.AS_SHOWN), 1, 0),
        (
            InForce(RECORD, replace(COVERAGE, copay_percent=20)),
            Difference(Finding.COVERAGE_DIFFERS, ("copay_percent",)),
            0,
            1,
        ),
        (InForceUnregistered(RECORD, COVERAGE), Difference(Finding.UNREGISTERED), 0, 0),
        (NotInForce(None, newer_exists=True), Difference(Finding.ENDED_NEWER_EXISTS), 0, 1),
        (NotFound(), Difference(Finding.NOT_FOUND), 0, 1),
    ],
)
def test_the_answer_is_held_against_what_was_shown_and_the_store_follows(
    reply: Reply,
    found: Difference,
    remembered: int,
    forgotten: int,
    world: World,
    outbox: SqlOutbox,
    reasking: Reasking,
) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    world.reply = reply
    reasking.ask_due()
    assert [each.difference for each in outbox.standings()] == [found]
    assert (len(world.remembered), len(world.forgotten)) == (remembered, forgotten)


def test_an_answer_for_yesterday_confirms_nothing_for_today(
    world: World, outbox: SqlOutbox, reasking: Reasking
) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    world.at += timedelta(days=1)
    reasking.ask_due()
    assert world.remembered == []


def test_a_record_that_nobody_compared_is_not_remembered(world: World, outbox: SqlOutbox, reasking: Reasking) -> None:
    outbox.queue(question(), None, Problem.LINE_DOWN)
    reasking.ask_due()
    assert [each.difference for each in outbox.standings()] == [Difference(Finding.NOW_KNOWN)]
    assert world.remembered == []


def test_the_worker_asks_what_an_earlier_run_has_left(world: World, outbox: SqlOutbox, reasking: Reasking) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    reasking.start()
    assert world.answered.wait(30)
    reasking.close()
    assert [each.stage for each in outbox.standings()] == [Stage.ANSWERED]


def test_a_woken_worker_looks_at_once(world: World, outbox: SqlOutbox, reasking: Reasking) -> None:
    reasking.start()
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    reasking.wake()
    assert world.answered.wait(30)
    reasking.close()
