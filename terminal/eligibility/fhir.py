"""A FHIR R4 server as the eligibility service: `$submit`, or else a stored request and a response to look for.

Law: what a person is known by leaves only in a body, never in an address; only the response that names our own request
is its answer; and storing and looking take no longer than the budget, after which the service is still at work.
"""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from terminal.coverage import Question, Refused, Reply, StillRunning
from terminal.eligibility.fhir_eligibility import read_fhir_reply, read_operation_outcome, refuse_another_request
from terminal.eligibility.fhir_question import (
    REQUEST,
    encode_fhir_number_question,
    encode_fhir_question,
    request_id,
)
from terminal.eligibility.fhir_resources import Resources, resources_of
from terminal.eligibility.https_line import Answer, HttpsLine, LineCertificates, Message
from terminal.eligibility.number_query import NumberQuestion
from terminal.eligibility.untrusted_json import parse
from terminal.problems import Problem, TerminalError

BUDGET = timedelta(seconds=5)
LOOK_EVERY = timedelta(seconds=0.3)
PROBE_SECONDS = 3.0

_JSON = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
_FORM = _JSON | {"Content-Type": "application/x-www-form-urlencoded"}
_NO_SUCH_OPERATION = (404, 405, 501)
_FOUND, _ACCEPTED = (200, 201), 202


class FhirEligibility:
    """Port `EligibilityService`; it raises what `HttpsLine` does. `url` is the server's base address."""

    def __init__(
        self,
        url: str,
        institution_code: str,
        certificates: LineCertificates,
        *,
        budget: timedelta = BUDGET,
    ) -> None:
        self._institution_code = institution_code
        self._budget_seconds = budget.total_seconds()
        self._line = HttpsLine(url.rstrip("/") + "/", certificates)
        self._has_submit = True  # until the server says otherwise
        self._ended = threading.Event()

    def ask(self, question: Question) -> Reply:
        """Asks about a card's holder, within the budget."""
        body = encode_fhir_question(question, self._institution_code)
        return self._ask(question.identifier, question.day, body)

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        """Asks without a card, within the budget."""
        body = encode_fhir_number_question(question, self._institution_code, datetime.now(UTC))
        return self._ask(question.identifier, question.day, body)

    def probe(self) -> None:
        """Whether somebody is there, without a question. Raises what a question would meet on its way there."""
        self._line.exchange(Message("probe", "metadata", "HEAD", _JSON), PROBE_SECONDS)

    def service_now(self) -> datetime | None:
        """What time the service has, by its last answer."""
        return self._line.service_now()

    def close(self) -> None:
        """Lets go of the line; an answer under way is lost."""
        self._ended.set()
        self._line.close()

    def _ask(self, identifier: str, day: date, body: bytes) -> Reply:
        deadline = time.monotonic() + self._budget_seconds
        reply = self._put(identifier, day, body, deadline)
        pause = LOOK_EVERY.total_seconds()
        while isinstance(reply, StillRunning) and time.monotonic() + pause < deadline and not self._ended.wait(pause):
            reply = self._look(identifier, day, deadline)
        return reply

    def _put(self, identifier: str, day: date, body: bytes, deadline: float) -> Reply:
        if self._has_submit:
            submitted = self._exchange(Message(identifier, f"{REQUEST}/$submit", "POST", _JSON, body), deadline)
            if submitted.status not in _NO_SUCH_OPERATION:
                return self._read(submitted, identifier, day)
            self._has_submit = False
        # an update of a resource that is named by the question: put twice, it is there once
        stored = self._exchange(
            Message(identifier, f"{REQUEST}/{request_id(identifier)}", "PUT", _JSON, body), deadline
        )
        return StillRunning() if stored.status in _FOUND else _refusal(stored)

    def _look(self, identifier: str, day: date, deadline: float) -> Reply:
        sought = urlencode({"request": f"{REQUEST}/{request_id(identifier)}"}).encode()
        message = Message(identifier, "CoverageEligibilityResponse/_search", "POST", _FORM, sought)
        return self._read(self._exchange(message, deadline), identifier, day)

    def _read(self, answer: Answer, identifier: str, day: date) -> Reply:
        if answer.status == _ACCEPTED:
            return StillRunning()
        if answer.status not in _FOUND:
            return _refusal(answer)
        resources = _resources(answer)
        if not resources.each:
            return StillRunning()  # a search that has found nothing yet
        refuse_another_request(resources, identifier, f"{REQUEST}/{request_id(identifier)}", day)
        return read_fhir_reply(resources)

    def _exchange(self, message: Message, deadline: float) -> Answer:
        return self._line.exchange(message, max(0.0, deadline - time.monotonic()))


def _refusal(answer: Answer) -> Refused:
    """The server's own words. Raises `SERVICE_REFUSED` where it has none, `SERVICE_UNREADABLE` for no refusal."""
    if not 400 <= answer.status < 500:
        raise TerminalError(Problem.SERVICE_UNREADABLE, f"HTTP {answer.status}")
    try:
        return read_operation_outcome(_resources(answer))
    except TerminalError as error:
        raise TerminalError(Problem.SERVICE_REFUSED, f"HTTP {answer.status}") from error


def _resources(answer: Answer) -> Resources:
    return resources_of(parse(answer.untrusted_body))
