"""A day's bookings through the gateway: asked once each, whatever is killed, and nobody fetches another's answers."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kiosks import INSTITUTION, LIMIT, Registry, Site

from offline_cache.job_file import open_job_file
from terminal.access_log.access import Access
from terminal.clock import SystemClock
from terminal.coverage import Coverage, Refused
from terminal.eligibility.bookings import Asking, BulkService, ask_bookings
from terminal.eligibility.bookings_file import read_bookings
from terminal.eligibility.bookings_messages import (
    MOST_QUESTIONS,
    Envelope,
    Search,
    decode_answers,
    decode_reception,
    encode_fetch,
    encode_many,
)
from terminal.eligibility.bookings_outcome import Outcome
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.eligibility.folder_names import reply_name
from terminal.eligibility.https import HttpsEligibility
from terminal.gateway.gateway import Gateway, NotTakenError
from terminal.gateway.jobs import Jobs
from terminal.gateway.many import Receptions
from terminal.gateway.question import read_question
from terminal.insured import Insured
from terminal.practice.answers import read_question as read_upstream
from terminal.practice.deck import load_deck
from terminal.practice.receptions import Receptions as PracticeReceptions
from terminal.problems import Problem, TerminalError

KEYS = secrets.token_bytes(32), secrets.token_bytes(32)
TODAY, DAY = date(2026, 11, 22), date(2026, 11, 23)
COUNT = MOST_QUESTIONS + 10  # two messages
ROWS = "\n".join(f"1992-04-12,00990010,12,{number},01" for number in range(1, COUNT + 1))
BOOKINGS = f"生年月日,保険者番号,記号,番号,枝番\n{ROWS}".encode()
INSURED = Insured("00990010", "12", "345", "01", date(1992, 4, 12))
ENVELOPE = Envelope("q-1", INSTITUTION, DAY)
ONE = encode_many(ENVELOPE, [Search("000002", INSURED)])


class Upstream(Registry):
    """The official service: takes many questions, and the next `fails` exchanges do not come back."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(exist_ok=True)
        self._receptions = PracticeReceptions(load_deck(), folder)
        self.put: dict[str, bytes] = {}
        self.fails: list[Problem] = []

    def exchange(self, identifier: str, body: bytes) -> bytes:
        asked = read_upstream(body)
        if asked.many:
            assert self.put.setdefault(identifier, body) == body, "another question under the same identifier"
        if self.fails:
            raise TerminalError(self.fails.pop(0))
        return self._receptions.answer(asked, body, datetime.now(UTC))

    def times(self) -> Counter[bytes]:
        return Counter(search.insured.key for body in self.put.values() for search in read_upstream(body).many)


class Line:
    """A kiosk's line to a gateway, without HTTPS."""

    def __init__(self, gateway: Gateway, terminal: str = "desk-1") -> None:
        self._gateway = gateway
        self._terminal = terminal

    def exchange(self, identifier: str, body: bytes) -> bytes:
        try:
            return self._gateway.submit(self._terminal, identifier, body).result(LIMIT)
        except NotTakenError as refusal:
            raise TerminalError(Problem.SERVICE_REFUSED, str(refusal)) from refusal


class Forgetful:
    """A store of answers that keeps none."""

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None: ...

    def forget_by_number(self, insured: Insured) -> None: ...


def ask(service: BulkService, folder: Path, patience: int | None = None) -> dict[int, Outcome]:
    """One run of a desk; with `patience` it is killed at the end of so many waits, which cost no time."""
    clock = SystemClock()
    waits = iter(range(patience if patience is not None else 10**6))

    def wait(seconds: float) -> None:
        clock.shift += timedelta(seconds=seconds)
        if next(waits, None) is None:
            raise KeyboardInterrupt

    def record(_: Sequence[Access]) -> None: ...

    def tell(_: int, __: int) -> None: ...

    with closing(Progress(folder / FILE, hashlib.sha256(BOOKINGS).digest(), DAY)) as progress:
        asking = Asking(service, Forgetful(), clock, INSTITUTION, "someone", record, wait, tell)
        ask_bookings(read_bookings(BOOKINGS, TODAY), DAY, progress, asking)
        return {line: Outcome(answered.outcome) for line, answered in progress.outcomes().items()}


def opened(folder: Path, service: Registry) -> Gateway:
    jobs = Jobs(open_job_file(folder / "store", KEYS[0]), KEYS[1])
    return Gateway(jobs, [service] * 2, INSTITUTION, SystemClock(), timedelta(hours=1))


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


