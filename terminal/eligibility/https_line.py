"""A line over HTTPS with a client certificate: one message is answered by another.

Law: an exchange takes no longer than its deadline, whatever the other side does, and is put at most twice, with the
same key; and what went wrong is told apart, because an outage may fall back on what was kept, and a wrong certificate
on either side may not.
"""

import contextlib
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpcore
import httpx
from cryptography import x509

from terminal.eligibility.clocked_transport import ClockedTransport
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.problems import Problem, TerminalError

ATTEMPTS = 2
MOST_JITTER_SECONDS = 0.2
BUSY_STATUSES = (429, 502, 503, 504)

_DISCONNECTED = "Server disconnected"  # how httpcore 1.0 begins its message when not one byte of an answer came
_CLOSED = "the line is closed"
_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


@dataclass(frozen=True)
class LineCertificates:
    """Who is trusted, and who we are: PEM files. The service must show a certificate of `ca_file`."""

    ca_file: Path
    client_certificate: Path
    client_key: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "LineCertificates":
        """The files `ca.crt`, `client.crt` and `client.key` of a folder."""
        return cls(folder / "ca.crt", folder / "client.crt", folder / "client.key")


@dataclass(frozen=True)
class Message:
    """What is put to `path`, below the line's address. Two messages of one `key` are one to the other side."""

    key: str
    path: str = ""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Answer:
    """An HTTP status, none of `BUSY_STATUSES`, and the whole body, at most `MOST_BYTES`."""

    status: int
    untrusted_body: bytes = field(repr=False)


class HttpsLine:
    """One line.

    Raises `LINE_CERTIFICATE_UNUSABLE` when one of the files cannot be used, `SERVICE_UNTRUSTED` for an address without
    TLS.
    """

    def __init__(self, url: str, certificates: LineCertificates) -> None:
        self._url = _address(url)
        self._own_ends = _ends(certificates.client_certificate)
        self._transport = ClockedTransport(_tls(certificates))  # without a client: no cookies, no redirects, no proxies
        self._is_closed = False
        self._their_time: tuple[datetime, float] | None = None  # what time it was there, and by our monotonic clock

    def exchange(self, message: Message, budget_seconds: float) -> Answer:
        """The answer, whatever its status says.

        Asks once more when nobody took the question, or the line went away unanswered as an idle connection does. The
        second question carries the same key, so that the service sees one question and not two. After a connection
        timed out there is no second: TCP has knocked more than once by then, and the patient waits.
        """
        deadline = time.monotonic() + budget_seconds
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(message, deadline)
            except TerminalError as error:
                jitter = random.uniform(0, MOST_JITTER_SECONDS)  # noqa: S311 - spreads the kiosks of a site
                is_quick = not isinstance(error.__cause__, httpcore.TimeoutException)
                is_worth_it = is_quick and error.problem in (Problem.LINE_DOWN, Problem.SERVICE_HUNG_UP)
                if not is_worth_it or time.monotonic() + jitter >= deadline:
                    raise
            time.sleep(jitter)
        return self._attempt(message, deadline)

    def service_now(self) -> datetime | None:
        """What time the other side has, by the `Date` of its last answer (RFC 9110, 6.6.1); whole seconds."""
        if self._their_time is None:
            return None
        moment, at = self._their_time
        return moment + timedelta(seconds=time.monotonic() - at)

    def close(self) -> None:
        """Lets go of the line; an answer under way is lost."""
        self._is_closed = True
        self._transport.close()

    def _note_time(self, untrusted_date: str) -> None:
        with contextlib.suppress(ValueError):  # no date, or none that is one
            moment = parsedate_to_datetime(untrusted_date)
            if moment.tzinfo:
                self._their_time = moment, time.monotonic()

    def _attempt(self, message: Message, deadline: float) -> Answer:
        if self._is_closed:
            raise TerminalError(Problem.LINE_DOWN, _CLOSED)
        limits = httpx.Timeout(deadline, pool=max(0.0, deadline - time.monotonic()))
        request = httpx.Request(
            message.method,
            httpx.URL(f"{self._url}{message.path}") if message.path else self._url,
            headers={"Accept-Encoding": "identity", "Idempotency-Key": message.key, **message.headers},
            content=message.body,
            extensions={"timeout": limits.as_dict()},
        )
        try:
            with contextlib.closing(self._transport.handle_request(request)) as response:
                self._note_time(response.headers.get("Date", ""))
                return _read(response)
        except _FAILURES as error:
            raise TerminalError(*self._said(error)) from error
        except (ValueError, RuntimeError) as error:  # no writable host name; a socket, a client closed under its reader
            raise TerminalError(Problem.LINE_DOWN, _CLOSED if self._is_closed else "host name") from error

    def _said(self, error: Exception) -> tuple[Problem, str]:
        """A hang-up has a plain reason when our own certificate has ended: it is refused without a word."""
        if self._is_closed:
            return Problem.LINE_DOWN, _CLOSED
        problem = _problem(error)
        if problem is Problem.SERVICE_HUNG_UP and self._own_ends < datetime.now(UTC):
            return Problem.LINE_CERTIFICATE_UNUSABLE, f"the client certificate ended on {self._own_ends.date()}"
        return problem, type(error).__name__


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise TerminalError(Problem.SERVICE_UNTRUSTED, "no address") from error
    if address.scheme != "https" or not address.host:
        raise TerminalError(Problem.SERVICE_UNTRUSTED, "the address is not https")
    return address


