"""A file of bookings and a desk that asks a bulk service in memory about it."""

import hashlib
import os
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from terminal.access_log.access import Access
from terminal.clock import SystemClock
from terminal.coverage import Coverage
from terminal.eligibility.bookings import Asking, ask_bookings
from terminal.eligibility.bookings_file import read_bookings
from terminal.eligibility.bookings_messages import UNIT
from terminal.eligibility.bookings_outcome import Outcome
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.eligibility.check_digits import check_digit
from terminal.eligibility.number_query import Insured
from terminal.eligibility.xmlmsg import RESULT
from terminal.practice.answers import read_question
from terminal.problems import Problem, TerminalError

TODAY, DAY = date(2026, 11, 22), date(2026, 11, 23)
HEADING = "予約時刻,患者番号,氏名,生年月日,保険者番号,記号,番号,枝番"
ROW = "9:00,1,見本　花子,1992-04-12,00990010,１２,３４５,01"
INSURER = "0699001" + check_digit("0699001")
CODES = {"0": "1", "1": "2", "2": "3", "3": "4", "4": "5"}  # by the last digit of the number; else in force


def bookings_of(count: int) -> bytes:
    rows = [f"9:{n % 60:02d},{n},患者{n},19{n % 90 + 10}0401,{INSURER},12,{n},01" for n in range(1, count + 1)]
    return "\n".join((HEADING, *rows)).encode()


@dataclass
class FakeService:
    """The wire: bytes in, bytes out, and what was asked on a file that survives a kill, one line an insured.

    The same message under the same identifier is the same question, as at the real one. `dies_at`: the process is
    killed at that message, before its answer; `fails` are problems of the next messages.
    """

    folder: Path
    dies_at: int = 0
    fails: list[Problem] = field(default_factory=list)
    leaves_out: str = ""
    messages: int = 0

    def exchange(self, identifier: str, body: bytes) -> bytes:
        self.messages += 1
        if self.fails:
            raise TerminalError(self.fails.pop(0))
        asked = read_question(body)
        answer = self._take(identifier, body) if asked.many else self._answers(identifier, asked.reception)
        if self.messages == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    def asked(self) -> Counter[str]:
        files = self.folder.glob("*.asked")
        return Counter(s.insured.key.hex() for file in files for s in read_question(file.read_bytes()).many)

    def _take(self, identifier: str, body: bytes) -> bytes:
        file = self.folder / f"{identifier}.asked"
        if file.exists():
            assert file.read_bytes() == body, "another question under the same identifier"
        file.write_bytes(body)
        return message(identifier, f"<ReceptionNumber>{identifier}</ReceptionNumber>")

    def _answers(self, identifier: str, reception: str) -> bytes:
        seen = self.folder / f"{reception}.seen"
        if not seen.exists():
            seen.touch()
            return message(identifier, segment="2")
        many = read_question((self.folder / f"{reception}.asked").read_bytes()).many
        units = [unit(search.identifier, search.insured) for search in many if search.insured.number != self.leaves_out]
        return message(identifier, body="".join(units))


def message(identifier: str, header: str = "", *, segment: str = "1", body: str = "") -> bytes:
    return (
        f"<XmlMsg><MessageHeader><QualificationConfirmationDate>{DAY:%Y%m%d}</QualificationConfirmationDate>"
        f"<MedicalInstitutionCode>1319999999</MedicalInstitutionCode><SegmentOfResult>{segment}</SegmentOfResult>"
        f"<ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier>{header}</MessageHeader>"
        f"<MessageBody>{body}</MessageBody></XmlMsg>"
    ).encode()


def unit(identifier: str, insured: Insured) -> str:
    numbers = (
        f"<InsurerNumber>{insured.insurer_number}</InsurerNumber><InsuredCardSymbol>{insured.symbol}</InsuredCardSymbol>"
        f"<InsuredIdentificationNumber>{insured.number}</InsuredIdentificationNumber>"
        f"<InsuredBranchNumber>{insured.branch}</InsuredBranchNumber><Birthdate>{insured.birth_date:%Y%m%d}</Birthdate>"
    )
    code = CODES.get(insured.number[-1], "1")
    return (
        f"<{UNIT}><QualificationConfirmSearchInfo>{numbers}<ArbitraryIdentifier>{identifier}</ArbitraryIdentifier>"
        f"</QualificationConfirmSearchInfo><ProcessingResultStatus>1</ProcessingResultStatus>"
        f"<QualificationValidity>{code}</QualificationValidity>"
        f"<{RESULT}>{numbers}<Name>患者{insured.number}</Name></{RESULT}></{UNIT}>"
    )


class FakeCache:
    """The store's answers by number, as a set of keys."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Coverage] = {}

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        self.kept[insured.key] = coverage

    def forget_by_number(self, insured: Insured) -> None:
        self.kept.pop(insured.key, None)


@dataclass
class Desk:
    """One process that asks."""

    folder: Path
    service: FakeService
    cache: FakeCache = field(default_factory=FakeCache)
    recorded: list[Access] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)
    clock: SystemClock = field(default_factory=SystemClock)

    def ask(self, content: bytes) -> dict[int, Outcome]:
        progress = Progress(self.folder / FILE, hashlib.sha256(content).digest(), DAY)
        try:
            ask_bookings(read_bookings(content, TODAY), DAY, progress, self.asking())
            return {line: Outcome(answered.outcome) for line, answered in progress.outcomes().items()}
        finally:
            progress.close()

    def asking(self) -> Asking:
        def record(accesses: Sequence[Access]) -> None:
            self.recorded += accesses

        def wait(seconds: float) -> None:
            self.clock.shift += timedelta(seconds=seconds)

        def tell(done: int, total: int) -> None:
            self.told.append((done, total))

        return Asking(self.service, self.cache, self.clock, "1319999999", "someone", record, wait, tell)
