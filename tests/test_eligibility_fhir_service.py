"""The FHIR client: against a server that someone else wrote, which stores and searches, and against `$submit`."""

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from fhir.resources.R4B.coverageeligibilityrequest import CoverageEligibilityRequest
from fhir.resources.R4B.coverageeligibilityresponse import CoverageEligibilityResponse

from terminal.card_token import TokenKind
from terminal.commands.configured import guarded, service_of
from terminal.configuration.settings import Eligibility, FhirService, ServiceKind
from terminal.coverage import InForce, NotFound, NotInForce, Question, Refused, StillRunning
from terminal.eligibility import untrusted_json
from terminal.eligibility.breaker import GuardedEligibility
from terminal.eligibility.fhir import FhirEligibility
from terminal.eligibility.fhir_coverage import INSURED_PERSON, INSURER_NUMBER, MEMBER_ID, read_fhir_coverage
from terminal.eligibility.fhir_question import encode_fhir_number_question, encode_fhir_question, request_id
from terminal.eligibility.fhir_resources import resources_of
from terminal.eligibility.number_query import Insured, NumberQuestion
from terminal.people import Card, Consent, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.practice.authority import Authority
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
INSTITUTION = "1319999999"
BUDGET = timedelta(seconds=20)  # for answers that do come
SHORT = timedelta(seconds=1.5)  # for those that do not
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
CARD = Card("insertion-1", TokenKind.PLASTIC, b"\x30\x82certificate", NOW, 10, 3)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
INSURED = Insured("00138057", "12", "345678", "01", date(1992, 4, 12))
RESPONSE = "CoverageEligibilityResponse"

_numbers = count(1)
Resource = dict[str, Any]


def question(consents: frozenset[Consent] = frozenset()) -> Question:
    return Question(f"q-{os.getpid()}-{next(_numbers)}", VERIFIED, consents, NOW.date(), NOW)


def number_question() -> NumberQuestion:
    return NumberQuestion(f"n-{os.getpid()}-{next(_numbers)}", INSURED, NOW.date())


def response_to(asked: Resource, **changes: object) -> Resource:
    """A whole answer, in force, that points to the request."""
    response: Resource = {
        "resourceType": RESPONSE,
        "status": "active",
        "purpose": ["validation"],
        "patient": {"reference": "#p1"},
        "servicedDate": asked["servicedDate"],
        "created": "2026-11-22",
        "request": {"reference": f"CoverageEligibilityRequest/{asked['id']}"},
        "insurer": {"reference": "#o1"},
        "outcome": "complete",
        "insurance": [{"coverage": {"reference": "#c1"}, "inforce": True}],
        "contained": [
            {"resourceType": "Patient", "id": "p1", "name": [{"text": "見本　花子"}], "birthDate": "1992-04-12"},
            {
                "resourceType": "Coverage",
                "id": "c1",
                "status": "active",
                "extension": [{"url": f"{INSURED_PERSON}Number", "valueString": "３４５６７８"}],
                "identifier": [{"system": MEMBER_ID, "value": "00138057::３４５６７８:"}],
                "beneficiary": {"reference": "#p1"},
                "payor": [{"reference": "#o1"}],
            },
            {
                "resourceType": "Organization",
                "id": "o1",
                "name": "架空区",
                "identifier": [{"system": INSURER_NUMBER, "value": "00138057"}],
            },
        ],
    }
    CoverageEligibilityResponse.model_validate(response | changes)  # what the tests say is FHIR
    return response | changes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fhir")
    Authority.make(datetime.now(UTC)).save(folder)
    return folder


Connect = Callable[..., FhirEligibility]


@pytest.fixture
def connect(home: Path) -> Iterator[Connect]:
    lines: list[FhirEligibility] = []

    def connect(url: str, budget: timedelta = BUDGET) -> FhirEligibility:
        tls = home / "tls"
        lines.append(
            FhirEligibility(
                url,
                INSTITUTION,
                ca_file=tls / "ca.crt",
                client_certificate=tls / "client.crt",
                client_key=tls / "client.key",
                budget=budget,
            )
        )
        return lines[-1]

    yield connect
    for line in lines:
        line.close()


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


# a server that has $submit


