"""The practice eligibility service as a process, asked through the real HTTPS client: each fault, cut and mended."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from xml.etree.ElementTree import fromstring

import pytest
from practice_line import (
    BUDGET,
    CERTIFICATE,
    HOLDER,
    INSTITUTION,
    NOW,
    VERIFIED,
    connected,
    problem_of,
    question,
    running_at,
    well,
    with_person,
)

from terminal.checkin import advance
from terminal.commands.practice import run
from terminal.coverage import (
    Coverage,
    InForce,
    NotFound,
    Recalled,
    Refused,
    Relation,
    SeveralFound,
    StillRunning,
)
from terminal.eligibility.check import check
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.practice.answers import read_question, write_answer
from terminal.practice.deck import Person, PracticeRecord, load_deck
from terminal.practice.faults import Fault
from terminal.practice.misanswers import misanswer
from terminal.practice.registry import person_id_of, register
from terminal.practice.service import PracticeService
from terminal.problems import Problem, TerminalError
from terminal.recording import outcome_of
from terminal.states import CheckingEligibility, Ended


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_person(tmp_path_factory.mktemp("practice"))


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[PracticeService]:
    with running_at(home) as service:
        yield service


@pytest.fixture
def service(running: PracticeService) -> PracticeService:
    return well(running)


@pytest.fixture
def line(home: Path, service: PracticeService) -> Iterator[HttpsEligibility]:
    with closing(connected(service, home, BUDGET)) as line:
        yield line


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
        (Fault.EXPIRED_CERTIFICATE, Problem.SERVICE_UNTRUSTED),
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


class Stored:
    """A store that has an answer of yesterday for everyone."""

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None: ...

    def forget(self, certificate: bytes) -> None: ...

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        coverage = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, None, None, None)
        return Recalled(coverage, now - timedelta(days=1), now.date())

    def close(self) -> None: ...


SHOWN = {
    Fault.NONE: ("confirmed", ""),
    Fault.HANG: ("provisional", Problem.SERVICE_SILENT),
    Fault.DELAY: ("confirmed", ""),
    Fault.DRIP: ("provisional", Problem.SERVICE_SILENT),
    Fault.CUT: ("provisional", Problem.SERVICE_UNREADABLE),
    Fault.CLOCK_OFF: ("confirmed", ""),
    Fault.BUSY: ("provisional", Problem.SERVICE_BUSY),
    Fault.DISCONNECT: ("unconfirmed", Problem.SERVICE_HUNG_UP),
    Fault.REFUSE_CERTIFICATE: ("unconfirmed", Problem.SERVICE_HUNG_UP),
    Fault.EXPIRED_CERTIFICATE: ("unconfirmed", Problem.SERVICE_UNTRUSTED),
    Fault.GARBAGE: ("provisional", Problem.SERVICE_UNREADABLE),
    Fault.HALF_BODY: ("provisional", Problem.SERVICE_UNREADABLE),
    Fault.WRONG_CHARSET: ("confirmed", ""),
    Fault.UNKNOWN_CHARSET: ("provisional", Problem.SERVICE_UNREADABLE),
    Fault.WRONG_IDENTIFIER: ("provisional", Problem.SERVICE_UNREADABLE),
    Fault.REPLAYED: ("provisional", Problem.SERVICE_UNREADABLE),
    Fault.CLOCK_AHEAD: ("provisional", Problem.SERVICE_UNREADABLE),
    Fault.ANOTHER_PERSON: ("withheld", Problem.RECORD_DIFFERS),
    Fault.ENDED: ("unconfirmed", Problem.COVERAGE_ENDED),
    Fault.ENDED_NEWER_EXISTS: ("unconfirmed", Problem.COVERAGE_ENDED_NEWER_EXISTS),
    Fault.NOT_FOUND: ("unconfirmed", Problem.COVERAGE_NOT_FOUND),
    Fault.SEVERAL: ("unconfirmed", Problem.COVERAGE_SEVERAL),
    Fault.UNREGISTERED: ("unconfirmed", Problem.COVERAGE_UNREGISTERED),
    Fault.REFUSED: ("unconfirmed", Problem.SERVICE_REFUSED),
    Fault.RUNNING: ("unconfirmed", Problem.SERVICE_STILL_RUNNING),
    Fault.ERROR: ("unconfirmed", Problem.SERVICE_REFUSED),
}


@pytest.mark.parametrize("fault", Fault)
def test_the_desk_shows_what_each_fault_means_to_a_patient_with_a_stored_answer(
    home: Path, service: PracticeService, fault: Fault
) -> None:
    person = load_deck()["p01"]
    holder = replace(HOLDER, name=person.name, address=person.address, birth_date=person.birth_date, sex=person.sex)
    verified = replace(VERIFIED, holder=holder)
    is_patient = SHOWN[fault][0] != "provisional"
    with closing(connected(service, home, timedelta(seconds=5) if is_patient else timedelta(seconds=1))) as line:
        service.set_fault(fault, seed=7)
        event = check(replace(question(), verified=verified), line, Stored(), NOW)
    ended = advance(CheckingEligibility(verified, frozenset()), event)
    assert isinstance(ended, Ended)
    assert outcome_of(ended) == SHOWN[fault]


def test_the_command_takes_a_fault_by_its_name(tmp_path: Path) -> None:
    arguments = ("--headless", "--person", "p01", "--fault", "another_person", "--seed", "3", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "practice", *arguments, "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["outcome"], result["reason"]) == SHOWN[Fault.ANOTHER_PERSON]
    assert result["coverage"] is None


def test_the_command_refuses_a_fault_that_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--fault", "no such"], ["--headless", "--person", "p01", "--cut-line", "--fault", "busy"]):
        with pytest.raises(SystemExit) as raised:
            run(arguments)
        assert raised.value.code == 2
    assert "a line that is cut has no other fault" in capsys.readouterr().err


def test_the_same_seed_leaves_the_same_to_chance() -> None:
    deck = load_deck()
    asked = read_question(encode_question(question(), INSTITUTION))

    def said(fault: Fault, seed: int) -> bytes:
        return misanswer(fault, asked, deck["p01"], deck, Random(seed), NOW)

    for fault in (Fault.ANOTHER_PERSON, Fault.HALF_BODY):
        assert said(fault, 7) == said(fault, 7)
        assert len({said(fault, seed) for seed in range(20)}) > 5


@pytest.mark.parametrize("seed", range(20))
def test_someone_elses_record_is_never_of_the_same_name_and_birth_date(seed: int) -> None:
    deck = load_deck()
    asked = read_question(encode_question(question(), INSTITUTION))
    message = misanswer(Fault.ANOTHER_PERSON, asked, deck["p01"], deck, Random(seed), NOW)
    answer = decode_reply(message, asked.identifier, INSTITUTION, NOW.date())
    assert isinstance(answer, InForce)
    assert (answer.record.name, answer.record.birth_date) != (deck["p01"].name, deck["p01"].birth_date)


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
