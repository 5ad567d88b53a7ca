"""The folder service and the practice link software, a process of its own: every fault, and what the desk is told."""

import itertools
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal.access_log.access import Access
from terminal.card_token import TokenKind
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.configured import folder_questions_of, folder_service_of
from terminal.configuration.settings import CardChecks, FolderService
from terminal.coverage import Coverage, InForce, Question, Refused, Reply, StillRunning
from terminal.eligibility.bookings import Asking, ask_bookings
from terminal.eligibility.bookings_file import read_bookings
from terminal.eligibility.bookings_outcome import Outcome
from terminal.eligibility.bookings_progress import Progress
from terminal.eligibility.check import OUTAGES
from terminal.eligibility.folder import FolderEligibility
from terminal.eligibility.folder_waiting import LAST_LOOK_SECONDS
from terminal.eligibility.number_query import Insured, NumberQuestion
from terminal.eligibility.xmlmsg import encode_number_question
from terminal.people import Card, Holder, IssuerTrust, VerificationMethod, Verified
from terminal.practice.deck import load_deck
from terminal.practice.link_software import PracticeLinkSoftware
from terminal.practice.link_software_faults import LinkFault
from terminal.practice.registry import register
from terminal.problems import Problem, TerminalError

INSTITUTION = "1319999999"
LONG, SHORT = timedelta(seconds=60), timedelta(seconds=LAST_LOOK_SECONDS + 1)
P01 = load_deck()["p01"]
CERTIFICATES = {person_id: f"certificate of {person_id}".encode() for person_id in ("p01", "p03", "p04", "p05")}
HOLDER = Holder(P01.name, P01.address, P01.birth_date, P01.sex, None, P01.card.expires, IssuerTrust.CHECKED)

_numbers = itertools.count()


def question(person_id: str = "p01") -> Question:
    now = datetime.now(UTC)
    card = Card("insertion", TokenKind.PLASTIC, CERTIFICATES[person_id], now, 10, 3)
    verified = Verified(card, HOLDER, VerificationMethod.FACE)
    return Question(f"q-{next(_numbers)}", verified, frozenset(), now.astimezone(JST).date(), now)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeLinkSoftware]:
    home = tmp_path_factory.mktemp("practice")
    for person_id, certificate in CERTIFICATES.items():
        register(home, certificate, person_id)
    made = PracticeLinkSoftware(home, home / "OQS", lambda module: [sys.executable, "-m", module])
    made.start()
    yield made
    made.close()


@pytest.fixture
def software(running: PracticeLinkSoftware) -> PracticeLinkSoftware:
    running.set_fault(LinkFault.NONE)
    running.set_delay(0)
    return running


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


def ask(software: PracticeLinkSoftware, record: Path, asked: Question, budget: timedelta = LONG) -> Reply:
    line = FolderEligibility(software.folder, INSTITUTION, record=record, clock=SystemClock(), budget=budget)
    try:
        return line.ask(asked)
    finally:
        line.close()


def name_in(reply: Reply) -> str | None:
    return reply.record.name if isinstance(reply, InForce) else None


@pytest.mark.parametrize("fault", [LinkFault.NONE, LinkFault.HALF, LinkFault.SHIFT_JIS])
def test_a_reply_that_comes_whole_in_the_end_is_the_answer(
    software: PracticeLinkSoftware, record: Path, fault: LinkFault
) -> None:
    software.set_fault(fault)
    assert name_in(ask(software, record, question())) == P01.name


@pytest.mark.parametrize(
    ("fault", "budget", "problem"),
    [
        (LinkFault.DOWN, SHORT, Problem.LINE_DOWN),
        (LinkFault.SWALLOW, SHORT, Problem.SERVICE_SILENT),
        (LinkFault.CUT, SHORT, Problem.SERVICE_UNREADABLE),
        (LinkFault.GARBAGE, LONG, Problem.SERVICE_UNREADABLE),
        (LinkFault.ENCRYPTED, LONG, Problem.SERVICE_UNREADABLE),
        (LinkFault.OTHER_QUESTION, LONG, Problem.SERVICE_UNREADABLE),
        (LinkFault.OTHER_INSTITUTION, LONG, Problem.SERVICE_UNREADABLE),
    ],
)
def test_a_fault_of_the_other_side_is_an_outage_and_never_an_answer(
    software: PracticeLinkSoftware, record: Path, fault: LinkFault, budget: timedelta, problem: Problem
) -> None:
    software.set_fault(fault)
    with pytest.raises(TerminalError) as caught:
        ask(software, record, question(), budget)
    assert caught.value.problem is problem
    assert problem in OUTAGES


def test_what_the_service_itself_says_is_passed_on(software: PracticeLinkSoftware, record: Path) -> None:
    software.set_fault(LinkFault.ERROR)
    assert isinstance(ask(software, record, question()), Refused)


def test_still_running_is_said_at_once_and_its_answer_comes_late(software: PracticeLinkSoftware, record: Path) -> None:
    software.set_fault(LinkFault.RUNNING)
    assert ask(software, record, question()) == StillRunning()
    assert [name_in(reply) for reply in _late(software, record)] == [P01.name]


def test_a_reply_after_the_budget_comes_late_and_was_asked_once(software: PracticeLinkSoftware, record: Path) -> None:
    software.set_delay(SHORT.total_seconds() + 0.5)
    asked = question()
    with pytest.raises(TerminalError, match="service_silent"):
        ask(software, record, asked, SHORT)
    assert [name_in(reply) for reply in _late(software, record)] == [P01.name]
    assert software.asked.count(asked.identifier) == 1


def test_a_killed_link_software_takes_the_request_when_it_is_back(software: PracticeLinkSoftware, record: Path) -> None:
    software.close()
    asked, replies = question(), list[Reply]()
    asking = threading.Thread(target=lambda: replies.append(ask(software, record, asked)))
    asking.start()
    software.start()
    asking.join(60)
    assert [name_in(reply) for reply in replies] == [P01.name]
    assert software.asked.count(asked.identifier) == 1


def test_many_at_once_from_two_desks_each_have_their_own_answer(software: PracticeLinkSoftware, tmp_path: Path) -> None:
    deck = load_deck()
    people = [person_id for person_id in CERTIFICATES if deck[person_id].records] * 10
    lines = [
        FolderEligibility(
            software.folder, INSTITUTION, record=tmp_path / f"{desk}.db", clock=SystemClock(), budget=LONG
        )
        for desk in "12"
    ]
    said: dict[int, tuple[str, Reply]] = {}

    def visit(number: int, person_id: str) -> None:
        said[number] = person_id, lines[number % 2].ask(question(person_id))

    visits = [threading.Thread(target=visit, args=each) for each in enumerate(people)]
    for each in visits:
        each.start()
    for each in visits:
        each.join(60)
    assert len(said) == len(people)
    for person_id, reply in said.values():
        assert name_in(reply) in (None, deck[person_id].records[0].elements["Name"])
    assert sum(name_in(reply) is not None for _, reply in said.values()) >= 10
    assert len(set(software.asked)) == len(software.asked)
    for line in lines:
        line.close()


def test_a_question_by_number_goes_through_the_same_folders(software: PracticeLinkSoftware, record: Path) -> None:
    elements = P01.records[0].elements
    insured = Insured(
        elements["InsurerNumber"],
        elements["InsuredCardSymbol"],
        elements["InsuredIdentificationNumber"],
        elements["InsuredBranchNumber"],
        P01.birth_date,
    )
    today = datetime.now(JST).date()
    asked = NumberQuestion(f"q-{next(_numbers)}", insured, today)
    line = folder_questions_of(FolderService(software.folder, budget_seconds=60, record=record), INSTITUTION)
    reply = line.ask_message(asked.identifier, today, encode_number_question(asked, INSTITUTION))
    line.close()
    assert name_in(reply) == P01.name


@pytest.mark.parametrize("way", CardChecks)
def test_the_configured_service_confirms_the_holder_either_way(
    software: PracticeLinkSoftware, record: Path, way: CardChecks
) -> None:
    service = folder_service_of(
        FolderService(software.folder, budget_seconds=60, card_checks=way, record=record), INSTITUTION
    )
    software.lay_card("p03")
    software.lay_card("p01")
    reply = service.ask(replace(question(), asked_at=datetime.now(UTC)))
    service.close()
    assert name_in(reply) == P01.name


def _late(software: PracticeLinkSoftware, record: Path) -> list[Reply]:
    line = FolderEligibility(software.folder, INSTITUTION, record=record, clock=SystemClock(), budget=LONG)
    until = time.monotonic() + 60
    while not (late := list(line.late())) and time.monotonic() < until:
        threading.Event().wait(0.05)
    line.close()
    return [each.reply for each in late]


def test_a_days_bookings_are_asked_about_through_the_folders_and_each_once(
    software: PracticeLinkSoftware, record: Path, tmp_path: Path
) -> None:
    rows = "9:00,見本　花子,1992-04-12,990010,12,345678,01\n10:00,見本　花子,1992-04-12,990010,12,345679,01\n"
    today = datetime.now(JST).date()
    bookings = read_bookings(f"予約時刻,氏名,生年月日,保険者番号,記号,番号,枝番\n{rows}".encode(), today)
    kept, recorded = Kept(), list[Access]()
    line = FolderEligibility(software.folder, INSTITUTION, record=record, clock=SystemClock(), budget=LONG)
    try:
        for _ in range(2):  # the second time finds all answered
            with closing(Progress(tmp_path / "progress.db", b"digest", today)) as progress:
                asking = Asking(
                    *(line, kept, SystemClock(), INSTITUTION, "practice"),
                    *(recorded.extend, time.sleep, lambda done, total: None),
                )
                ask_bookings(bookings, today, progress, asking)
                outcomes = [Outcome(answered.outcome) for answered in progress.outcomes().values()]
    finally:
        line.close()
    assert outcomes == [Outcome.IN_FORCE, Outcome.NOT_FOUND]
    assert [coverage.branch for coverage in kept.answers.values()] == ["01"]
    assert len(recorded) == 2


class Kept:
    def __init__(self) -> None:
        self.answers: dict[bytes, Coverage] = {}

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        self.answers[insured.key] = coverage

    def forget_by_number(self, insured: Insured) -> None:
        self.answers.pop(insured.key, None)


def test_a_number_is_asked_about_through_the_folders(software: PracticeLinkSoftware, record: Path) -> None:
    insured = Insured("00990010", "12", "345678", "01", P01.birth_date)
    line = FolderEligibility(software.folder, INSTITUTION, record=record, clock=SystemClock(), budget=LONG)
    try:
        reply = line.ask_by_number(NumberQuestion(f"n-{next(_numbers)}", insured, datetime.now(JST).date()))
    finally:
        line.close()
    assert name_in(reply) == P01.name
