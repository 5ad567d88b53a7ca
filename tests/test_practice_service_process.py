"""The practice service as a process: probed, cut off, mended, killed, and ended with its standard input."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from practice_line import BUDGET, command, connected, problem_of, question, running_at, well, with_person

from terminal.coverage import (
    InForce,
)
from terminal.eligibility.https import HttpsEligibility
from terminal.limits import MOST_DRIFT_SECONDS
from terminal.practice.faults import Fault
from terminal.practice.service import MODULE, PracticeService
from terminal.problems import Problem, TerminalError


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


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.RUNNING])
def test_a_probe_finds_somebody_without_a_question(
    service: PracticeService, line: HttpsEligibility, fault: Fault
) -> None:
    service.set_fault(fault)
    line.probe()


def test_a_probe_meets_what_a_question_would_meet(service: PracticeService, line: HttpsEligibility) -> None:
    service.set_fault(Fault.BUSY)
    with pytest.raises(TerminalError) as raised:
        line.probe()
    assert raised.value.problem is Problem.SERVICE_BUSY


@pytest.mark.parametrize(("fault", "is_off"), [(Fault.NONE, False), (Fault.CLOCK_OFF, True)])
def test_the_service_dates_its_right_answers_by_a_clock_that_can_be_off(
    service: PracticeService, line: HttpsEligibility, fault: Fault, is_off: bool
) -> None:
    service.set_fault(fault)
    assert isinstance(line.ask(question()), InForce)
    service_now = line.service_now()
    assert service_now is not None
    assert ((datetime.now(UTC) - service_now).total_seconds() > MOST_DRIFT_SECONDS) is is_off


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
    process = service._process._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    service.mend()
    assert isinstance(line.ask(question()), InForce)
