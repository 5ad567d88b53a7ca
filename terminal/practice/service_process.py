"""The practice eligibility service, a process of its own: HTTPS with client certificates, and faults on demand.

    python -m terminal.practice.service_process --home DIR [--port 0]

It says `listening PORT`, then reads lines such as `{"fault": "busy"}` and says `fault busy` once that holds. It ends
with its standard input, so it never outlives the desk. Never for real questions: it knows the deck and nobody else.
"""

import argparse
import contextlib
import hashlib
import json
import socketserver
import ssl
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from terminal.certificate import JST
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.practice.answers import Asked, read_question, write_answer, write_error, write_running
from terminal.practice.deck import load_deck
from terminal.practice.faults import Fault
from terminal.practice.numbers import person_by_number
from terminal.practice.receptions import Receptions
from terminal.practice.registry import person_id_of
from terminal.problems import TerminalError

PATH = "/eligibility"
IDLE_SECONDS = 30.0
DRIP_SECONDS = 0.25
GARBAGE = b"\x00\xff<XmlMsg>\x93\xfa"


class PracticeServer(socketserver.ThreadingTCPServer):
    """One thread a connection. The handshake is done there too: a client that stalls in it holds up nobody else."""

    allow_reuse_address = True  # the line is mended on the port on which it was cut
    daemon_threads = True

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.deck = load_deck()
        self.fault = Fault.NONE
        self.ended = threading.Event()
        self._trusting, self._refusing = _tls(home, trusts=True), _tls(home, trusts=False)
        self._receptions = Receptions(self.deck, home)
        self._answers: dict[str, tuple[bytes, bytes]] = {}
        self._answering = threading.Lock()
        super().__init__(("127.0.0.1", port), _Connection)

    def get_request(self) -> tuple[Any, Any]:
        """Accepts, and leaves the handshake for later."""
        connection, address = super().get_request()
        context = self._refusing if self.fault is Fault.REFUSE_CERTIFICATE else self._trusting
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up or is refused is no news here."""

    def answer(self, key: str, question: bytes, asked: Asked) -> bytes | None:
        """The answer to a question; the same one again for the same key, None where the key is of another question."""
        digest = hashlib.sha256(question).digest()
        with self._answering:
            if key not in self._answers:
                self._answers[key] = digest, self._answer(asked, question, datetime.now(JST))
            first_digest, answer = self._answers[key]
            return answer if first_digest == digest else None

    def _answer(self, asked: Asked, question: bytes, now: datetime) -> bytes:
        if asked.many or asked.reception:
            return self._receptions.answer(asked, question, now)
        if asked.insured:
            return write_answer(asked, person_by_number(self.deck, asked.insured), now)
        person_id = person_id_of(self.home, asked.certificate)
        return write_answer(asked, self.deck.get(person_id) if person_id else None, now)


class _Connection(BaseHTTPRequestHandler):
    """One connection, kept open for the next question."""

    server: PracticeServer
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True  # head and body are two writes, and the second would wait 40 ms for the other side

    def setup(self) -> None:
        self.request.settimeout(IDLE_SECONDS)
        self.request.do_handshake()
        super().setup()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Says nothing: questions are not for a log."""

    def do_POST(self) -> None:
        """Reads a question, then answers it or does what the fault says."""
        length = self.headers.get("Content-Length", "")
        if self.path != PATH or not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            return self._send(HTTPStatus.BAD_REQUEST)
        question = self.rfile.read(int(length))
        key = self.headers.get("Idempotency-Key", "")
        try:
            asked = read_question(question)
        except TerminalError:
            return self._send(HTTPStatus.BAD_REQUEST)
        if key != asked.identifier:
            return self._send(HTTPStatus.BAD_REQUEST)
        return self._react(key, question, asked)

    def _react(self, key: str, question: bytes, asked: Asked) -> None:
        now = datetime.now(JST)
        match self.server.fault:
            case Fault.GARBAGE:
                self._send(HTTPStatus.OK, GARBAGE)
            case Fault.BUSY:
                self._send(HTTPStatus.SERVICE_UNAVAILABLE)
            case Fault.HANG:
                self.close_connection = True
                self.server.ended.wait(IDLE_SECONDS)
            case Fault.DISCONNECT | Fault.REFUSE_CERTIFICATE:
                self.close_connection = True
            case Fault.ERROR:
                self._send(HTTPStatus.OK, write_error(asked, now))
            case Fault.RUNNING:
                self._send(HTTPStatus.OK, write_running(asked, now))
            case Fault.WRONG_IDENTIFIER:
                self._send(HTTPStatus.OK, write_running(replace(asked, identifier="another-question"), now))
            case Fault.NONE | Fault.DRIP:
                answer = self.server.answer(key, question, asked)
                self._send(HTTPStatus.CONFLICT if answer is None else HTTPStatus.OK, answer or b"")

    def _send(self, status: HTTPStatus, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for piece in self._pieces(body):
            self.wfile.write(piece)

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        if self.server.fault is not Fault.DRIP:
            yield body
            return
        for position in range(len(body)):
            if self.server.ended.wait(DRIP_SECONDS):
                return
            yield body[position : position + 1]


def _tls(home: Path, *, trusts: bool) -> ssl.SSLContext:
    """Asks every client for a certificate; without trust in the practice authority it refuses whatever it is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(home / "tls" / "server.crt", home / "tls" / "server.key")
    context.verify_mode = ssl.CERT_REQUIRED
    if trusts:
        context.load_verify_locations(home / "tls" / "ca.crt")
    return context


def _obey(server: PracticeServer) -> None:
    """Sets the fault that each line of standard input names, until its end."""
    for line in sys.stdin:
        with contextlib.suppress(
            ValueError, KeyError, TypeError
        ):  # what is no order changes nothing and gets no answer
            server.fault = Fault(json.loads(line)["fault"])
            print("fault", server.fault, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description="the practice eligibility service")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    settings = parser.parse_args(arguments)
    with PracticeServer(settings.home, settings.port) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        serving.start()
        print("listening", server.server_address[1], flush=True)
        _obey(server)
        server.ended.set()
        server.shutdown()


if __name__ == "__main__":
    main()
