"""Whom the HTTPS client talks to: a service of the one authority that knows the desk; and what it says of nobody."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from https_lines import QUESTION, ConnectLine, failure, lines_from
from practice_line import command, with_authority

from terminal.coverage import NotFound
from terminal.practice.authority import Authority
from terminal.practice.service import PracticeService
from terminal.problems import Problem, TerminalError


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_authority(tmp_path_factory.mktemp("line"))


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    service = PracticeService(home, command)
    service.start()
    yield service.url
    service.close()


@pytest.fixture
def line_to(home: Path) -> Iterator[ConnectLine]:
    with lines_from(home) as connect:
        yield connect


def test_a_service_of_the_authority_is_asked(url: str, line_to: ConnectLine) -> None:
    assert line_to(url).ask(QUESTION) == NotFound()


def test_a_service_of_another_authority_is_not_trusted(url: str, line_to: ConnectLine, tmp_path: Path) -> None:
    Authority.make(datetime.now(UTC)).save(tmp_path)
    assert failure(line_to(url, trust=tmp_path)).problem is Problem.SERVICE_UNTRUSTED


def test_a_client_certificate_that_is_refused_is_a_hang_up(url: str, line_to: ConnectLine, tmp_path: Path) -> None:
    Authority.make(datetime.now(UTC)).save(tmp_path)
    assert failure(line_to(url, own=tmp_path)).problem is Problem.SERVICE_HUNG_UP


def test_a_client_certificate_that_has_ended_is_said_to_have_ended(
    url: str, line_to: ConnectLine, tmp_path: Path
) -> None:
    Authority.make(datetime.now(UTC) - timedelta(days=400)).save(tmp_path)
    line = line_to(url, own=tmp_path)
    with pytest.raises(TerminalError, match="the client certificate ended on") as raised:
        line.ask(QUESTION)
    assert raised.value.problem is Problem.LINE_CERTIFICATE_UNUSABLE


def test_a_service_without_tls_is_no_outage(line_to: ConnectLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak_plainly() -> None:
            for _ in range(2):
                connection, _address = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        speaking = threading.Thread(target=speak_plainly)
        speaking.start()
        problem = failure(line_to(f"https://127.0.0.1:{listener.getsockname()[1]}/")).problem
        speaking.join(5)
    assert problem is Problem.SERVICE_HUNG_UP


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https:///", "https://a:b/", "127.0.0.1", ""])
def test_an_address_without_tls_is_refused_before_anything_is_sent(line_to: ConnectLine, url: str) -> None:
    with pytest.raises(TerminalError) as raised:
        line_to(url)
    assert raised.value.problem is Problem.SERVICE_UNTRUSTED


def test_certificates_that_are_not_there_are_said_at_once(line_to: ConnectLine, tmp_path: Path) -> None:
    with pytest.raises(TerminalError) as raised:
        line_to("https://127.0.0.1/", own=tmp_path)
    assert raised.value.problem is Problem.LINE_CERTIFICATE_UNUSABLE


def test_nobody_at_the_address_is_a_line_that_is_down(line_to: ConnectLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert failure(line_to(f"https://127.0.0.1:{port}/")).problem is Problem.LINE_DOWN


def test_a_name_that_cannot_be_resolved_is_a_line_that_is_down(line_to: ConnectLine) -> None:
    assert failure(line_to(f"https://{'a' * 64}.invalid/")).problem is Problem.LINE_DOWN


def test_a_service_that_never_shakes_hands_is_a_line_that_is_down_and_not_tried_again(line_to: ConnectLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = line_to(f"https://127.0.0.1:{listener.getsockname()[1]}/", budget=timedelta(seconds=4))
        assert failure(line, budget=timedelta(seconds=2)).problem is Problem.LINE_DOWN


def test_a_line_that_was_closed_is_down(url: str, line_to: ConnectLine) -> None:
    line = line_to(url)
    assert line.ask(QUESTION) == NotFound()
    line.close()
    assert failure(line).problem is Problem.LINE_DOWN
