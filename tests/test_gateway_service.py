"""The gateway over HTTPS: who comes in, what each failure looks like to a kiosk, and many kiosks at once."""

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from kiosks import (
    INSTITUTION,
    LIMIT,
    NOW,
    Answered,
    Kiosk,
    Registry,
    Site,
    Slow,
    ask_all,
    message,
    person_of,
    record_of,
)

from offline_cache.job_file import open_job_file
from terminal.card_token import TokenKind
from terminal.clock import SystemClock
from terminal.coverage import NotFound, Question
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.eligibility.xmlmsg import decode_reply
from terminal.gateway.gateway import Gateway
from terminal.gateway.jobs import Jobs
from terminal.gateway.server import GatewayServer, terminal_of, tls_for_kiosks
from terminal.gateway.service import service
from terminal.people import Card, VerificationMethod, Verified
from terminal.ports import EligibilityService
from terminal.problems import Problem, TerminalError

OUTAGES = (Problem.LINE_DOWN, Problem.SERVICE_SILENT, Problem.SERVICE_BUSY, Problem.SERVICE_UNREADABLE)
SECURITY = (Problem.SERVICE_UNTRUSTED, Problem.SERVICE_HUNG_UP, Problem.LINE_CERTIFICATE_UNUSABLE)
KEY = bytes(32)
QUESTION = Question(
    "q-1",
    Verified(Card("i", TokenKind.PLASTIC, b"p1", NOW, None, None), None, VerificationMethod.PIN),
    frozenset(),
    NOW.date(),
    NOW,
)


@dataclass
class Running:
    """A gateway that serves, and the site that it serves."""

    site: Site
    port: int

    def ask(self, name: str, key: str, body: bytes) -> Answered:
        return asyncio.run(self._ask(self.site.client(name), key, body))

    async def _ask(self, tls: ssl.SSLContext, key: str, body: bytes) -> Answered:
        async with asyncio.timeout(LIMIT):
            kiosk = await Kiosk.connect(self.port, tls)
            try:
                return await (kiosk.ask(key, body) if key else kiosk.send(body))
            finally:
                await kiosk.close()

    def desk(self, name: str) -> HttpsEligibility:
        """The desk's own way to ask, which tells failures apart."""
        certificate, key = self.site.certify(name)
        url = f"https://127.0.0.1:{self.port}/eligibility"
        return HttpsEligibility(
            url,
            INSTITUTION,
            LineCertificates(self.site.ca_file, certificate, key),
            budget=timedelta(seconds=LIMIT),
        )


Start = Callable[..., Running]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


@pytest.fixture
def started(site: Site, tmp_path: Path) -> Iterator[Start]:
    """Starts a gateway on lanes; it ends with the test."""
    ends: list[Callable[[], None]] = []

    def start(*lanes: EligibilityService, answer_seconds: float = LIMIT, crl: Path | None = None) -> Running:
        jobs = Jobs(open_job_file(tmp_path / "store", KEY), KEY)
        gateway = Gateway(jobs, lanes, INSTITUTION, SystemClock(), timedelta(hours=1))
        ends.append(lambda: gateway.close(grace_seconds=0))
        tls = tls_for_kiosks(*site.certify("gateway"), site.ca_file, crl)
        server = GatewayServer(service(gateway, answer_seconds), tls, "127.0.0.1", 0, 1)
        thread = threading.Thread(target=server.run)
        thread.start()

        def end() -> None:
            server.stop()
            thread.join(LIMIT)
            assert not thread.is_alive()

        ends.append(end)
        return Running(site, server.port)

    yield start
    for end in reversed(ends):
        end()


def test_a_desk_has_its_answer_through_the_gateway(started: Start) -> None:
    with closing(started(Registry()).desk("desk-1")) as desk:
        assert desk.ask(QUESTION) == record_of("p1")
        assert desk.ask(QUESTION) == record_of("p1")


def test_many_kiosks_with_the_same_keys_each_get_their_own_records(started: Start, site: Site) -> None:
    registry = Registry()
    running = started(*[registry] * 4)
    rounds = 4
    kiosks = [site.client(f"kiosk-{number}") for number in range(40)]
    _, answers = asyncio.run(ask_all(running.port, kiosks, rounds))
    for kiosk, of_one in enumerate(answers):
        for turn, answer in enumerate(of_one):
            reply = decode_reply(answer.body, f"q-{turn}", INSTITUTION, NOW.date())
            assert reply == record_of(person_of(kiosk, turn))
    assert len(set(registry.asked)) == len(registry.asked) == len(kiosks) * rounds


@pytest.mark.parametrize("problem", OUTAGES)
def test_an_outage_behind_the_gateway_is_an_outage_to_the_desk(started: Start, problem: Problem) -> None:
    assert told(started, problem) in OUTAGES


