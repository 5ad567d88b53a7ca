"""The FHIR client: against a server that someone else wrote, which stores and searches, and against `$submit`."""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from fhir.resources.R4B.coverageeligibilityrequest import CoverageEligibilityRequest
from fhir_questions import INSTITUTION, NOW, RESPONSE, Connect, lines_from, numbers, question, response_to
from practice_line import with_authority

from terminal.coverage import InForce, NotInForce, StillRunning
from terminal.eligibility import untrusted_json
from terminal.eligibility.fhir_coverage import read_fhir_coverage
from terminal.eligibility.fhir_question import encode_fhir_number_question, encode_fhir_question, request_id
from terminal.eligibility.fhir_resources import resources_of
from terminal.eligibility.number_query import Insured, NumberQuestion
from terminal.people import Consent

INSURED = Insured("00138057", "12", "345678", "01", date(1992, 4, 12))


def number_question() -> NumberQuestion:
    return NumberQuestion(f"n-{os.getpid()}-{next(numbers)}", INSURED, NOW.date())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_authority(tmp_path_factory.mktemp("fhir"))


@pytest.fixture
def connect(home: Path) -> Iterator[Connect]:
    with lines_from(home) as connect:
        yield connect


# what is asked


@pytest.mark.parametrize("consents", [frozenset(), frozenset({Consent.LIMIT_AMOUNT})])
def test_a_question_about_a_card_is_fhir_and_says_of_its_holder_the_certificate_alone(
    consents: frozenset[Consent],
) -> None:
    body = encode_fhir_question(question(consents), INSTITUTION)
    request = CoverageEligibilityRequest.model_validate_json(body)
    assert request.purpose == ["validation", *(["benefits"] if consents else [])]
    assert request.servicedDate == NOW.date()
    for personal in ("見本", "花子", "架空区", "1992"):
        assert personal not in body.decode()


def test_a_question_about_a_number_is_fhir_and_its_coverage_is_read_as_it_was_meant() -> None:
    body = encode_fhir_number_question(number_question(), INSTITUTION, NOW)
    CoverageEligibilityRequest.model_validate_json(body)
    resources = resources_of(untrusted_json.parse(body))
    coverage = read_fhir_coverage(resources.find({"reference": "#coverage"}), resources)
    assert (coverage.insurer_number, coverage.branch) == (INSURED.insurer_number, INSURED.branch)
    assert (coverage.symbol, coverage.subscriber_id) == ("１２", "３４５６７８")


@pytest.mark.parametrize(("identifier", "is_kept"), [("20261122101500-abc.1", True), ("a_b", False), ("x" * 65, False)])
def test_a_request_has_an_id_that_fhir_allows(identifier: str, *, is_kept: bool) -> None:
    assert (request_id(identifier) == identifier) == is_kept
    assert len(request_id(identifier)) <= 64
    assert "_" not in request_id(identifier)


# a server that someone else wrote: no $submit, so requests are stored and responses are looked for


@pytest.fixture(scope="module")
def sekmet(home: Path) -> Iterator[str]:
    """The base address of sekmet-fhir, with our certificates around it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    tls = home / "tls"
    with (home / "sekmet.log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "--factory", "sekmet.main:app_factory"),
                *("--host", "127.0.0.1", "--port", str(port), "--ws", "none", "--loop", "asyncio", "--http", "h11"),
                *("--ssl-keyfile", str(tls / "server.key"), "--ssl-certfile", str(tls / "server.crt")),
                *("--ssl-ca-certs", str(tls / "ca.crt"), "--ssl-cert-reqs", str(int(ssl.CERT_REQUIRED))),
            ],
            cwd=home,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for_listener(port, process)
        yield f"https://127.0.0.1:{port}/fhir"
    finally:
        process.terminate()
        process.wait(20)


def wait_for_listener(port: int, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        threading.Event().wait(0.1)
    pytest.fail("the FHIR server did not start")


@pytest.fixture
def payer(home: Path, sekmet: str) -> Iterator[httpx.Client]:
    """The insurer's own hands on the server."""
    context = ssl.create_default_context(cafile=home / "tls/ca.crt")
    context.load_cert_chain(home / "tls/client.crt", home / "tls/client.key")
    with httpx.Client(verify=context, base_url=f"{sekmet}/", trust_env=False) as client:
        yield client


def answering(payer: httpx.Client, identifier: str, **changes: object) -> threading.Thread:
    """Waits for the request to be there, and puts the response beside it."""

    def answer() -> None:
        give_up = time.monotonic() + 20
        while time.monotonic() < give_up:
            found = payer.get(f"CoverageEligibilityRequest/{identifier}")
            if found.status_code == 200:
                CoverageEligibilityRequest.model_validate(found.json())
                assert payer.post(RESPONSE, json=response_to(found.json(), **changes)).status_code == 201
                return
            threading.Event().wait(0.05)

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def test_a_stored_request_is_answered_by_the_response_that_names_it(
    sekmet: str, payer: httpx.Client, connect: Connect
) -> None:
    asked = question()
    payer_answers = answering(payer, asked.identifier)
    reply = connect(sekmet).ask(asked)
    payer_answers.join(20)
    assert isinstance(reply, InForce)
    assert (reply.record.name, reply.coverage.insurer_number) == ("見本　花子", "00138057")


def test_a_number_is_asked_about_in_the_same_way(sekmet: str, payer: httpx.Client, connect: Connect) -> None:
    asked = number_question()
    in_force = [{"coverage": {"reference": "#c1"}, "inforce": False}]
    payer_answers = answering(payer, asked.identifier, insurance=in_force)
    assert isinstance(connect(sekmet).ask_by_number(asked), NotInForce)
    payer_answers.join(20)


def test_a_request_that_nobody_answers_is_still_at_work_when_the_budget_is_over(sekmet: str, connect: Connect) -> None:
    began = time.monotonic()
    line = connect(sekmet, budget=timedelta(seconds=6))
    assert line.ask(question()) == StillRunning()
    assert time.monotonic() - began < 7


def test_a_question_put_twice_is_stored_once(sekmet: str, payer: httpx.Client, connect: Connect) -> None:
    asked = question()
    payer_answers = answering(payer, asked.identifier)
    line = connect(sekmet)
    assert line.ask(asked) == line.ask(asked)
    payer_answers.join(20)
    sought = payer.get("CoverageEligibilityRequest", params={"_id": asked.identifier}).json()
    assert sought["total"] == 1


def test_somebody_is_there_for_a_probe(sekmet: str, connect: Connect) -> None:
    connect(sekmet).probe()
