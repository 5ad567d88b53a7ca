"""What asking about a day's bookings costs beside the messages themselves, which nobody can do without."""

import hashlib
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from row import Row

from offline_cache.keys import PracticeSeal
from offline_cache.outbox import open_outbox
from offline_cache.store import open_store
from offline_cache.tokens import SqlTokens
from terminal.clock import SystemClock
from terminal.eligibility.bookings import Asking, ask_bookings
from terminal.eligibility.bookings_file import read_bookings
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.practice.answers import read_question
from terminal.practice.deck import load_deck
from terminal.practice.receptions import Receptions

BOOKINGS = 5000
LIMIT_SECONDS = 60.0
DAY = date(2026, 11, 23)


class PracticeLine:
    """The practice service without its line, and the time that it takes by itself."""

    def __init__(self, home: Path) -> None:
        self._receptions = Receptions(load_deck(), home)
        self.seconds = 0.0

    def exchange(self, identifier: str, body: bytes) -> bytes:
        began = time.perf_counter()
        answer = self._receptions.answer(read_question(body), body, datetime.now(UTC))
        self.seconds += time.perf_counter() - began
        return answer


def rows() -> Iterable[Row]:
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="build") as folder:  # on a disk, not in memory
        yield _row(Path(folder))


def _row(folder: Path) -> Row:
    content = _file()
    service = PracticeLine(folder)
    seal = PracticeSeal(folder)
    open_store(folder, seal, SystemClock(), "bench").close()
    progress = Progress(folder / FILE, hashlib.sha256(content).digest(), DAY)
    with closing(open_outbox(folder, seal, SystemClock())) as outbox, closing(progress):
        began = time.perf_counter()
        ask_bookings(read_bookings(content, DAY), DAY, progress, _asking(service, outbox.tokens))
        seconds = time.perf_counter() - began - service.seconds
    other_is = f"the limit for {BOOKINGS}, without line and service; the practice service took {service.seconds:.1f} s"
    return Row("a day's bookings, asked and kept", seconds, LIMIT_SECONDS, "s", 1.0, other_is)


def _asking(service: PracticeLine, tokens: SqlTokens) -> Asking:
    nothing = lambda *_: None  # noqa: E731  # shorter than three functions
    return Asking(service, tokens, SystemClock(), "1319999999", "bench", nothing, nothing, nothing)


def _file() -> bytes:
    person = next(iter(load_deck().values()))
    found = person.records[0].elements
    numbers = (found["InsurerNumber"], found["InsuredCardSymbol"], found["InsuredIdentificationNumber"])
    known = f"{person.name},{found['Birthdate']},{','.join(numbers)},{found['InsuredBranchNumber']}"
    unknown = (f"患者{n},19800401,{numbers[0]},{numbers[1]},{n},01" for n in range(BOOKINGS - 1))
    return "\n".join(("氏名,生年月日,保険者番号,記号,番号,枝番", known, *unknown)).encode()
