"""The eligibility service through the official link software's folders: a file into `req`, its reply out of `res`.

Law: a question is on record before it is put, and what is on record is never put again, not even after a crash; a reply
counts when file name, institution and identifier are all those of the question; one that comes late is kept for `late`.
The messages are OQS-style: a card's certificate in a question is ours, and only link software that knows it answers it.
"""

import contextlib
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from terminal.coverage import Question, Reply, StillRunning
from terminal.eligibility.folder_files import SharedFolders
from terminal.eligibility.folder_jobs import Job, Jobs, JobState
from terminal.eligibility.folder_names import ASK_MANY, FETCH_MANY, ONE_PATIENT, is_of_one_patient, request_name
from terminal.eligibility.folder_requests import Requests
from terminal.eligibility.folder_waiting import Wait, Waiting
from terminal.eligibility.result import read_date
from terminal.eligibility.untrusted_xml import parse, section, text
from terminal.eligibility.xmlmsg import decode_reply, encode_number_question, encode_question
from terminal.insured import NumberQuestion
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

BUDGET = timedelta(seconds=10)
KEPT = timedelta(days=35)  # the record; the link software keeps replies for a day or so (ResponseFileStayTime)


@dataclass(frozen=True)
class LateReply:
    """What came after the desk had given up. Whose it was, the identifier tells: the visit stands in it."""

    identifier: str
    asked_at: datetime
    day: date
    reply: Reply


class FolderEligibility:
    """Port `EligibilityService`. `record` is the file of what was asked, on this machine and not on the share.

    Raises `STORE_UNREADABLE` when the record cannot be opened. The folders may be away: that is told when one asks.
    """

    def __init__(
        self, root: Path, institution_code: str, *, record: Path, clock: Clock, budget: timedelta = BUDGET
    ) -> None:
        self._folders = SharedFolders(root)
        self._institution_code = institution_code
        self._clock = clock
        self._waiting = Waiting(budget.total_seconds())
        self._jobs = Jobs(record)
        self._jobs.purge(clock.now() - KEPT)
        self._requests = Requests(self._folders, self._jobs, clock.now())
        self._asked_now: Counter[str] = Counter()
        self._lock = threading.Lock()

    def ask(self, question: Question) -> Reply:
        """Asks, within the budget. Asked again with the same identifier, it waits for the same reply."""
        body = encode_question(question, self._institution_code)
        return self.ask_message(question.identifier, question.day, body)

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        """Asks without a card, within the budget."""
        body = encode_number_question(question, self._institution_code)
        return self.ask_message(question.identifier, question.day, body)

    def ask_message(self, identifier: str, day: date, body: bytes) -> Reply:
        """Asks with a message that is written already; `identifier` is its ArbitraryFileIdentifier.

        Raises what `exchange` does, and `SERVICE_UNREADABLE` for a reply to another question.
        """
        with self._asking(identifier):
            untrusted_reply = self._reply_to(identifier, day, body, ONE_PATIENT)
            reply = decode_reply(untrusted_reply, identifier, self._institution_code, day)
            if not isinstance(reply, StillRunning):
                self._jobs.mark(identifier, JobState.SETTLED)
            return reply

    def exchange(self, identifier: str, body: bytes) -> bytes:
        """A message about many patients for a message, both as bytes: questions, or the reception number given for
        them. The reply's bytes are untrusted, and whose they are is the caller's to check.

        Raises `LINE_DOWN` when the folders cannot be reached or nobody takes the request, `SERVICE_SILENT` when it was
        taken and not answered, `SERVICE_UNREADABLE` for a reply that is half or no message, `SERVICE_REFUSED` when the
        share gives no right, `SERVICE_BUSY` when too many wait, `STORE_UNREADABLE` when nothing can be put on record.
        """
        message = parse(body)
        day = read_date(section(message, "MessageHeader"), "QualificationConfirmationDate") or self._clock.now().date()
        family = FETCH_MANY if text(section(message, "MessageBody"), "ReceptionNumber") else ASK_MANY
        with self._asking(identifier):
            untrusted_reply = self._reply_to(identifier, day, body, family)
            self._jobs.mark(identifier, JobState.SETTLED)
            return untrusted_reply

    def late(self) -> Iterator[LateReply]:
        """The replies that came after their desk had given up, the oldest question first; again until settled.

        Raises `LINE_DOWN` when the share hangs.
        """
        return iter(self._waiting.within_budget(self._late))

    def settle(self, identifier: str) -> None:
        """Says that a late reply was put to use: `late` leaves it out from now on."""
        self._jobs.mark(identifier, JobState.SETTLED)

    def close(self) -> None:
        """Ends every wait; what was asked stays on record, and its reply comes late."""
        self._waiting.close()
        self._jobs.close()

    def _late(self, wait: Wait) -> list[LateReply]:
        self._requests.clear_up()
        with self._lock:  # or one who begins to wait, or ends to, would be missed between the two
            jobs = [job for job in self._jobs.unsettled() if not self._asked_now[job.identifier]]
        replies = ((job, self._late_reply(job)) for job in jobs if not wait.is_over())
        return [
            LateReply(job.identifier, job.asked_at, job.day, reply)
            for job, reply in replies
            if reply is not None and not isinstance(reply, StillRunning)
        ]

    @contextlib.contextmanager
    def _asking(self, identifier: str) -> Iterator[None]:
        """Somebody waits for this reply, so it is not late."""
        with self._lock:
            self._asked_now[identifier] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asked_now[identifier] -= 1

    def _reply_to(self, identifier: str, day: date, body: bytes, family: str) -> bytes:
        request = request_name(family, day, self._jobs.desk, identifier)
        job = Job(identifier, request, day, self._clock.now(), hashlib.sha256(body).digest())
        return self._waiting.within_budget(lambda wait: self._exchange(job, body, wait))

    def _exchange(self, job: Job, body: bytes, wait: Wait) -> bytes:
        self._requests.put_once(job, body, wait)
        while True:
            if (untrusted_reply := self._folders.reply(job.request)) is not None:
                return untrusted_reply
            if not wait.goes_on():
                raise TerminalError(*self._why_none(job.request))

    def _why_none(self, request: str) -> tuple[Problem, str]:
        if self._folders.is_untaken(request):
            return Problem.LINE_DOWN, "the link software does not take requests"
        if self._folders.has_reply(request):
            return Problem.SERVICE_UNREADABLE, "a reply without its end, or held by another program"
        return Problem.SERVICE_SILENT, "no reply within the budget"

    def _late_reply(self, job: Job) -> Reply | None:
        if not is_of_one_patient(job.request):
            return None  # whoever asked about many at once asks on
        try:
            untrusted_reply = self._folders.reply(job.request)
            if untrusted_reply is None:
                return None
            return decode_reply(untrusted_reply, job.identifier, self._institution_code, job.day)
        except TerminalError:
            return None  # told when it was asked, and a better one may still come
