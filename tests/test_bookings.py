"""A day's bookings: each is asked about once, whatever is killed; the rest is called."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.access_log.access import Access
from terminal.clock import SystemClock
from terminal.coverage import Coverage, InForce, NotFound, NotInForce, Record, Refused, Reply, SeveralFound
from terminal.eligibility.bookings import Asking, ask_bookings
from terminal.eligibility.bookings_call_list import call_list, lines
from terminal.eligibility.bookings_file import Booking, read_bookings
from terminal.eligibility.bookings_messages import UNIT, Envelope, decode_answers
from terminal.eligibility.bookings_outcome import Outcome, outcome_of
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.eligibility.check_digits import check_digit
from terminal.eligibility.number_query import Insured
from terminal.eligibility.xmlmsg import RESULT
from terminal.practice.answers import read_question
from terminal.problems import Problem, TerminalError

ROOT = Path(__file__).parent.parent
TODAY, DAY = date(2026, 11, 22), date(2026, 11, 23)
HEADING = "予約時刻,患者番号,氏名,生年月日,保険者番号,記号,番号,枝番"
ROW = "9:00,1,見本　花子,1992-04-12,00990010,１２,３４５,01"
INSURER = "0699001" + check_digit("0699001")
CODES = {"0": "1", "1": "2", "2": "3", "3": "4", "4": "5"}  # by the last digit of the number; else in force


def bookings_of(count: int) -> bytes:
    rows = [f"9:{n % 60:02d},{n},患者{n},19{n % 90 + 10}0401,{INSURER},12,{n},01" for n in range(1, count + 1)]
    return "\n".join((HEADING, *rows)).encode()


def read(content: str | bytes) -> tuple[Booking, ...]:
    return read_bookings(content if isinstance(content, bytes) else content.encode(), TODAY)


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


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, FakeService(tmp_path))


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encode", [str.encode, lambda text: text.encode("utf-8-sig"), lambda text: text.encode("cp932")]
)
def test_a_file_is_read_in_each_encoding(encode: Callable[[str], bytes]) -> None:
    (booking,) = read(encode(f"{HEADING}\r\n{ROW}\r\n"))
    assert (booking.line, booking.time, booking.name) == (2, "9:00", "見本　花子")
    assert booking.insured == Insured("00990010", "１２", "３４５", "01", date(1992, 4, 12))


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "no column for birth_date"),
        ("氏名,番号\na,1", "no column for birth_date, insurer_number"),
        (f"{HEADING},番号\n{ROW},1", "two columns for number"),
        (f"{HEADING}\n9:00,1", "row 2: fewer columns"),
        (f'{HEADING}\n"9:00,1', "not CSV"),
        (b"\x81", "neither"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused(content: str | bytes, detail: str) -> None:
    with pytest.raises(TerminalError, match=detail) as raised:
        read(content)
    assert raised.value.problem is Problem.BOOKINGS_UNREADABLE


@given(st.binary(max_size=200))
def test_any_bytes_are_bookings_or_refused(content: bytes) -> None:
    with contextlib.suppress(TerminalError):
        assert all(booking.line > 1 for booking in read(HEADING.encode() + b"\n" + content))


# --- asking -----------------------------------------------------------------------------------------------------------


def test_each_booking_comes_to_what_the_service_says(desk: Desk) -> None:
    outcomes = desk.ask(bookings_of(5))
    assert [outcomes[line] for line in range(2, 7)] == [
        Outcome.ENDED,
        Outcome.ENDED_NEWER_EXISTS,
        Outcome.NOT_FOUND,
        Outcome.SEVERAL_FOUND,
        Outcome.IN_FORCE,
    ]
    assert [coverage.subscriber_id for coverage in desk.cache.kept.values()] == ["5"]
    assert len(desk.recorded) == 5
    assert desk.told[-1] == (5, 5)


def test_what_was_answered_is_not_asked_again(desk: Desk) -> None:
    desk.ask(bookings_of(60))
    before = desk.service.messages
    desk.ask(bookings_of(60))
    assert desk.service.messages == before


def test_two_bookings_of_one_insured_are_one_question(desk: Desk) -> None:
    other = ROW.replace("9:00", "15:00").replace("３４５", "345")
    outcomes = desk.ask(f"{HEADING}\n{ROW.replace('見本　花子', '')}\n{other.replace('見本　花子', '')}".encode())
    assert outcomes == {2: Outcome.IN_FORCE, 3: Outcome.IN_FORCE}
    assert desk.service.asked().total() == 1


def test_numbers_that_cannot_be_right_are_not_asked(desk: Desk) -> None:
    assert desk.ask(f"{HEADING}\n{ROW.replace('00990010', '00990011')}".encode()) == {}
    assert desk.service.messages == 0


def test_a_passing_outage_puts_the_same_question_again(desk: Desk) -> None:
    desk.service.fails = [Problem.LINE_DOWN, Problem.SERVICE_BUSY]
    assert len(desk.ask(bookings_of(3))) == 3


def test_an_outage_that_stays_is_told_and_costs_nothing(desk: Desk) -> None:
    desk.service.fails = [Problem.LINE_DOWN] * 4
    with pytest.raises(TerminalError):
        desk.ask(bookings_of(60))
    assert len(desk.ask(bookings_of(60))) == 60
    assert set(desk.service.asked().values()) == {1}


def test_a_security_matter_is_not_tried_again(desk: Desk) -> None:
    desk.service.fails = [Problem.SERVICE_UNTRUSTED]
    with pytest.raises(TerminalError):
        desk.ask(bookings_of(1))
    assert desk.service.messages == 1


def test_whom_the_service_leaves_out_has_no_answer(desk: Desk) -> None:
    desk.service.leaves_out = "5"
    assert desk.ask(bookings_of(5))[6] is Outcome.NO_ANSWER
    assert desk.cache.kept == {}


def test_nobody_is_asked_before_it_is_on_record(desk: Desk) -> None:
    desk.service.fails = [Problem.SERVICE_UNTRUSTED]
    with pytest.raises(TerminalError):
        desk.ask(bookings_of(1))
    assert len(desk.recorded) == 1


def test_a_second_process_waits_outside(desk: Desk) -> None:
    progress = Progress(desk.folder / FILE, b"", DAY)
    with pytest.raises(TerminalError) as raised:
        desk.ask(bookings_of(1))
    assert raised.value.problem is Problem.STORE_BUSY
    progress.close()


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_bookings import Desk, FakeService, bookings_of
folder = Path({folder!r})
Desk(folder, FakeService(folder, dies_at={dies_at})).ask(bookings_of({count}))
"""


def kill(folder: Path, dies_at: int, count: int) -> None:
    code = KILLED.format(tests=str(Path(__file__).parent), folder=str(folder), dies_at=dies_at, count=count)
    killed = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL


def test_5000_bookings_killed_twice_are_each_asked_once(desk: Desk) -> None:
    count = 5000
    kill(desk.folder, 37, count)  # in the first phase
    kill(desk.folder, 230, count)  # in the second one
    outcomes = desk.ask(bookings_of(count))
    assert set(outcomes) == set(range(2, count + 2))
    asked = desk.service.asked()
    assert len(asked) == count
    assert set(asked.values()) == {1}
    assert Counter(outcomes.values())[Outcome.IN_FORCE] == count * 6 // 10
    assert desk.told[-1] == (count, count)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([None, *[Problem.SERVICE_UNTRUSTED] * 2]), max_size=12), st.integers(1, 120))
def test_wherever_it_stops_nobody_is_asked_twice(stops: list[Problem | None], count: int) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder), FakeService(Path(folder)))
        for stop in stops:
            desk.service.fails = [stop] if stop else []
            try:
                desk.ask(bookings_of(count))
            except TerminalError:
                continue
        desk.service.fails = []
        assert len(desk.ask(bookings_of(count))) == count
        assert set(desk.service.asked().values()) == {1}


# --- answers ----------------------------------------------------------------------------------------------------------

INSURED = Insured("00990010", "１２", "３４５", "01", date(1992, 4, 12))
ENVELOPE = Envelope("look-1", "1319999999", DAY)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (message("look-2", body=unit("000002", INSURED)), "ArbitraryFileIdentifier"),
        (message("look-1", body=unit("000003", INSURED)), "of no question"),
        (message("look-1", body=unit("000002", INSURED) * 2), "two answers"),
        (message("look-1", body=unit("000002", replace(INSURED, number="３４６"))), "not what was asked"),
        (message("look-1", body=unit("000002", replace(INSURED, branch="02"))), "not what was asked"),
    ],
)
def test_an_answer_to_anything_else_is_unreadable(answer: bytes, detail: str) -> None:
    with pytest.raises(TerminalError, match=detail):
        decode_answers(answer, ENVELOPE, {"000002": INSURED})


RECORD = Record("見本　花子", None, date(1992, 4, 12), None, None)
COVERAGE = Coverage("00990010", "", "１２", "３４５", "01", None, None, None, None)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (InForce(RECORD, COVERAGE), Outcome.IN_FORCE),
        (InForce(replace(RECORD, name="見本　太郎"), COVERAGE), Outcome.PERSON_DIFFERS),
        (InForce(replace(RECORD, name=None), COVERAGE), Outcome.PERSON_DIFFERS),
        (InForce(replace(RECORD, birth_date=None), COVERAGE), Outcome.PERSON_DIFFERS),
        (NotInForce(None, newer_exists=False), Outcome.ENDED),
        (NotFound(), Outcome.NOT_FOUND),
        (SeveralFound(), Outcome.SEVERAL_FOUND),
        (Refused("E", ""), Outcome.REFUSED),
    ],
)
def test_only_an_answer_about_the_booked_person_is_in_force(reply: Reply, outcome: Outcome) -> None:
    assert outcome_of(read(f"{HEADING}\n{ROW}")[0], reply) is outcome


# --- the call list ----------------------------------------------------------------------------------------------------


def test_the_list_has_everybody_but_those_in_force_by_time() -> None:
    rows = (ROW.replace("9:00", time) for time in ("11:00", "9:30", "8:00"))
    bookings = read("\n".join((HEADING, *rows)))
    calls = call_list(bookings, {2: Outcome.ENDED, 3: Outcome.NOT_FOUND, 4: Outcome.IN_FORCE}, "ja")
    assert [call.booking.time for call in calls] == ["9:30", "11:00"]
    shown = "\n".join(lines(calls, DAY, "ja"))
    assert "令和8年11月23日" in shown
    assert "見本　花子" in shown
    assert "花子" not in repr(calls)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_every_outcome_but_in_force_says_what_to_bring(outcome: Outcome | None, language: str) -> None:
    bookings = read(f"{HEADING}\n{ROW}")
    calls = call_list(bookings, {2: outcome} if outcome else {}, language)
    assert [bool(call.to_say) for call in calls] == ([] if outcome is Outcome.IN_FORCE else [True])


def test_an_empty_list_says_so() -> None:
    assert list(lines((), DAY, "en"))[-1] == "nobody needs a call"
