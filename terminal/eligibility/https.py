"""The eligibility service of a site's gateway: an XmlMsg for an XmlMsg over HTTPS.

Law: a question leaves only in the body of a POST, never in an address, and only a whole answer to just that question
is one.
"""

from datetime import date, datetime, timedelta

from terminal.coverage import Question, Reply
from terminal.eligibility.https_line import HttpsLine, LineCertificates, Message
from terminal.eligibility.xmlmsg import decode_reply, encode_number_question, encode_question
from terminal.insured import NumberQuestion
from terminal.problems import Problem, TerminalError

BUDGET = timedelta(seconds=5)
PROBE_SECONDS = 3.0

_XML = {"Content-Type": "application/xml; charset=utf-8"}


class HttpsEligibility:
    """Port `EligibilityService`. The service must show a certificate of the authority named, and no other's counts.

    Raises `LINE_CERTIFICATE_UNUSABLE` when one of the files cannot be used, `SERVICE_UNTRUSTED` for an address
    without TLS.
    """

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
        self._line = HttpsLine(url, certificates)

    def ask(self, question: Question) -> Reply:
        """Asks about a card's holder, within the budget."""
        body = encode_question(question, self._institution_code)
        return self.ask_message(question.identifier, question.day, body)

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        """Asks without a card, within the budget."""
        body = encode_number_question(question, self._institution_code)
        return self.ask_message(question.identifier, question.day, body)

    def ask_message(self, identifier: str, day: date, body: bytes) -> Reply:
        """Asks with a message that is written already; `identifier` is its ArbitraryFileIdentifier."""
        return decode_reply(self.exchange(identifier, body), identifier, self._institution_code, day)

    def exchange(self, identifier: str, body: bytes) -> bytes:
        """A message for a message, both as bytes, within the budget; the answer's bytes are untrusted."""
        answer = self._line.exchange(Message(identifier, headers=_XML, body=body), self._budget_seconds)
        if 400 <= answer.status < 500:
            raise TerminalError(Problem.SERVICE_REFUSED, f"HTTP {answer.status}")
        if answer.status != 200:
            raise TerminalError(Problem.SERVICE_UNREADABLE, f"HTTP {answer.status}")
        return answer.untrusted_body

    def probe(self) -> None:
        """Whether somebody is there, without a question. Raises what a question would meet on its way there."""
        self._line.exchange(Message("probe", method="HEAD"), PROBE_SECONDS)

    def service_now(self) -> datetime | None:
        """What time the service has, by its last answer."""
        return self._line.service_now()

    def close(self) -> None:
        """Lets go of the line; an answer under way is lost."""
        self._line.close()
