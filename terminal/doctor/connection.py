"""The edge of the line check: name resolution, TCP and the TLS handshake, each within its time limit. Sends nothing."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

DNS_SECONDS: Final = 3.0
CONNECT_SECONDS: Final = 3.0
HANDSHAKE_SECONDS: Final = 3.0

Place = tuple[int, Any]  # address family, and the address as its sockets take it
Resolve = Callable[[str, int], Sequence[Place]]


class NotResolved(Exception):  # noqa: N818  # it says what is so
    """The name has no address. `is_silent`: nobody said so, the server gave no answer."""

    def __init__(self, *, is_silent: bool) -> None:
        super().__init__()
        self.is_silent = is_silent


class Closed(Exception):  # noqa: N818
    """The machine is there, and nobody listens at the port."""


class Blocked(Exception):  # noqa: N818
    """Nothing came back."""


def system_resolve(host: str, port: int) -> Sequence[Place]:
    """The machine's own name resolution. Raises `socket.gaierror`, `UnicodeError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def resolved(host: str, port: int, resolve: Resolve) -> Sequence[Place]:
    """The addresses of a name. Raises `NotResolved`. Resolution cannot be cut off, so it is left behind when late."""
    if not host:  # which would be this very machine
        raise NotResolved(is_silent=False)
    answers: queue.SimpleQueue[Sequence[Place] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=look_up, name="resolving", daemon=True).start()
    try:
        answer = answers.get(timeout=DNS_SECONDS)
    except queue.Empty:
        raise NotResolved(is_silent=True) from None
    if isinstance(answer, Exception):
        is_silent = isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN
        raise NotResolved(is_silent=is_silent) from answer
    return answer


def connected(places: Sequence[Place]) -> socket.socket:
    """A connection to the first that takes one. Raises `Closed` or `Blocked`."""
    deadline = time.monotonic() + CONNECT_SECONDS
    is_closed = False
    for family, address in places:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(max(0.1, deadline - time.monotonic()))
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            is_closed |= isinstance(error, ConnectionError)
        else:
            return line
    raise Closed if is_closed else Blocked


def shaken_hands(line: socket.socket, tls: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    """The line with TLS on it. Raises `OSError`, of which `ssl.SSLError` and `TimeoutError` are kinds, or `EOFError`.

    Each read has a limit; a clock cuts the line under one who drips.
    """
    line.settimeout(HANDSHAKE_SECONDS)
    cutting = threading.Timer(HANDSHAKE_SECONDS, cut, (line,))
    cutting.daemon = True
    cutting.start()
    try:
        return tls.wrap_socket(line, server_hostname=host)
    except OSError as error:
        if not cutting.is_alive():
            raise TimeoutError from error
        raise
    finally:
        cutting.cancel()


def cut(line: socket.socket) -> None:
    """Ends whatever waits on it."""
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return  # already closed