@pytest.mark.parametrize("problem", [*SECURITY, Problem.SERVICE_REFUSED, Problem.PROGRAM_ERROR])
def test_what_is_no_outage_behind_the_gateway_is_none_to_the_desk(started: Start, problem: Problem) -> None:
    assert told(started, problem) not in OUTAGES


def told(started: Start, problem: Problem) -> Problem:
    slow = Slow()
    slow.says.put(TerminalError(problem, "behind the gateway"))
    with closing(started(slow).desk("desk-1")) as desk, pytest.raises(TerminalError) as caught:
        desk.ask(QUESTION)
    return caught.value.problem


def test_an_answer_that_takes_too_long_is_there_when_the_kiosk_asks_again(started: Start) -> None:
    slow = Slow()
    running = started(slow, answer_seconds=0.2)
    body = message("q-1", "p1")
    assert running.ask("desk-1", "q-1", body).status == 504
    slow.says.put(NotFound())
    again = running.ask("desk-1", "q-1", body)
    while again.status == 504:  # each waits 0.2 s itself
        again = running.ask("desk-1", "q-1", body)
    assert decode_reply(again.body, "q-1", INSTITUTION, NOW.date()) == NotFound()
    assert slow.asked.qsize() == 1


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("q-2", message("q-1", "p1"), 400),
        ("q" * 201, message("q" * 201, "p1"), 400),
        ("q-1", b"<XmlMsg/>", 400),
        ("q-1", message("q-1", "p1", institution="2719999999"), 403),
        ("q-1", b" " * (MOST_BYTES + 1), 413),
        ("", b"POST /eligibility HTTP/1.1\r\nHost: g\r\nContent-Length: 0\r\n\r\n", 400),
        ("", b"GET /eligibility HTTP/1.1\r\nHost: g\r\n\r\n", 405),
        ("", b"GET / HTTP/1.1\r\nHost: g\r\n\r\n", 404),
        ("", b"nonsense\r\n\r\n", 400),
    ],
)
def test_what_is_no_question_is_refused(started: Start, key: str, body: bytes, status: int) -> None:
    registry = Registry()
    assert started(registry).ask("desk-1", key, body).status == status
    assert registry.asked == []


def test_a_key_of_another_question_is_a_conflict(started: Start) -> None:
    running = started(Registry())
    assert running.ask("desk-1", "q-1", message("q-1", "p1")).status == 200
    assert running.ask("desk-1", "q-1", message("q-1", "p2")).status == 409


def test_health_tells_how_the_gateway_stands_and_nothing_of_anybody(started: Start) -> None:
    running = started(Registry())
    running.ask("desk-1", "q-1", message("q-1", "p1"))
    health = running.ask("monitor", "", b"GET /health HTTP/1.1\r\nHost: g\r\n\r\n")
    assert health.status == 200
    assert json.loads(health.body) == {"ready": True, "unanswered": 0, "oldest_seconds": 0, "latest_problem": None}


def test_without_a_certificate_of_the_site_not_a_byte_of_http_is_read(started: Start, tmp_path: Path) -> None:
    running = started(Registry())
    without = ssl.create_default_context(cafile=str(running.site.ca_file))
    stranger = Site(tmp_path / "stranger").client("desk-1")
    stranger.load_verify_locations(running.site.ca_file)
    for tls in (without, stranger):
        with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
            asyncio.run(running._ask(tls, "q-1", message("q-1", "p1")))


def test_a_revoked_kiosk_does_not_come_in(started: Start, site: Site) -> None:
    revoked, key = site.certify("stolen")
    running = started(Registry(), crl=site.revoke(revoked))
    tls = ssl.create_default_context(cafile=str(site.ca_file))
    tls.load_cert_chain(revoked, key)
    with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
        asyncio.run(running._ask(tls, "q-1", message("q-1", "p1")))
    assert running.ask("desk-1", "q-1", message("q-1", "p1")).status == 200


def test_a_certificate_with_two_names_is_nobodys(started: Start, site: Site) -> None:
    registry = Registry()
    running = started(registry)
    tls = ssl.create_default_context(cafile=str(site.ca_file))
    tls.load_cert_chain(*site.certify("desk-1", "desk-2"))
    assert asyncio.run(running._ask(tls, "q-1", message("q-1", "p1"))).status == 403
    assert registry.asked == []


@pytest.mark.parametrize("certificate", [None, {}, {"subject": ((("organizationName", "desk-1"),),)}])
def test_who_has_no_common_name_has_no_name(certificate: object) -> None:
    assert terminal_of(certificate) == ""


def test_certificates_that_cannot_be_used_are_told(site: Site, tmp_path: Path) -> None:
    with pytest.raises(TerminalError) as caught:
        tls_for_kiosks(tmp_path / "absent.crt", tmp_path / "absent.key", site.ca_file, None)
    assert caught.value.problem is Problem.LINE_CERTIFICATE_UNUSABLE
