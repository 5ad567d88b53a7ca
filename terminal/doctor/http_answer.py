"""One GET over a secured line: what came back, however broken, as data. Nothing is raised."""

import contextlib
import io
import select
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Final, cast

ANSWER_SECONDS: Final = 4.0
TICKET_SECONDS: Final = 1.0
MOST_BYTES: Final = 65_536


@dataclass(frozen=True)
class Fetched:
    """`status` is 0 where no HTTP was read. `is_cut_short`: the time was over before the answer's end."""

    status: int = 0
    date: str | None = None
    body: bytes = b""
    is_cut_short: bool = False
    has_begun: bool = False
    failure: Exception | None = None


def fetch(line: ssl.SSLSocket, host: str, path: str) -> Fetched:
    """Asks, and reads to the end, or until the time is over."""
    deadline = time.monotonic() + ANSWER_SECONDS
    host = f"[{host}]" if ":" in host else host
    question = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    untrusted = bytearray()
    failure: Exception | None = None
    try:
        _hear_of_certificate(line)
        line.settimeout(ANSWER_SECONDS)
        line.sendall(question.encode("ascii"))
        while len(untrusted) < MOST_BYTES:
            line.settimeout(max(0.01, deadline - time.monotonic()))
            part = line.recv(MOST_BYTES)
            if not part:
                break
            untrusted += part
    except (OSError, UnicodeError) as error:
        failure = error
    return _read(bytes(untrusted), failure)


def _hear_of_certificate(line: ssl.SSLSocket) -> None:
    """Under TLS 1.3 a server judges our certificate after the handshake: a session ticket comes, or an alert.

    What we send first could have the alert lost (RFC 9112, 9.6), so it is waited for. Raises `OSError`.
    """
    if line.version() != "TLSv1.3":
        return
    line.settimeout(0)
    try:
        readable, _, _ = select.select([line], [], [], TICKET_SECONDS)
        if readable:
            with contextlib.suppress(ssl.SSLWantReadError):  # the ticket was taken in
                line.read(1)
    finally:
        line.settimeout(ANSWER_SECONDS)


def _read(untrusted: bytes, failure: Exception | None) -> Fetched:
    is_late = isinstance(failure, TimeoutError)
    response = HTTPResponse(cast("socket.socket", _Stream(untrusted)))
    try:
        response.begin()
        body = response.read()
    except (HTTPException, OSError, ValueError) as error:
        status = response.status if isinstance(response.status, int) else 0
        return Fetched(status, is_cut_short=is_late, has_begun=bool(untrusted), failure=failure or error)
    return Fetched(response.status, response.getheader("Date"), body, is_late, bool(untrusted), failure)


class _Stream:
    """Bytes, as `HTTPResponse` wants to be given them."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._content)