class Payer(BaseHTTPRequestHandler):
    """Says what the test wants; `paths` are what was asked for."""

    protocol_version = "HTTP/1.1"
    paths: ClassVar[list[str]] = []
    keys: ClassVar[list[str]] = []
    asked: ClassVar[Resource] = {}
    says: ClassVar[Callable[[Resource], tuple[int, object]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.paths.append(self.path)
        self.keys.append(self.headers["Idempotency-Key"])
        if self.path.endswith("$submit"):
            Payer.asked = json.loads(body)
        status, answer = Payer.says(Payer.asked)
        encoded = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        pass


@pytest.fixture(scope="module")
def submit_url(home: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home / "tls/server.crt", home / "tls/server.key")
    context.load_verify_locations(home / "tls/ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    with ThreadingHTTPServer(("127.0.0.1", 0), Payer) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield f"https://127.0.0.1:{server.server_address[1]}/r4/"
        server.shutdown()
        serving.join(20)


def says(answer: Callable[[Resource], tuple[int, object]]) -> None:
    Payer.paths.clear()
    Payer.keys.clear()
    Payer.says = staticmethod(answer)


def test_a_submitted_request_is_answered_at_once_under_its_own_key(submit_url: str, connect: Connect) -> None:
    says(lambda request: (200, response_to(request)))
    asked = question()
    assert isinstance(connect(submit_url).ask(asked), InForce)
    assert Payer.paths == ["/r4/CoverageEligibilityRequest/$submit"]
    assert Payer.keys == [asked.identifier]


def test_a_response_may_name_the_request_by_its_identifier(submit_url: str, connect: Connect) -> None:
    says(
        lambda request: (200, response_to(request, insurance=[], request={"identifier": request["identifier"][0]})),
    )
    assert connect(submit_url).ask(question()) == NotFound()


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"request": {"reference": "CoverageEligibilityRequest/another"}}, "request is another one"),
        ({"request": {"identifier": {"value": "another"}}}, "request is another one"),
        ({"request": {"display": "yours"}}, "request is another one"),
        ({"servicedDate": "2026-11-21"}, "servicedDate is another day"),
    ],
)
def test_an_answer_to_something_else_is_none(submit_url: str, connect: Connect, change: Resource, detail: str) -> None:
    says(lambda request: (200, response_to(request, **change)))
    with pytest.raises(TerminalError) as raised:
        connect(submit_url).ask(question())
    assert (raised.value.problem, raised.value.detail) == (Problem.SERVICE_UNREADABLE, detail)


def test_a_refusal_is_told_in_the_servers_own_words(submit_url: str, connect: Connect) -> None:
    issue = {"severity": "error", "code": "business-rule", "details": {"text": "対象外の照会です"}}
    says(lambda _: (422, {"resourceType": "OperationOutcome", "issue": [issue]}))
    assert connect(submit_url).ask(question()) == Refused("business-rule", "対象外の照会です")


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (401, Problem.SERVICE_REFUSED),
        (500, Problem.SERVICE_UNREADABLE),
        (503, Problem.SERVICE_BUSY),
        (302, Problem.SERVICE_UNREADABLE),
    ],
)
def test_a_status_without_words_is_one_problem(
    submit_url: str, connect: Connect, status: int, problem: Problem
) -> None:
    says(lambda _: (status, {}))
    with pytest.raises(TerminalError) as raised:
        connect(submit_url).ask(question())
    assert raised.value.problem is problem


def test_a_queued_request_is_looked_for_until_it_is_answered(submit_url: str, connect: Connect) -> None:
    queued = {"outcome": "queued", "insurance": []}
    says(lambda request: (200, response_to(request, **({} if len(Payer.paths) > 2 else queued))))
    assert isinstance(connect(submit_url).ask(question()), InForce)
    assert Payer.paths == ["/r4/CoverageEligibilityRequest/$submit", *["/r4/CoverageEligibilityResponse/_search"] * 2]


def test_a_request_that_was_taken_and_stays_queued_is_still_at_work(submit_url: str, connect: Connect) -> None:
    says(lambda request: (200 if Payer.paths[1:] else 202, {"resourceType": "Bundle", "type": "searchset"}))
    assert connect(submit_url, budget=SHORT).ask(question()) == StillRunning()


def test_the_configuration_chooses_it_and_a_breaker_stands_around_it(home: Path, submit_url: str) -> None:
    tls = home / "tls"
    fhir = FhirService(submit_url, tls / "ca.crt", tls / "client.crt", tls / "client.key")
    service = service_of(Eligibility(ServiceKind.FHIR, fhir=fhir), INSTITUTION)

    class FixedClock:
        def now(self) -> datetime:
            return NOW

    says(lambda request: (200, response_to(request)))
    behind = guarded(service, FixedClock())
    try:
        assert isinstance(behind, GuardedEligibility)
        assert isinstance(behind.ask(question()), InForce)
    finally:
        behind.close()
