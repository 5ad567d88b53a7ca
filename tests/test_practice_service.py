"""The practice eligibility service as a process, asked through the real HTTPS client: each fault, cut and mended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from terminal.coverage import InForce, NotFound, Question, Refused, SeveralFound, StillRunning
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.people import Card, Holder, IssuerTrust, Sex, TokenKind, VerificationMethod, Verified
from terminal.practice.answers import read_question, write_answer
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, PracticeRecord, load_deck
from terminal.practice.faults import Fault
from terminal.practice.registry import person_id_of, register
from terminal.practice.service import MODULE, PracticeService
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
INSTITUTION = "1319999999"
CERTIFICATE = b"\x30\x82certificate of p01"
BUDGET = timedelta(seconds=1.5)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
VERIFIED = Verified(Card("insertion-1", TokenKind.PLASTIC, CERTIFICATE, NOW, 10, 3), HOLDER, VerificationMethod.FACE)

_numbers = count()


def question(certificate: bytes = CERTIFICATE) -> Question:
    verified = replace(VERIFIED, card=replace(VERIFIED.card, certificate=certificate))
    return Question(f"q-{next(_numbers)}", verified, frozenset(), NOW.date(), NOW)


def command(module: str) -> list[str]:
    return [sys.executable, "-m", module]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("practice")
    Authority.make(datetime.now(UTC)).save(folder)
    register(folder, CERTIFICATE, "p01")
    return folder


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[PracticeService]:
    service = PracticeService(home, command)
    service.start()
    yield service
    service.close()


@pytest.fixture
def service(running: PracticeService) -> PracticeService:
    running.start()
    running.set_fault(Fault.NONE)
    return running


@pytest.fixture
def line(home: Path, service: PracticeService) -> Iterator[HttpsEligibility]:
    tls = home / "tls"
    line = HttpsEligibility(
        service.url,
        INSTITUTION,
        ca_file=tls / "ca.crt",
        client_certificate=tls / "client.crt",
        client_key=tls / "client.key",
        budget=BUDGET,
    )
    yield line
    line.close()


def problem_of(line: HttpsEligibility) -> Problem:
    began = time.monotonic()
    with pytest.raises(TerminalError) as raised:
        line.ask(question())
    assert time.monotonic() - began < BUDGET.total_seconds() + 1
    return raised.value.problem


def test_a_registered_certificate_gets_what_the_deck_says_of_its_holder(line: HttpsEligibility) -> None:
    answer = line.ask(question())
    assert isinstance(answer, InForce)
    elements = load_deck()["p01"].records[0].elements
    assert (answer.record.name, answer.coverage.insurer_number) == (elements["Name"], elements["InsurerNumber"])


def test_a_certificate_that_nobody_registered_is_not_found(line: HttpsEligibility) -> None:
    assert line.ask(question(b"certificate of a stranger")) == NotFound()


def test_a_certificate_registered_while_the_service_runs_is_known_at_once(home: Path, line: HttpsEligibility) -> None:
    register(home, b"another certificate of p01", "p01")
    assert isinstance(line.ask(question(b"another certificate of p01")), InForce)
    assert person_id_of(home, CERTIFICATE) == "p01"


def test_the_same_key_gets_the_same_answer_and_no_other_question_may_use_it(home: Path, line: HttpsEligibility) -> None:
    asked = question(b"a certificate registered later")
    assert line.ask(asked) == NotFound()
    register(home, b"a certificate registered later", "p01")
    assert line.ask(asked) == NotFound()
    with pytest.raises(TerminalError, match="HTTP 409") as raised:
        line.ask(replace(question(), identifier=asked.identifier))
    assert raised.value.problem is Problem.SERVICE_REFUSED


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Fault.GARBAGE, Problem.SERVICE_UNREADABLE),
        (Fault.HANG, Problem.SERVICE_SILENT),
        (Fault.DRIP, Problem.SERVICE_SILENT),
        (Fault.BUSY, Problem.SERVICE_BUSY),
        (Fault.REFUSE_CERTIFICATE, Problem.SERVICE_HUNG_UP),
        (Fault.DISCONNECT, Problem.SERVICE_HUNG_UP),
        (Fault.WRONG_IDENTIFIER, Problem.SERVICE_UNREADABLE),
    ],
)
def test_each_fault_is_its_own_problem_and_is_over_once_it_is_taken_back(
    service: PracticeService, line: HttpsEligibility, fault: Fault, problem: Problem
) -> None:
    service.set_fault(fault)
    assert problem_of(line) is problem
    service.set_fault(Fault.NONE)
    assert isinstance(line.ask(question()), InForce)


def test_a_certificate_refused_in_the_middle_of_the_day_is_noticed_on_a_kept_connection(
    service: PracticeService, line: HttpsEligibility
) -> None:
    line.ask(question())
    service.set_fault(Fault.REFUSE_CERTIFICATE)
    assert problem_of(line) is Problem.SERVICE_HUNG_UP


def test_a_service_that_still_looks_or_failed_answers_so(service: PracticeService, line: HttpsEligibility) -> None:
    service.set_fault(Fault.RUNNING)
    assert line.ask(question()) == StillRunning()
    service.set_fault(Fault.ERROR)
    answer = line.ask(question())
    assert isinstance(answer, Refused)
    assert answer.code == "PRACTICE-9"


def test_a_cut_line_is_down_and_a_mended_one_answers_at_the_same_address(
    service: PracticeService, line: HttpsEligibility
) -> None:
    line.ask(question())
    url = service.url
    service.cut()
    assert service.is_cut
    assert problem_of(line) is Problem.LINE_DOWN
    service.mend()
    assert service.url == url
    assert isinstance(line.ask(question()), InForce)


def test_no_fault_can_be_set_while_the_line_is_cut(service: PracticeService) -> None:
    service.cut()
    with pytest.raises(TerminalError) as raised:
        service.set_fault(Fault.BUSY)
    assert raised.value.problem is Problem.PROGRAM_ERROR


def test_a_process_that_ends_at_once_is_said_not_to_have_started(tmp_path: Path) -> None:
    service = PracticeService(tmp_path, lambda module: [sys.executable, "-c", ""])
    with pytest.raises(TerminalError) as raised:
        service.start()
    assert raised.value.problem is Problem.PROGRAM_ERROR
    assert service.is_cut


def test_the_process_ends_with_its_standard_input(home: Path) -> None:
    process = subprocess.Popen(
        [*command(MODULE), "--home", str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"listening ")
    _, complaints = process.communicate(b'no order\n{"fault": "no such"}\n{"fault": "busy"}\n', timeout=10)
    assert (process.returncode, complaints) == (0, b"")


def test_a_process_that_someone_else_killed_is_started_again(service: PracticeService, line: HttpsEligibility) -> None:
    process = service._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    service.mend()
    assert isinstance(line.ask(question()), InForce)


def test_several_records_are_several_and_their_elements_are_not_told() -> None:
    asked = read_question(encode_question(question(), INSTITUTION))
    person = load_deck()["p01"]
    several = replace(person, records=(replace(person.records[0], validity="5"),) * 2)
    message = write_answer(asked, several, NOW)
    assert decode_reply(message, asked.identifier, INSTITUTION, NOW.date()) == SeveralFound()
    assert fromstring(message).find("MessageBody/ResultList/*") is None


def test_elements_of_those_aged_70_to_74_stand_in_their_own_section() -> None:
    asked = read_question(encode_question(question(), INSTITUTION))
    person = load_deck()["p01"]
    elements = person.records[0].elements | {"ElderlyRecipientContributionRatio": "020"}
    message = write_answer(asked, replace(person, records=(PracticeRecord("1", elements),)), NOW)
    answer = decode_reply(message, asked.identifier, INSTITUTION, NOW.date())
    assert isinstance(answer, InForce)
    assert answer.coverage.copay_percent == 20


@pytest.mark.parametrize("person", load_deck().values(), ids=lambda person: person.id)
def test_whatever_the_deck_says_of_someone_is_an_answer_that_the_desk_can_read(person: Person) -> None:
    asked = read_question(encode_question(question(), INSTITUTION))
    answer = decode_reply(write_answer(asked, person, NOW), asked.identifier, INSTITUTION, NOW.date())
    in_force = [record for record in person.records if record.validity == "1"]
    assert isinstance(answer, InForce) == (len(in_force) == 1)
