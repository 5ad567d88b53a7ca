"""A line's network keeps one moment: every step asks what is left until then, and closing cuts whoever waits."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import httpcore
import pytest

from terminal.eligibility.line_network import ClockedNetwork

SECONDS = 20  # at most, for what takes milliseconds


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def network() -> Iterator[ClockedNetwork]:
    network = ClockedNetwork()
    yield network
    network.close()


def connected(network: ClockedNetwork, listener: socket.socket) -> tuple[httpcore.NetworkStream, socket.socket]:
    stream = network.connect_tcp("127.0.0.1", listener.getsockname()[1], time.monotonic() + SECONDS)
    return stream, listener.accept()[0]


def test_nothing_is_begun_once_the_moment_is_over(network: ClockedNetwork, listener: socket.socket) -> None:
    stream, theirs = connected(network, listener)
    over = time.monotonic()
    with closing(stream), closing(theirs):
        theirs.sendall(b"there to be read")
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(1, over)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"x", over)
        with pytest.raises(httpcore.ConnectTimeout):
            stream.start_tls(ssl.create_default_context(), timeout=over)
        with pytest.raises(httpcore.ConnectTimeout):
            network.connect_tcp("127.0.0.1", listener.getsockname()[1], over)
        assert stream.read(5, time.monotonic() + SECONDS) == b"there"


def test_a_long_message_to_whoever_does_not_read_ends_with_the_moment(
    network: ClockedNetwork, listener: socket.socket
) -> None:
    stream, theirs = connected(network, listener)
    with closing(stream), closing(theirs), pytest.raises(httpcore.WriteTimeout):
        stream.write(bytes(64 * 1024 * 1024), time.monotonic() + 0.3)


def test_a_name_that_is_not_resolved_in_time_holds_nobody_up(
    network: ClockedNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved = threading.Event()

    def resolving(*_: object, **__: object) -> list[object]:
        resolved.wait(SECONDS)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    began = time.monotonic()
    with pytest.raises(httpcore.ConnectTimeout):
        network.connect_tcp("desk.example", 443, began + 0.1)
    assert time.monotonic() - began < SECONDS
    assert not resolved.is_set()
    resolved.set()


def test_closing_cuts_whoever_waits_for_an_answer(network: ClockedNetwork, listener: socket.socket) -> None:
    stream, theirs = connected(network, listener)
    heard: list[bytes] = []
    waiting = threading.Thread(target=lambda: heard.append(stream.read(1, time.monotonic() + SECONDS)))
    with closing(stream), closing(theirs):
        waiting.start()
        network.close()
        waiting.join(SECONDS)
    assert heard == [b""]
    with pytest.raises(httpcore.ConnectError):
        network.connect_tcp("127.0.0.1", listener.getsockname()[1], time.monotonic() + SECONDS)
