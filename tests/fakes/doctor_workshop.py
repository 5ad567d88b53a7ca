"""A site's gateway on this machine, and what can be wrong with it: certificates, answers, names and clocks."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from terminal.doctor.connection import Place, Resolve, system_resolve
from terminal.doctor.hops import Cause, Finding, Hop, found
from terminal.doctor.lan import check_lan
from terminal.doctor.line import HOPS, LineEnd, check_line
from terminal.doctor.rounds import Check

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
WELL = {"ready": True, "unanswered": 0, "oldest_seconds": 0, "latest_problem": None}


class Site:
    """A site's authority and the certificates that it signs, as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("PRACTICE site")
        self.ca_file = folder / "ca.crt"
        ca = self._begun(self._name, self._key, NOW - 900 * DAY, NOW + 900 * DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self._write("ca", ca, self._key)

    def issue(self, name: str, begins: timedelta = -2 * DAY, ends: timedelta = 300 * DAY, host: str = "") -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = (
            [x509.DNSName(host)] if host else [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
        )
        begun = self._begun(_named(name), key, NOW + begins, NOW + ends)
        self._write(name, begun.add_extension(x509.SubjectAlternativeName(names), critical=False), key)

    def end(self, port: int, own: str = "desk", host: str = "127.0.0.1", ca_file: Path | None = None) -> LineEnd:
        url = f"https://{host}:{port}/eligibility"
        return LineEnd(url, ca_file or self.ca_file, self.folder / f"{own}.crt", self.folder / f"{own}.key")

    def serving(self, name: str = "gateway") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        context.load_verify_locations(self.ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _begun(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        begun = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
        return begun.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)

    def _write(self, name: str, begun: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> None:
        own, authority = key.public_key(), self._key.public_key()
        signed = (
            begun.add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False)
            .sign(self._key, SHA256())
        )
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / f"{name}.crt").write_bytes(signed.public_bytes(Encoding.PEM))
        (self.folder / f"{name}.key").write_bytes(pem)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


Behaviour = Callable[[socket.socket], None]


class Gateway:
    """Listens on a port of its own, speaks TLS if given a context, and then behaves. Close it."""

    def __init__(self, behave: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.ended = threading.Event()
        self._behave = behave
        self._tls = tls
        self._serving = threading.Thread(target=self._serve)
        self._serving.start()

    def close(self) -> None:
        self.ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._serving.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            line.settimeout(10)
            with contextlib.suppress(OSError), line:
                if self._tls is None:
                    self._behave(line)
                    continue
                with self._tls.wrap_socket(line, server_side=True) as secured:
                    self._behave(secured)


def answering(status: str, body: bytes, *, shift: timedelta = timedelta()) -> Behaviour:
    def behave(line: socket.socket) -> None:
        line.recv(65536)
        at = (datetime.now(UTC) + shift).strftime("%a, %d %b %Y %H:%M:%S GMT")
        head = f"HTTP/1.1 {status}\r\nDate: {at}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        line.sendall(head.encode() + body)

    return behave


def telling(**health: object) -> Behaviour:
    return answering("200 OK", json.dumps({**WELL, **health}).encode())


def hang_up(line: socket.socket) -> None:
    line.recv(65536)


def garbage(line: socket.socket) -> None:
    line.recv(65536)
    line.sendall(b"\x00\x01not HTTP at all\r\n\r\n")


def redirect(line: socket.socket) -> None:
    answering("302 Found", b"<html>log in to the hotel's network</html>")(line)


def speak_plainly(line: socket.socket) -> None:
    line.recv(65536)
    line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@dataclass(frozen=True)
class ShiftedClock:
    shift: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass(frozen=True)
class Fault:
    name: str
    hop: Hop | None
    checks: Sequence[Check]


class Workshop:
    """Where faults are made, and cleared away."""

    def __init__(self, folder: Path) -> None:
        self.cleared = contextlib.ExitStack()
        (folder / "site").mkdir()
        self.site = Site(folder / "site")
        self.folder = folder
        for name in ("gateway", "desk"):
            self.site.issue(name)
        self.site.issue("ended", -20 * DAY, -DAY)
        self.site.issue("not-yet", DAY, 20 * DAY)
        self.site.issue("elsewhere", host="elsewhere.example")
        (folder / "other").mkdir()
        self.other = Site(folder / "other")
        self.other.issue("desk")
        self.other.issue("gateway")

    def gateway(self, behave: Behaviour, tls: ssl.SSLContext | None = None) -> int:
        gateway = Gateway(behave, tls or self.site.serving())
        self.cleared.callback(gateway.close)
        return gateway.port

    def slow(self, first: bytes, then: bytes = b"") -> int:
        """Takes the question, sends something, and drips the rest."""
        ended = threading.Event()

        def behave(line: socket.socket) -> None:
            line.recv(65536)
            line.sendall(first)
            while then and not ended.wait(0.2):
                line.sendall(then)
            ended.wait(30)

        port = self.gateway(behave)
        self.cleared.callback(ended.set)
        return port

    def plain(self, behave: Behaviour) -> int:
        gateway = Gateway(behave)
        self.cleared.callback(gateway.close)
        return gateway.port

    def closed_port(self) -> int:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port: int = listener.getsockname()[1]
            return port

    def silent_port(self) -> int:
        """The kernel takes connections, and no program does."""
        listener = self.cleared.enter_context(socket.create_server(("127.0.0.1", 0)))
        port: int = listener.getsockname()[1]
        return port

    def black_hole(self) -> int:
        """Packets vanish: a queue of connections that is full lets Linux drop each further SYN."""
        listener = self.cleared.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port: int = listener.getsockname()[1]
        for _ in range(4):
            filler = self.cleared.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(("127.0.0.1", port))
        return port

    def line(self, end: LineEnd, shift: timedelta = timedelta(), resolve: Resolve = system_resolve) -> Sequence[Check]:
        return [
            Check((Hop.READER,), lambda: [found(Cause.READER_READY)], 5),
            Check(HOPS, lambda: check_line(end, ShiftedClock(shift), resolve), 16),
        ]

    def link(self, state: str, route: str) -> Sequence[Check]:
        place = self.folder / f"net-{state}-{len(route)}"
        for name, its in (("lo", "unknown"), ("eth0", state)):
            (place / "interfaces" / name).mkdir(parents=True)
            (place / "interfaces" / name / "operstate").write_text(f"{its}\n")
        (place / "route").write_text(f"Iface\tDestination\n{route}")
        return one((Hop.LAN,), lambda: [check_lan(interfaces=place / "interfaces", routes=(place / "route",))])

    def time_server(self, shift: timedelta) -> int:
        """One answer over SNTP, by a clock that is off."""
        line = self.cleared.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        line.bind(("127.0.0.1", 0))
        line.settimeout(20)

        def answer() -> None:
            with contextlib.suppress(OSError):
                question, asker = line.recvfrom(48)
                moment = int((datetime.now(UTC) + shift - datetime(1900, 1, 1, tzinfo=UTC)).total_seconds())
                stamp = (moment % 2**32).to_bytes(4) + bytes(4)
                line.sendto(b"\x24\x02\x00\xec" + bytes(12) + stamp + question[40:48] + stamp + stamp, asker)

        thread = threading.Thread(target=answer)
        thread.start()
        self.cleared.callback(thread.join)
        port: int = line.getsockname()[1]
        return port


def one(hops: tuple[Hop, ...], look: Callable[[], Iterable[Finding]]) -> Sequence[Check]:
    return [Check(hops, look, 15)]


def unknown_name(host: str, port: int) -> Sequence[Place]:
    raise socket.gaierror(socket.EAI_NONAME, "unknown")


def no_name_server(host: str, port: int) -> Sequence[Place]:
    raise socket.gaierror(socket.EAI_AGAIN, "try again")
