"""The results that the official card reader leaves in `face`, each paired with the holder at this desk.

Law: a result is taken for what it says, never for when it came, for two readers race: institution, day, and the
person's name, birth date and address must be those on the chip. What names nobody belongs to nobody here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

from terminal.certificate import JST
from terminal.comparison.compare import compare, verdict
from terminal.comparison.likeness import Verdict
from terminal.coverage import InForce, InForceUnregistered, NotInForce, Question, Record, Reply, SeveralFound
from terminal.eligibility.codes import ReferenceClassification
from terminal.eligibility.folder_files import SharedFolders
from terminal.eligibility.folder_waiting import Wait, Waiting
from terminal.eligibility.result import read_date
from terminal.eligibility.untrusted_xml import parse, section, text, unreadable
from terminal.eligibility.xmlmsg import read_reply
from terminal.people import Holder
from terminal.problems import Problem, TerminalError

BUDGET = timedelta(seconds=10)
MOST_AGE = timedelta(minutes=10)  # from the check at the reader to the question at this desk
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class CardCheck:
    """One result: what it says, when the service said so, and how well it fits the holder."""

    reply: Reply
    executed_at: datetime
    likeness: Verdict


class CardCheckEligibility:
    """Port `EligibilityService` for a desk beside an official reader, whose link software checks each card by itself.

    Nothing is sent, so nothing can be asked twice; every desk of a site may read the same folder.
    """

    def __init__(
        self, root: Path, institution_code: str, *, budget: timedelta = BUDGET, most_age: timedelta = MOST_AGE
    ) -> None:
        self._folders = SharedFolders(root)
        self._institution_code = institution_code
        self._most_age = most_age
        self._waiting = Waiting(budget.total_seconds())

    def ask(self, question: Question) -> Reply:
        """Waits for the holder's own result. One that fits in all but a doubt is given when no better one comes, if it
        is the only one: the check-in withholds it, and the receptionist sees what differs.

        Raises `HOLDER_NOT_COMPARED` for a phone, which names no holder; `SERVICE_SILENT` when no result fits,
        `LINE_DOWN` and `SERVICE_REFUSED` as the folders do.
        """
        holder = question.verified.holder
        if holder is None:
            raise TerminalError(Problem.HOLDER_NOT_COMPARED, "a result of the card reader cannot be paired")
        return self._waiting.within_budget(lambda wait: self._wait_for(question, holder, wait))

    def close(self) -> None:
        """Ends every wait."""
        self._waiting.close()

    def _wait_for(self, question: Question, holder: Holder, wait: Wait) -> Reply:
        since = question.asked_at - self._most_age
        read: dict[str, CardCheck | None] = {}
        while True:
            for name in self._folders.card_checks(since - CLOCKS_DIFFER):
                if name not in read and (untrusted_body := self._read(name)) is not None:
                    read[name] = self._paired(untrusted_body, holder, question.day, since)
            found = [check for check in read.values() if check is not None]
            if reply := _the_newest([check for check in found if check.likeness is Verdict.SAME]):
                return reply
            if not wait.goes_on():
                doubtful = [check.reply for check in found]
                if len(doubtful) == 1 and isinstance(doubtful[0], InForce | InForceUnregistered):
                    return doubtful[0]
                raise TerminalError(Problem.SERVICE_SILENT, f"{len(read)} results of the card reader, none that fits")

    def _read(self, name: str) -> bytes | None:
        """A result's bytes; None until it is whole, and empty for what will never be a message: it is not ours."""
        try:
            return self._folders.card_check(name)
        except TerminalError as error:
            if error.problem is not Problem.SERVICE_UNREADABLE:
                raise
            return b""

    def _paired(self, untrusted_body: bytes, holder: Holder, day: date, since: datetime) -> CardCheck | None:
        """A result that may be the holder's; None for whatever is another's, or says nothing that can be read."""
        try:
            message = parse(untrusted_body)
            header = section(message, "MessageHeader")
            reply, executed_at = read_reply(message), _executed_at(header)
            is_ours = (
                text(header, "MedicalInstitutionCode") == self._institution_code
                and text(header, "ReferenceClassification") == ReferenceClassification.CARD
                and read_date(header, "QualificationConfirmationDate") == day
                and executed_at >= since
            )
        except TerminalError:
            return None
        record = _record(reply)
        if not is_ours or record is None:
            return None
        likeness = verdict(compare(holder, record))
        return None if likeness is Verdict.DIFFERENT else CardCheck(reply, executed_at, likeness)


def _the_newest(checks: list[CardCheck]) -> Reply | None:
    """What the service said last; where it said two things at that moment, the choice is never ours."""
    if not checks:
        return None
    last = max(check.executed_at for check in checks)
    replies = [check.reply for check in checks if check.executed_at == last]
    return replies[0] if all(reply == replies[0] for reply in replies) else SeveralFound()


def _record(reply: Reply) -> Record | None:
    match reply:
        case InForce(record) | InForceUnregistered(record) | NotInForce(record):
            return record
        case _:
            return None


def _executed_at(header: Element) -> datetime:
    """ProcessExecutionTime, YYYYMMDDHHmmss in Japan's time."""
    digits = text(header, "ProcessExecutionTime")
    if len(digits) != 14 or not (digits.isascii() and digits.isdecimal()):
        unreadable("ProcessExecutionTime is not a moment")
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=JST).astimezone(UTC)
    except ValueError:
        unreadable("ProcessExecutionTime is not a moment")