@pytest.fixture
def gateway(tmp_path: Path, upstream: Upstream) -> Iterator[Gateway]:
    made = opened(tmp_path, upstream)
    yield made
    made.close(grace_seconds=0)


def test_a_days_bookings_come_through_the_gateway_as_they_would_without(
    gateway: Gateway, upstream: Upstream, tmp_path: Path
) -> None:
    (tmp_path / "without").mkdir()
    direct = ask(Upstream(tmp_path / "other"), tmp_path / "without")
    assert ask(Line(gateway), tmp_path) == direct
    assert len(direct) == COUNT
    assert set(upstream.times().values()) == {1}


@pytest.mark.parametrize("problem", [Problem.SERVICE_SILENT, Problem.LINE_DOWN])
def test_an_outage_behind_the_gateway_puts_the_same_questions_again(
    gateway: Gateway, upstream: Upstream, tmp_path: Path, problem: Problem
) -> None:
    upstream.fails = [problem, problem]
    assert len(ask(Line(gateway), tmp_path)) == COUNT
    assert set(upstream.times().values()) == {1}


def test_a_desk_that_is_killed_goes_on_and_a_gateway_that_ends_knows_what_was_asked(
    upstream: Upstream, tmp_path: Path
) -> None:
    for patience in (0, 1, None):  # killed before the first look, then after it
        gateway = opened(tmp_path, upstream)
        try:
            outcomes = ask(Line(gateway), tmp_path, patience)
        except KeyboardInterrupt:
            continue
        finally:
            gateway.close(grace_seconds=0)
    assert len(outcomes) == COUNT
    assert set(upstream.times().values()) == {1}


def test_questions_asked_again_have_the_same_reception_number_and_are_put_once(
    gateway: Gateway, upstream: Upstream
) -> None:
    first = Line(gateway).exchange("q-1", ONE)
    upstream.fails = [Problem.PROGRAM_ERROR]
    assert Line(gateway).exchange("q-1", ONE) == first
    assert upstream.fails


def test_a_kiosk_fetches_its_own_answers_and_no_others(gateway: Gateway) -> None:
    reception = decode_reception(Line(gateway).exchange("q-1", ONE), ENVELOPE)
    assert isinstance(reception, str)
    for terminal, is_theirs in (("desk-2", False), ("desk-1", True)):
        look = Envelope("look-1", INSTITUTION, DAY)
        answer = Line(gateway, terminal).exchange("look-1", encode_fetch(look, reception))
        found = decode_answers(answer, look, {"000002": INSURED})
        assert isinstance(found, Refused) is not is_theirs


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_a_reception_number_is_one_kiosks_alone(terminal: str, number: str, other: str) -> None:
    receptions = Receptions(KEYS[0])
    given_one = receptions.given(terminal, number)
    assert receptions.number(terminal, given_one) == number
    assert (receptions.number(other, given_one) is None) == (other != terminal)
    assert receptions.number(terminal, other) is None
    assert Receptions(KEYS[1]).number(terminal, given_one) is None


@pytest.mark.parametrize(
    "answer", [b"", b"<XmlMsg/>", ONE, b"<XmlMsg><MessageHeader><SegmentOfResult>1</SegmentOfResult></MessageHeader>"]
)
def test_an_answer_that_is_none_is_a_refusal_to_the_kiosk_and_kept(tmp_path: Path, answer: bytes) -> None:
    class Broken(Registry):
        def exchange(self, identifier: str, _: bytes) -> bytes:
            self.asked.append(identifier)
            return answer

    service = Broken()
    gateway = opened(tmp_path, service)
    with closing(gateway):
        for _ in range(2):
            assert isinstance(decode_reception(Line(gateway).exchange("q-1", ONE), ENVELOPE), Refused)
    assert len(service.asked) == 1


def test_a_service_that_takes_one_at_a_time_refuses(tmp_path: Path) -> None:
    with closing(opened(tmp_path, Registry())) as gateway, pytest.raises(TerminalError) as caught:
        Line(gateway).exchange("q-1", ONE)
    assert caught.value.problem is Problem.SERVICE_REFUSED


@pytest.mark.parametrize(
    "body",
    [
        encode_many(ENVELOPE, [Search("000002", INSURED)] * 2),
        encode_many(ENVELOPE, [Search(f"{number:06d}", INSURED) for number in range(MOST_QUESTIONS + 1)]),
        encode_many(ENVELOPE, [Search("000002", INSURED), Search("", INSURED)]),
        ONE.replace(b"</MessageBody>", b"<ReceptionNumber>1</ReceptionNumber></MessageBody>"),
        ONE.replace(b"<MessageBody>", b"<MessageBody><CardConfirmSearchInfo />"),
    ],
)
def test_what_is_no_whole_message_is_refused(body: bytes) -> None:
    with pytest.raises(TerminalError) as caught:
        read_question(body, "desk-1")
    assert caught.value.problem is Problem.SERVICE_UNREADABLE


def test_nothing_of_anybody_is_told_when_a_question_is_shown() -> None:
    assert "345" not in repr(read_question(ONE, "desk-1"))


def test_a_message_of_another_kind_is_a_bad_request(gateway: Gateway) -> None:
    with pytest.raises(NotTakenError) as caught:
        gateway.submit("desk-1", "q-1", ONE.replace(b"MessageBody", b"Body"))
    assert caught.value.status is HTTPStatus.BAD_REQUEST


# --- the real processes, in front of the official folders -------------------------------------------------------------


class LinkSoftware:
    """The official link software's part: takes each request out of `req` once, and answers it into `res`."""

    def __init__(self, root: Path, upstream: Upstream) -> None:
        self.req, self.res = root / "req", root / "res"
        for folder in (self.req, self.res):
            folder.mkdir(parents=True)
        self.taken: Counter[str] = Counter()
        self.works = threading.Event()
        self._upstream = upstream
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(0.02):
            for request in list(self.req.glob("*.xml")) if self.works.is_set() else []:
                body = request.read_bytes()
                request.unlink()
                self.taken[request.name] += 1
                answer = self._upstream.exchange(read_upstream(body).identifier, body)
                (self.res / "part").write_bytes(answer)
                (self.res / "part").rename(self.res / reply_name(request.name))

    def close(self) -> None:
        self._ended.set()
        self._thread.join(LIMIT)


def start_gateway(folder: Path, site: Site, ends: ExitStack) -> tuple["subprocess.Popen[str]", str]:
    certificate, key = site.certify("gateway")
    configuration = folder / "gateway.toml"
    configuration.write_text(f"""
        [gateway]
        institution_code = "{INSTITUTION}"
        certificate = "{certificate}"
        key = "{key}"
        ca_file = "{site.ca_file}"
        host = "127.0.0.1"
        port = 0
        answer_seconds = {LIMIT}
        [store]
        folder = "{folder / "store"}"
        [eligibility]
        service = "folder"
        [eligibility.folder]
        folder = "{folder / "OQS"}"
        record = "{folder / "folder_jobs.db"}"
        card_checks = "req"
        budget_seconds = {LIMIT}
    """)
    process = subprocess.Popen(
        [sys.executable, "-m", "terminal", "gateway", "--config", configuration],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"CREDENTIALS_DIRECTORY": str(folder / "credentials")},
    )
    assert process.stdout is not None
    ends.callback(process.stdout.close)
    ends.callback(process.wait, LIMIT)
    ends.callback(process.kill)
    word, port = process.stdout.readline().split()
    assert word == "listening"
    return process, f"https://127.0.0.1:{port}/eligibility"


def line_to(url: str, site: Site) -> HttpsEligibility:
    certificate, key = site.certify("desk-1")
    return HttpsEligibility(
        url,
        INSTITUTION,
        ca_file=site.ca_file,
        client_certificate=certificate,
        client_key=key,
        budget=timedelta(seconds=LIMIT),
    )


def test_a_gateway_killed_before_the_folders_is_started_again_and_nobody_is_asked_twice(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "uketsuke-kek").write_bytes(bytes(range(32)))
    upstream, site = Upstream(tmp_path / "upstream"), Site(tmp_path / "site")
    with ExitStack() as ends:
        software = LinkSoftware(tmp_path / "OQS", upstream)
        ends.callback(software.close)
        process, url = start_gateway(tmp_path, site, ends)
        first = line_to(url, site)
        ends.callback(first.close)
        asking = threading.Thread(target=_fails, args=(first, tmp_path))
        asking.start()
        while not list(software.req.glob("*.xml")):  # put into the folder, and nobody has answered
            assert asking.is_alive()
            asking.join(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(LIMIT)
        asking.join(LIMIT)
        software.works.set()
        _, url = start_gateway(tmp_path, site, ends)
        second = line_to(url, site)
        ends.callback(second.close)
        assert len(ask(second, tmp_path)) == COUNT
    assert set(upstream.times().values()) == {1}
    assert set(software.taken.values()) == {1}


def _fails(line: HttpsEligibility, folder: Path) -> None:
    with pytest.raises(TerminalError):
        ask(line, folder)
