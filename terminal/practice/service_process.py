"""The practice eligibility service, a process of its own: HTTPS with client certificates, and faults on demand.

    python -m terminal.practice.service_process --home DIR [--port 0]

It says `listening PORT`, then reads lines such as `{"fault": "busy", "seed": 7}` and says `fault busy` once that holds.
It ends with its standard input, so it never outlives the desk. Never for real questions: it knows the deck alone.
"""

import argparse
import contextlib
import hashlib
import json
import socketserver
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random
from typing import Any

from terminal.certificate import JST
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.limits import MOST_DRIFT_SECONDS
from terminal.practice.answers import Asked, read_question, write_answer
from terminal.practice.deck import Person, load_deck
from terminal.practice.faults import ON_THE_LINE, Fault
from terminal.practice.misanswers import misanswer
from terminal.practice.numbers import person_by_number
from terminal.practice.receptions import Receptions
from terminal.practice.registry import person_id_of
from terminal.problems import TerminalError

PATH = "/eligibility"
HEALTH = "/health"
XML = "application/xml; charset=utf-8"
IDLE_SECONDS = 30.0
DRIP_SECONDS = 0.25
DELAY_SECONDS = (0.7, 1.2)  # at least, at most
CLOCK_OFF_SECONDS = MOST_DRIFT_SECONDS + 60


class PracticeServer(socketserver.ThreadingTCPServer):
    """One thread a connection. The handshake is done there too: a client that stalls in it holds up nobody else."""

    allow_reuse_address = True  # the line is mended on the port on which it was cut
    daemon_threads = True

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.deck = load_deck()
        self.fault = Fault.NONE
        self.ended = threading.Event()
        self._chance = Random()  # noqa: S311 - what goes wrong, and nothing secret
        self._context = _tls(home, Fault.NONE)
        self._receptions = Receptions(self.deck, home)
        self._answers: dict[str, tuple[bytes, bytes]] = {}
        self._answering = threading.Lock()
        super().__init__(("127.0.0.1", port), _Connection)

    def get_request(self) -> tuple[Any, Any]:
        """Accepts, and leaves the handshake for later."""
        connection, address = super().get_request()
        return self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up or is refused is no news here."""

    def misbehave(self, fault: Fault, seed: int) -> None:
        """Does so from the next question on; the same seed leaves the same to chance."""
        context = _tls(self.home, fault)
        with self._answering:
            self._chance.seed(seed)
            self._context, self.fault = context, fault

    def misanswer(self, asked: Asked) -> bytes:
        """What the fault has it say."""
        with self._answering:
            return misanswer(self.fault, asked, self._person(asked), self.deck, self._chance, datetime.now(JST))

    def delay_seconds(self) -> float:
        """How long the next answer is delayed."""
        with self._answering:
            return self._chance.uniform(*DELAY_SECONDS)

    def cut_of(self, body: bytes) -> int:
        """How much of an answer comes before the line goes."""
        with self._answering:
            return self._chance.randrange(len(body))

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
        return write_answer(asked, self._person(asked), now)

    def _person(self, asked: Asked) -> Person | None:
        if asked.insured:
            return person_by_number(self.deck, asked.insured)
        person_id = person_id_of(self.home, asked.certificate)
        return self.deck.get(person_id) if person_id else None


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

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What time an answer says that it is."""
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(now - CLOCK_OFF_SECONDS if self.server.fault is Fault.CLOCK_OFF else now)

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

    def do_GET(self) -> None:
        """Whether it is ready, as a site's gateway says it."""
        if self.path != HEALTH:
            self._send(HTTPStatus.NOT_FOUND)
        elif not self._meet_line_fault():
            self._send(HTTPStatus.OK, json.dumps({"ready": True}).encode(), "application/json")

    def do_HEAD(self) -> None:
        """Somebody looks whether there is a service here."""
        if not self._meet_line_fault():
            self._send(HTTPStatus.OK)

    def _react(self, key: str, question: bytes, asked: Asked) -> None:
        if self._meet_line_fault():
            return
        if self.server.fault is Fault.NONE or self.server.fault in ON_THE_LINE:
            answer = self.server.answer(key, question, asked)
            self._send(HTTPStatus.CONFLICT if answer is None else HTTPStatus.OK, answer or b"")
        else:
            self._send(HTTPStatus.OK, self.server.misanswer(asked))

    def _meet_line_fault(self) -> bool:
        """Whether the fault leaves nothing to answer."""
        match self.server.fault:
            case Fault.BUSY:
                self._send(HTTPStatus.SERVICE_UNAVAILABLE)
            case Fault.HANG:
                self.close_connection = True
                self.server.ended.wait(IDLE_SECONDS)
            case Fault.DISCONNECT | Fault.REFUSE_CERTIFICATE | Fault.EXPIRED_CERTIFICATE:
                self.close_connection = True  # one that was kept; the next handshake says more
            case Fault.DELAY:
                return self.server.ended.wait(self.server.delay_seconds())
            case _:
                return False
        return True

    def _send(self, status: HTTPStatus, body: bytes = b"", kind: str = XML) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for piece in self._pieces(body):
            self.wfile.write(piece)

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        if self.server.fault is Fault.CUT and body:
            self.close_connection = True
            yield body[: self.server.cut_of(body)]
        elif self.server.fault is Fault.DRIP:
            for position in range(len(body)):
                if self.server.ended.wait(DRIP_SECONDS):
                    return
                yield body[position : position + 1]
        else:
            yield body


def _tls(home: Path, fault: Fault) -> ssl.SSLContext:
    """Asks every client for a certificate; without trust in the practice authority it refuses whatever it is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    own = "server_ended" if fault is Fault.EXPIRED_CERTIFICATE else "server"
    context.load_cert_chain(home / "tls" / f"{own}.crt", home / "tls" / f"{own}.key")
    context.verify_mode = ssl.CERT_REQUIRED
    if fault is not Fault.REFUSE_CERTIFICATE:
        context.load_verify_locations(home / "tls" / "ca.crt")
    return context


def _obey(server: PracticeServer) -> None:
    """Sets the fault that each line of standard input names, until its end."""
    for line in sys.stdin:
        with contextlib.suppress(
            ValueError, KeyError, TypeError, OSError
        ):  # what is no order changes nothing and gets no answer
            order = json.loads(line)
            server.misbehave(Fault(order["fault"]), int(order.get("seed", 0)))
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
