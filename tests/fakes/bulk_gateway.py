"""A day's bookings, and how a desk asks about them."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kiosks import INSTITUTION, Registry

from offline_cache.job_file import open_job_file
from terminal.access_log.access import Access
from terminal.clock import SystemClock
from terminal.coverage import Coverage
from terminal.eligibility.bookings import Asking, BulkService, ask_bookings
from terminal.eligibility.bookings_file import read_bookings
from terminal.eligibility.bookings_messages import (
    MOST_QUESTIONS,
)
from terminal.eligibility.bookings_outcome import Outcome
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.gateway.gateway import Gateway
from terminal.gateway.jobs import Jobs
from terminal.insured import Insured
from terminal.practice.answers import read_question as read_upstream
from terminal.practice.deck import load_deck
from terminal.practice.receptions import Receptions as PracticeReceptions
from terminal.problems import Problem, TerminalError

KEYS = secrets.token_bytes(32), secrets.token_bytes(32)
TODAY, DAY = date(2026, 11, 22), date(2026, 11, 23)
COUNT = MOST_QUESTIONS + 10  # two messages
ROWS = "\n".join(f"1992-04-12,00990010,12,{number},01" for number in range(1, COUNT + 1))
BOOKINGS = f"生年月日,保険者番号,記号,番号,枝番\n{ROWS}".encode()


class Upstream(Registry):
    """The official service: takes many questions, and the next `fails` exchanges do not come back."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(exist_ok=True)
        self._receptions = PracticeReceptions(load_deck(), folder)
        self.put: dict[str, bytes] = {}
        self.fails: list[Problem] = []

    def exchange(self, identifier: str, body: bytes) -> bytes:
        asked = read_upstream(body)
        if asked.many:
            assert self.put.setdefault(identifier, body) == body, "another question under the same identifier"
        if self.fails:
            raise TerminalError(self.fails.pop(0))
        return self._receptions.answer(asked, body, datetime.now(UTC))

    def times(self) -> Counter[bytes]:
        return Counter(search.insured.key for body in self.put.values() for search in read_upstream(body).many)


class Forgetful:
    """A store of answers that keeps none."""

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None: ...

    def forget_by_number(self, insured: Insured) -> None: ...


def ask(service: BulkService, folder: Path, patience: int | None = None) -> dict[int, Outcome]:
    """One run of a desk; with `patience` it is killed at the end of so many waits, which cost no time."""
    clock = SystemClock()
    waits = iter(range(patience if patience is not None else 10**6))

    def wait(seconds: float) -> None:
        clock.shift += timedelta(seconds=seconds)
        if next(waits, None) is None:
            raise KeyboardInterrupt

    def record(_: Sequence[Access]) -> None: ...

    def tell(_: int, __: int) -> None: ...

    with closing(Progress(folder / FILE, hashlib.sha256(BOOKINGS).digest(), DAY)) as progress:
        asking = Asking(service, Forgetful(), clock, INSTITUTION, "someone", record, wait, tell)
        ask_bookings(read_bookings(BOOKINGS, TODAY), DAY, progress, asking)
        return {line: Outcome(answered.outcome) for line, answered in progress.outcomes().items()}


def opened(folder: Path, service: Registry) -> Gateway:
    jobs = Jobs(open_job_file(folder / "store", KEYS[0]), KEYS[1])
    return Gateway(jobs, [service] * 2, INSTITUTION, SystemClock(), timedelta(hours=1))