def _tls(certificates: LineCertificates) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(certificates.ca_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificates.client_certificate, certificates.client_key)
    except OSError as error:  # ssl.SSLError is one
        raise TerminalError(Problem.LINE_CERTIFICATE_UNUSABLE, "certificates of the line") from error
    return context


def _ends(client_certificate: Path) -> datetime:
    try:
        return x509.load_pem_x509_certificate(client_certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise TerminalError(Problem.LINE_CERTIFICATE_UNUSABLE, "certificates of the line") from error


def _read(response: httpx.Response) -> Answer:
    """The body as it came, whole. Once an answer has begun, a broken one is unreadable and not a hang-up."""
    if response.status_code in BUSY_STATUSES:
        raise TerminalError(Problem.SERVICE_BUSY, f"HTTP {response.status_code}")
    body = bytearray()
    try:
        for chunk in response.iter_raw():  # raw: nothing is unpacked that could grow
            body += chunk
            if len(body) > MOST_BYTES:
                raise TerminalError(Problem.SERVICE_UNREADABLE, "too long")
    except httpcore.TimeoutException as error:
        raise TerminalError(Problem.SERVICE_SILENT, "in the middle of an answer") from error
    except _FAILURES as error:
        raise TerminalError(Problem.SERVICE_UNREADABLE, "an answer cut short") from error
    return Answer(response.status_code, bytes(body))


def _problem(error: Exception) -> Problem:
    """What a failure before the answer's first byte means. Under TLS 1.3 a refused client certificate is a hang-up."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Problem.SERVICE_UNTRUSTED
    match error:
        case httpcore.ConnectTimeout():
            return Problem.LINE_DOWN
        case httpcore.ConnectError():
            is_tls = any(isinstance(cause, ssl.SSLError | ConnectionResetError) for cause in causes)
            return Problem.SERVICE_HUNG_UP if is_tls else Problem.LINE_DOWN
        case httpcore.TimeoutException():
            return Problem.SERVICE_SILENT
        case httpcore.NetworkError():
            return Problem.SERVICE_HUNG_UP
        case httpcore.RemoteProtocolError() if str(error).startswith(_DISCONNECTED):
            return Problem.SERVICE_HUNG_UP
        case _:
            return Problem.SERVICE_UNREADABLE


def _causes(error: BaseException | None) -> list[BaseException]:
    causes = []
    while error is not None:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes
