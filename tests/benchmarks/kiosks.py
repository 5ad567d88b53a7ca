"""A site's certificates, and kiosks that ask a gateway: plain HTTP/1.1 over TLS, so that the asking costs little."""

import asyncio
import contextlib
import queue
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from terminal.card_token import TokenKind
from terminal.coverage import Coverage, InForce, Question, Record, Relation, Reply
from terminal.eligibility.xmlmsg import encode_question
from terminal.insured import NumberQuestion
from terminal.people import Card, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError

INSTITUTION = "1319999999"
NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
DAY = timedelta(days=1)
LIMIT = 60.0  # seconds, for whatever is waited for; a busy machine is no failure


class Site:
    """An authority of its own, and whatever it certifies: PEM files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PRACTICE site")])
        identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        builder = self.begun(self.name, self.key.public_key()).add_extension(identifier, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.ca = builder.sign(self.key, SHA256())
        self.ca_file = folder / "ca.crt"
        self.ca_file.write_bytes(self.ca.public_bytes(Encoding.PEM))

    def certify(self, *names: str) -> tuple[Path, Path]:
        """Certificate and key of one who has these common names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
        alternative = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
        certificate = self.begun(subject, key.public_key()).add_extension(alternative, critical=False)
        files = self.folder / f"{'+'.join(names)}.crt", self.folder / f"{'+'.join(names)}.key"
        files[0].write_bytes(certificate.sign(self.key, SHA256()).public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    def revoke(self, *certificates: Path) -> Path:
        """The list of revoked certificates, good for a day."""
        builder = x509.CertificateRevocationListBuilder(issuer_name=self.name)
        builder = builder.last_update(datetime.now(UTC) - DAY).next_update(datetime.now(UTC) + DAY)
        for file in certificates:
            serial = x509.load_pem_x509_certificate(file.read_bytes()).serial_number
            revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(datetime.now(UTC) - DAY)
            builder = builder.add_revoked_certificate(revoked.build())
        file = self.folder / "revoked.crl"
        file.write_bytes(builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM))
        return file

    def client(self, name: str) -> ssl.SSLContext:
        """How the kiosk of that name comes in."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        context.load_cert_chain(*self.certify(name))
        return context

    def begun(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(self.name, subject, key, x509.random_serial_number(), now - DAY, now + DAY)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return builder.add_extension(issuer, critical=False)


class Registry:
    """Port `EligibilityService`: knows everybody at once. Whose certificate is N has the record of N."""

    def __init__(self) -> None:
        self.asked: list[str] = []  # appending is atomic

    def ask(self, question: Question) -> Reply:
        self.asked.append(question.identifier)
        return record_of(question.card.certificate.decode())

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        self.asked.append(question.identifier)
        return record_of(question.insured.number)

    def close(self) -> None:
        pass


@dataclass
class Slow:
    """A service that tells of each question, and answers when it is told what."""

    asked: "queue.Queue[Question]" = field(default_factory=queue.Queue)
    says: "queue.Queue[Reply | Exception]" = field(default_factory=queue.Queue)
    closed: threading.Event = field(default_factory=threading.Event)

    def ask(self, question: Question) -> Reply:
        self.asked.put(question)
        reply = self.says.get(timeout=LIMIT)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def close(self) -> None:
        self.closed.set()
        self.says.put(TerminalError(Problem.LINE_DOWN, "closed"))


def record_of(person: str) -> InForce:
    record = Record(f"見本　{person}", "ﾐﾎﾝ", NOW.date(), Sex.FEMALE, "架空区")
    coverage = Coverage("06999999", "見本組合", "１２", person, "01", Relation.SUBSCRIBER, None, NOW.date(), None)
    return InForce(record, coverage)


def message(identifier: str, person: str, institution: str = INSTITUTION) -> bytes:
    card = Card("insertion", TokenKind.PLASTIC, person.encode(), NOW, None, None)
    question = Question(identifier, Verified(card, None, VerificationMethod.FACE), frozenset(), NOW.date(), NOW)
    return encode_question(question, institution)


@dataclass(frozen=True)
class Answered:
    """What one request got, and after how many milliseconds."""

    status: int
    body: bytes
    ms: float


class Kiosk:
    """One line to a gateway. `host` is 127.0.0.1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int, tls: ssl.SSLContext) -> "Kiosk":
        return cls(*await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname="localhost"))

    async def ask(self, key: str, body: bytes) -> Answered:
        head = f"POST /eligibility HTTP/1.1\r\nHost: gateway\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}"
        return await self.send(head.encode() + b"\r\n\r\n" + body)

    async def health(self) -> Answered:
        return await self.send(b"GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n")

    async def send(self, request: bytes) -> Answered:
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
        length = fields.get(b"content-length")
        body = await (self._reader.read() if length is None else self._reader.readexactly(int(length)))
        return Answered(int(head.split(b" ")[1]), body, (time.perf_counter() - began) * 1000)

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):  # ssl.SSLError is one: the gateway may have hung up before
            await self._writer.wait_closed()


async def ask_all(
    port: int, kiosks: Sequence[ssl.SSLContext], rounds: int, per_second: float | None = None
) -> tuple[float, list[list[Answered]]]:
    """Connects all kiosks, then has each ask `rounds` questions; the seconds of asking, and the answers by kiosk.

    At a rate, questions come one by one and each is timed from the moment when it was due; else as fast as it goes.
    """
    lines = [await Kiosk.connect(port, tls) for tls in kiosks]
    began = time.perf_counter()
    pace = _Pace(began, len(kiosks), per_second)
    answers = await asyncio.gather(*(_ask(line, number, rounds, pace) for number, line in enumerate(lines)))
    spent = time.perf_counter() - began
    await asyncio.gather(*(line.close() for line in lines))
    return spent, answers


def person_of(kiosk: int, turn: int) -> str:
    return f"{kiosk:04d}{turn:04d}"


@dataclass(frozen=True)
class _Pace:
    began: float
    kiosks: int
    per_second: float | None

    async def due(self, number: int, turn: int) -> float:
        """Waits for a kiosk's turn, and gives the moment when it was due."""
        if self.per_second is None:
            return time.perf_counter()
        due = self.began + (turn * self.kiosks + number) / self.per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return due


async def _ask(line: Kiosk, number: int, rounds: int, pace: _Pace) -> list[Answered]:
    """All kiosks use the same keys, which is the most that they can do to be mixed up."""
    answers = []
    for turn in range(rounds):
        due = await pace.due(number, turn)
        answer = await line.ask(f"q-{turn}", message(f"q-{turn}", person_of(number, turn)))
        answers.append(replace(answer, ms=(time.perf_counter() - due) * 1000))
    return answers
