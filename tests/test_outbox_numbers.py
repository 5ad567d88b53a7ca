"""Who came with a paper in an outage is asked about again by the same numbers, under the same key, as cards are."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from reasked_world import outbox_in

from offline_cache.outbox import ACTOR, SqlOutbox
from offline_cache.store import read_store
from terminal.access_log.access import Action
from terminal.access_log.entry import Entry, read_entry
from terminal.access_log.verify import Intact, verify
from terminal.coverage import (
    Certificate,
    Coverage,
    InForce,
    NotFound,
    NotInForce,
    Question,
    Recalled,
    Record,
    Refused,
    Relation,
    Reply,
)
from terminal.eligibility.check import OUTAGES
from terminal.eligibility.xmlmsg import encode_number_question
from terminal.events import EligibilityUnanswered, Event
from terminal.insured import Insured, NumberQuestion
from terminal.outbox.difference import Difference, Finding
from terminal.outbox.queued import Queued, Stage, read_queued, write_queued
from terminal.outbox.report import LANGUAGES, lines, report_of
from terminal.people import Consent, Paper, VerificationMethod, Verified
from terminal.perform import perform
from terminal.ports import ByNumber, Ports
from terminal.problems import Problem, TerminalError
from terminal.reasking import Reasking
from terminal.states import CheckingEligibility

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
INSURED = Insured("00990010", "１２", "345678", "01", date(1992, 4, 12))
VERIFIED = Verified(Paper("visit-of-a-paper", INSURED), None, VerificationMethod.PAPER)
COVERAGE = Coverage("00990010", "架空市", "１２", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
RECORD = Record("見本　花子", None, INSURED.birth_date, None, None)
QUESTION = Question("20261122093000-visit-of-a-p", VERIFIED, frozenset({Consent.LIMIT_AMOUNT}), NOW.date(), NOW)
ANOTHERS = replace(RECORD, birth_date=date(1992, 4, 13))


@dataclass
class World:
    """Service, tokens and clock, with knobs. Nobody is asked about with a card."""

    reply: Reply | Problem = Problem.LINE_DOWN
    at: datetime = NOW
    asked: list[bytes] = field(default_factory=list)
    remembered: list[Insured] = field(default_factory=list)
    forgotten: list[Insured] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        self.asked.append(encode_number_question(question, "1319999999"))
        if isinstance(self.reply, Problem):
            raise TerminalError(self.reply)
        return self.reply

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        self.remembered.append(insured)

    def forget_by_number(self, insured: Insured) -> None:
        self.forgotten.append(insured)

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        return Recalled(COVERAGE, NOW - timedelta(hours=14), date(2026, 12, 1))


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def outbox(tmp_path: Path, world: World) -> Iterator[SqlOutbox]:
    with outbox_in(tmp_path, world) as outbox:
        yield outbox


def checked(world: World, outbox: SqlOutbox) -> Event:
    rest = cast("Any", world)
    ports = Ports(rest, rest, rest, rest, rest, rest, rest, rest, outbox, ByNumber(world, world))
    return perform(CheckingEligibility(VERIFIED, QUESTION.consents), ports, lambda: True)


def asked_again(world: World, outbox: SqlOutbox) -> None:
    rest = cast("Any", world)
    Reasking(rest, outbox, rest, world, ByNumber(world, world), lambda: 0.5).ask_due()


def entries_in(folder: Path) -> list[Entry]:
    with closing(read_store(folder, None)) as log:
        assert isinstance(verify(log.stored(), log.keys), Intact)
        return [read_entry(stored.line) for stored in log.entries()]


@pytest.mark.parametrize("problem", sorted(OUTAGES))
def test_a_number_check_of_an_outage_is_queued_with_what_was_shown(
    problem: Problem, world: World, outbox: SqlOutbox
) -> None:
    world.reply = problem
    event = checked(world, outbox)
    assert isinstance(event, EligibilityUnanswered)
    assert event.recalled is not None
    due = outbox.due(NOW)
    assert due is not None
    assert (due.question.numbers, due.shown) == (QUESTION.numbers, COVERAGE)


@pytest.mark.parametrize("reply", [InForce(RECORD, COVERAGE), NotFound(), Problem.SERVICE_UNTRUSTED])
def test_nothing_else_is_queued(reply: Reply | Problem, world: World, outbox: SqlOutbox) -> None:
    world.reply = reply
    checked(world, outbox)
    assert outbox.standings() == []


def test_when_the_line_is_back_it_is_the_same_question_to_the_byte(
    world: World, outbox: SqlOutbox, tmp_path: Path
) -> None:
    checked(world, outbox)
    world.reply = InForce(RECORD, COVERAGE)
    asked_again(world, outbox)
    first, second = world.asked
    assert first == second
    assert [each.difference for each in outbox.standings()] == [Difference(Finding.AS_SHOWN)]
    assert world.remembered == [INSURED]
    queued, again = entries_in(tmp_path)
    for entry, detail in ((queued, ("queued", "line_down")), (again, ("again", "1"))):
        assert (entry.action, entry.actor, entry.visit) == (Action.ELIGIBILITY_ASKED, ACTOR, "visit-of-a-paper")
        assert {("by", "number"), detail} <= set(entry.details)


@pytest.mark.parametrize(
    ("reply", "finding"),
    [
        (InForce(RECORD, replace(COVERAGE, copay_percent=20)), Finding.COVERAGE_DIFFERS),
        (NotInForce(RECORD, newer_exists=False), Finding.ENDED),
        (NotFound(), Finding.NOT_FOUND),
        (InForce(ANOTHERS, COVERAGE), Finding.PERSON_DIFFERS),
        (InForce(RECORD, replace(COVERAGE, branch="02")), Finding.PERSON_DIFFERS),
        (NotInForce(ANOTHERS, newer_exists=False), Finding.PERSON_DIFFERS),
    ],
)
def test_what_turned_out_different_is_in_the_report_and_out_of_the_store(
    reply: Reply, finding: Finding, world: World, outbox: SqlOutbox
) -> None:
    outbox.queue(QUESTION, COVERAGE, Problem.LINE_DOWN)
    world.reply = reply
    asked_again(world, outbox)
    standings = outbox.standings()
    assert [each.difference and each.difference.finding for each in standings] == [finding]
    assert (world.remembered, world.forgotten) == ([], [INSURED])
    for language in LANGUAGES:
        report = lines(report_of(standings, date(2026, 11, 1)), language)
        assert len(report) == 2
        assert not any(INSURED.number in line or "花子" in line for line in report)


def test_a_certificate_of_the_days_answer_is_no_difference(world: World, outbox: SqlOutbox) -> None:
    outbox.queue(QUESTION, COVERAGE, Problem.LINE_DOWN)
    world.reply = InForce(RECORD, replace(COVERAGE, limit_certificate=Certificate(NOW.date(), None)))
    asked_again(world, outbox)
    assert [each.difference for each in outbox.standings()] == [Difference(Finding.AS_SHOWN)]


def test_what_is_refused_is_dead_and_in_sight(world: World, outbox: SqlOutbox) -> None:
    outbox.queue(QUESTION, None, Problem.LINE_DOWN)
    world.reply = Refused("X1", "")
    asked_again(world, outbox)
    assert [(each.stage, each.reason, each.visit) for each in outbox.standings()] == [
        (Stage.DEAD, "X1", "visit-of-a-paper")
    ]


def test_a_number_check_holds_up_no_card_check_where_nobody_is_asked_by_number(world: World, outbox: SqlOutbox) -> None:
    outbox.queue(QUESTION, None, Problem.LINE_DOWN)
    rest = cast("Any", world)
    Reasking(rest, outbox, rest, world, chance=lambda: 0.5).ask_due()
    assert [(each.stage, each.reason) for each in outbox.standings()] == [(Stage.WAITING, "configuration_wrong")]
    assert outbox.due(NOW) is None


def test_the_numbers_come_back_as_they_were_typed() -> None:
    kept = read_queued(write_queued(Queued(QUESTION, COVERAGE)), 2)
    assert kept == Queued(QUESTION, COVERAGE, 2)


@pytest.mark.parametrize("spoiled", [b'"symbol": 1', b'"symbol_": ""', b'"symbol": null'])
def test_damaged_numbers_are_told(spoiled: bytes) -> None:
    written = write_queued(Queued(QUESTION, COVERAGE))
    whole = '"symbol": "１２"'.encode()
    head, tail = written.split(b'"shown"')[0], written.split(b'"shown"')[1]
    numbers = head.replace(whole, spoiled)
    assert numbers != head
    with pytest.raises(TerminalError) as raised:
        read_queued(numbers + b'"shown"' + tail, 0)
    assert raised.value.problem is Problem.STORE_UNREADABLE


def test_no_file_shows_the_numbers_that_wait(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.queue(QUESTION, COVERAGE, Problem.LINE_DOWN)
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"345678" not in content
        assert b"19920412" not in content
        assert b"1992-04-12" not in content
