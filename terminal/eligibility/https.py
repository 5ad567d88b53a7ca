"""The eligibility service over HTTPS with a client certificate. The only file that imports httpx.

Law: a question leaves only in the body of a POST, never in an address; one question takes no longer than its budget,
whatever the other side does; and what went wrong is told apart, because an outage may fall back on what was kept, and
a wrong certificate on either side may not.
"""

import contextlib
import random
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from terminal.coverage import Question, Reply
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.problems import Problem, TerminalError

BUDGET = timedelta(seconds=5)
ATTEMPTS = 2
MOST_JITTER_SECONDS = 0.2
BUSY_STATUSES = (429, 502, 503, 504)

CONNECT_SECONDS, READ_SECONDS = 2.0, 3.0  # of each step; the pool and writes have the latter too
_DISCONNECTED = "Server disconnected"  # how httpcore 1.0 begins its message when not one byte of an answer came


class HttpsEligibility:
    """Port `EligibilityService`. The service must show a certificate of `ca_file`, and no other authority counts.

    Raises `LINE_CERTIFICATE_UNUSABLE` when one of the three files cannot be used, `SERVICE_UNTRUSTED` for an address
    without TLS.
    """

    def __init__(
        self,
        url: str,
        institution_code: str,
        *,
        ca_file: Path,
        client_certificate: Path,
        client_key: Path,
        budget: timedelta = BUDGET,
    ) -> None:
        self._url = _address(url)
        self._institution_code = institution_code
        self._budget_seconds = budget.total_seconds()
        self._line = _Line()
        tls = _tls(ca_file, client_certificate, client_key)
        self._client = httpx.Client(verify=tls, trust_env=False, headers={"Accept-Encoding": "identity"})
        self._worker = ThreadPoolExecutor(1, "eligibility")

    def ask(self, question: Question) -> Reply:
        """Asks, within the budget. httpx limits each step and not the whole, nor name resolution: the clock is ours."""
        deadline = time.monotonic() + self._budget_seconds
        asking = self._worker.submit(self._ask, question, deadline)
        try:
            return asking.result(self._budget_seconds)
        except TimeoutError as error:
            asking.cancel()
            self._line.cut()
            raise TerminalError(Problem.SERVICE_SILENT, "no whole answer within the budget") from error
        finally:
            del asking  # it holds the error, whose traceback holds it and the question: a ring that would stay a while

    def close(self) -> None:
        """Lets go of the line; an answer under way is lost."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._line.cut()
        self._client.close()

    def _ask(self, question: Question, deadline: float) -> Reply:
        """Asks once more when nobody took the question, or the line went away unanswered as an idle connection does.

        The second question carries the same key, so that the service sees one question and not two. After a connection
        timed out there is no second: TCP has knocked more than once by then, and the patient waits.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(question, deadline)
            except TerminalError as error:
                jitter = random.uniform(0, MOST_JITTER_SECONDS)  # noqa: S311 - spreads the kiosks of a site
                is_quick = not isinstance(error.__cause__, httpx.TimeoutException)
                is_worth_it = is_quick and error.problem in (Problem.LINE_DOWN, Problem.SERVICE_HUNG_UP)
                if not is_worth_it or time.monotonic() + jitter >= deadline:
                    raise
            time.sleep(jitter)
        return self._attempt(question, deadline)

    def _attempt(self, question: Question, deadline: float) -> Reply:
        left = deadline - time.monotonic()
        request = self._client.build_request(
            "POST",
            self._url,
            content=encode_question(question, self._institution_code),
            headers={"Content-Type": "application/xml; charset=utf-8", "Idempotency-Key": question.identifier},
            timeout=httpx.Timeout(min(left, READ_SECONDS), connect=min(left, CONNECT_SECONDS)),
            extensions={"trace": self._line.trace},
        )
        try:
            response = self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise TerminalError(_problem(error), type(error).__name__) from error
        except UnicodeError as error:  # a host name that name resolution cannot even write
            raise TerminalError(Problem.LINE_DOWN, "host name") from error
        with contextlib.closing(response):
            untrusted_body = _read(response)
        return decode_reply(untrusted_body, question.identifier, self._institution_code, question.day)


class _Line:
    """The newest connection, so that a clock can cut it under a service that drips its answer byte by byte."""

    def __init__(self) -> None:
        self._stream: Any = None  # httpcore.NetworkStream, which httpx does not name

    def trace(self, event: str, happened: Mapping[str, Any]) -> None:
        """Told by httpx as a request goes on."""
        if event == "connection.start_tls.complete":
            self._stream = happened["return_value"]

    def cut(self) -> None:
        """Ends whatever read or write waits on it."""
        if self._stream is not None:
            with contextlib.suppress(OSError):  # already closed
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise TerminalError(Problem.SERVICE_UNTRUSTED, "no address") from error
    if address.scheme != "https" or not address.host:
        raise TerminalError(Problem.SERVICE_UNTRUSTED, "the address is not https")
    return address


def _tls(ca_file: Path, client_certificate: Path, client_key: Path) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(ca_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(client_certificate, client_key)
    except OSError as error:  # ssl.SSLError is one
        raise TerminalError(Problem.LINE_CERTIFICATE_UNUSABLE, "certificates of the line") from error
    return context


def _read(response: httpx.Response) -> bytes:
    """The body as it came, whole. Once an answer has begun, a broken one is unreadable and not a hang-up."""
    if response.status_code in BUSY_STATUSES:
        raise TerminalError(Problem.SERVICE_BUSY, f"HTTP {response.status_code}")
    if 400 <= response.status_code < 500:
        raise TerminalError(Problem.SERVICE_REFUSED, f"HTTP {response.status_code}")
    if response.status_code != 200:
        raise TerminalError(Problem.SERVICE_UNREADABLE, f"HTTP {response.status_code}")
    body = bytearray()
    try:
        for chunk in response.iter_raw():  # raw: nothing is unpacked that could grow
            body += chunk
            if len(body) > MOST_BYTES:
                raise TerminalError(Problem.SERVICE_UNREADABLE, "too long")
    except httpx.TimeoutException as error:
        raise TerminalError(Problem.SERVICE_SILENT, "in the middle of an answer") from error
    except httpx.HTTPError as error:
        raise TerminalError(Problem.SERVICE_UNREADABLE, "an answer cut short") from error
    return bytes(body)


def _problem(error: httpx.HTTPError) -> Problem:
    """What a failure before the answer's first byte means. Under TLS 1.3 a refused client certificate is a hang-up."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Problem.SERVICE_UNTRUSTED
    match error:
        case httpx.ConnectTimeout():
            return Problem.LINE_DOWN
        case httpx.ConnectError():
            is_tls = any(isinstance(cause, ssl.SSLError | ConnectionResetError) for cause in causes)
            return Problem.SERVICE_HUNG_UP if is_tls else Problem.LINE_DOWN
        case httpx.TimeoutException():
            return Problem.SERVICE_SILENT
        case httpx.NetworkError():
            return Problem.SERVICE_HUNG_UP
        case httpx.RemoteProtocolError() if str(error).startswith(_DISCONNECTED):
            return Problem.SERVICE_HUNG_UP
        case _:
            return Problem.SERVICE_UNREADABLE


def _causes(error: BaseException | None) -> list[BaseException]:
    causes = []
    while error is not None:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes
