"""The HTTPS client against servers that misbehave on the wire: whatever they do, one problem and within the budget."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from https_lines import QUESTION, ConnectLine, failure, lines_from
from practice_line import NOW, with_authority

from terminal.coverage import NotFound
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.practice.answers import read_question, write_answer
from terminal.problems import Problem

LONG = timedelta(seconds=10)

Reaction = Callable[["Server", ssl.SSLSocket, bytes], bool]  # True: the connection may be asked again
StartServer = Callable[..., "Server"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_authority(tmp_path_factory.mktemp("line"))


@dataclass
class Server:
    """A TLS server that reads each question and leaves the rest to `react`. `heads` are the request heads that came."""

    home: Path
    react: Reaction
    host: str = "127.0.0.1"
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.listener = socket.create_server((self.host, 0))
        self.url = f"https://{self.host}:{self.listener.getsockname()[1]}/eligibility"
        self.threads = [threading.Thread(target=self._accept)]
        self.threads[0].start()

    def close(self) -> None:
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self.threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.home / "tls/server.crt", self.home / "tls/server.key")
        context.load_verify_locations(self.home / "tls/ca.crt")
        context.verify_mode = ssl.CERT_REQUIRED
        connection.settimeout(5)
        with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as line:
            while (question := self._question(line)) and self.react(self, line, question):
                pass

    def _question(self, line: ssl.SSLSocket) -> bytes:
        received = b""
        while not received.endswith(b"</XmlMsg>"):
            if not (part := line.recv(65536)):
                return b""
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        self.heads.append(head)
        return body


def whole_answer(question: bytes) -> bytes:
    return write_answer(read_question(question), None, NOW)


def http(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def says(answer: Callable[[bytes], bytes]) -> Reaction:
    def react(_: Server, line: ssl.SSLSocket, question: bytes) -> bool:
        line.sendall(answer(question))
        return False

    return react


def drip(server: Server, line: ssl.SSLSocket, pieces: bytes) -> bool:
    for byte in pieces:
        if server.ended.wait(0.1):
            return False
        line.sendall(bytes([byte]))
    return False


@pytest.fixture
def started(home: Path) -> Iterator[StartServer]:
    servers: list[Server] = []

    def start(react: Reaction, host: str = "127.0.0.1") -> Server:
        servers.append(Server(home, react, host))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def line_to(home: Path) -> Iterator[ConnectLine]:
    with lines_from(home) as connect:
        yield connect


def test_a_question_leaves_in_the_body_alone_under_its_own_key(started: StartServer, line_to: ConnectLine) -> None:
    server = started(says(lambda question: http(whole_answer(question))))
    assert line_to(server.url).ask(QUESTION) == NotFound()
    head = server.heads[0].decode()
    assert head.startswith("POST /eligibility HTTP/1.1\r\n")
    assert "Idempotency-Key: q-1\r\n" in head
    assert "accept-encoding: identity" in head.lower()


@pytest.mark.parametrize(
    ("answer", "problem", "detail"),
    [
        (b"garbage\r\n\r\n", Problem.SERVICE_UNREADABLE, "RemoteProtocolError"),
        (http(b"<html/>"), Problem.SERVICE_UNREADABLE, "XmlMsg is missing"),
        (http(b""), Problem.SERVICE_UNREADABLE, "not plain XML"),
        (
            http(b"\x1f\x8b", more="Content-Encoding: gzip\r\n"),
            Problem.SERVICE_UNREADABLE,
            "neither UTF-8 nor Shift_JIS",
        ),
        (http(b"x" * 9)[:-5], Problem.SERVICE_UNREADABLE, "an answer cut short"),
        (http(b"x" * (MOST_BYTES + 1)), Problem.SERVICE_UNREADABLE, "too long"),
        (http(b"", "302 Found", "Location: https://127.0.0.1/\r\n"), Problem.SERVICE_UNREADABLE, "HTTP 302"),
        (http(b"", "500 Oops"), Problem.SERVICE_UNREADABLE, "HTTP 500"),
        (http(b"", "403 No"), Problem.SERVICE_REFUSED, "HTTP 403"),
        (http(b"", "429 Slow"), Problem.SERVICE_BUSY, "HTTP 429"),
        (http(b"", "502 Bad"), Problem.SERVICE_BUSY, "HTTP 502"),
        (http(b"", "503 Busy"), Problem.SERVICE_BUSY, "HTTP 503"),
        (http(b"", "504 Late"), Problem.SERVICE_BUSY, "HTTP 504"),
        (b"", Problem.SERVICE_HUNG_UP, "RemoteProtocolError"),
    ],
)
def test_each_wrong_answer_is_one_problem(
    started: StartServer, line_to: ConnectLine, answer: bytes, problem: Problem, detail: str
) -> None:
    error = failure(line_to(started(says(lambda _: answer)).url))
    assert (error.problem, error.detail) == (problem, detail)


@pytest.mark.parametrize("is_head", [True, False])
def test_a_service_that_drips_head_or_body_is_cut_when_the_budget_is_over(
    started: StartServer, line_to: ConnectLine, *, is_head: bool
) -> None:
    def react(server: Server, line: ssl.SSLSocket, question: bytes) -> bool:
        answer = http(whole_answer(question))
        start = 0 if is_head else answer.index(b"\r\n\r\n") + 4
        line.sendall(answer[:start])
        return drip(server, line, answer[start:])

    line = line_to(started(react).url)
    assert failure(line).problem is Problem.SERVICE_SILENT


def test_a_line_that_was_cut_answers_the_next_question(started: StartServer, line_to: ConnectLine) -> None:
    def react(server: Server, line: ssl.SSLSocket, question: bytes) -> bool:
        answer = http(whole_answer(question))
        if server.connections == 1:
            return drip(server, line, answer)
        line.sendall(answer)
        return False

    line = line_to(started(react).url)
    assert failure(line).problem is Problem.SERVICE_SILENT
    assert line.ask(QUESTION) == NotFound()


def test_a_connection_that_the_service_closed_while_idle_is_no_hang_up(
    started: StartServer, line_to: ConnectLine
) -> None:
    def react(server: Server, line: ssl.SSLSocket, question: bytes) -> bool:
        if server.connections == 1 and len(server.heads) == 2:
            return False  # takes the second question on the kept connection, and is gone
        line.sendall(http(whole_answer(question)))
        return True

    server = started(react)
    line = line_to(server.url)
    assert [line.ask(QUESTION), line.ask(QUESTION)] == [NotFound(), NotFound()]
    assert (server.connections, len(server.heads)) == (2, 3)


def test_one_connection_serves_many_questions(started: StartServer, line_to: ConnectLine) -> None:
    def react(_: Server, line: ssl.SSLSocket, question: bytes) -> bool:
        line.sendall(http(whole_answer(question)))
        return True

    server = started(react)
    line = line_to(server.url)
    assert {line.ask(QUESTION) for _ in range(5)} == {NotFound()}
    line.close()
    assert server.connections == 1


def test_a_question_is_asked_at_most_twice(started: StartServer, line_to: ConnectLine) -> None:
    server = started(says(lambda _: b""))
    assert failure(line_to(server.url)).problem is Problem.SERVICE_HUNG_UP
    assert len(server.heads) == 2


def test_a_service_that_goes_by_another_name_is_not_trusted(started: StartServer, line_to: ConnectLine) -> None:
    server = started(says(lambda question: http(whole_answer(question))), host="127.0.0.2")
    assert failure(line_to(server.url)).problem is Problem.SERVICE_UNTRUSTED
    assert server.heads == []


def test_a_line_closed_in_the_middle_of_a_question_is_down_and_alarms_nobody(
    started: StartServer, line_to: ConnectLine
) -> None:
    taken = threading.Event()

    def react(server: Server, _: ssl.SSLSocket, __: bytes) -> bool:
        taken.set()
        server.ended.wait(10)
        return False

    line = line_to(started(react).url, budget=LONG)
    problems: list[Problem] = []
    asking = threading.Thread(target=lambda: problems.append(failure(line, LONG).problem))
    asking.start()
    assert taken.wait(10)
    line.close()
    asking.join(10)
    assert problems == [Problem.LINE_DOWN]


def test_two_who_ask_at_once_do_not_wait_for_each_other(started: StartServer, line_to: ConnectLine) -> None:
    both = threading.Barrier(2, timeout=10)

    def react(_: Server, line: ssl.SSLSocket, question: bytes) -> bool:
        both.wait()
        line.sendall(http(whole_answer(question)))
        return False

    line = line_to(started(react).url, budget=LONG)
    with ThreadPoolExecutor(2) as asking:
        assert list(asking.map(line.ask, [QUESTION, QUESTION])) == [NotFound(), NotFound()]
