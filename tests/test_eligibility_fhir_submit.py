"""A FHIR server that is asked by `$submit`: answered at once or queued, refused, or of something else."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from fhir_questions import INSTITUTION, NOW, Connect, Resource, lines_from, question, response_to
from practice_line import with_authority

from terminal.commands.configured import guarded, service_of
from terminal.configuration.settings import Eligibility, FhirService, ServiceKind
from terminal.coverage import InForce, NotFound, Refused, StillRunning
from terminal.eligibility.breaker import GuardedEligibility
from terminal.problems import Problem, TerminalError

SHORT = timedelta(seconds=1.5)  # for those that do not


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_authority(tmp_path_factory.mktemp("fhir"))


@pytest.fixture
def connect(home: Path) -> Iterator[Connect]:
    with lines_from(home) as connect:
        yield connect


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
