"""An outage in the practice room, from the cut to the line's return; its papers, its doctor, and upkeep at night."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from offline_cache.keys import PracticeSeal, unwrap
from offline_cache.store import KEY_FILE, open_store
from terminal.access_log.access import Access, Actor
from terminal.card_token import TokenKind
from terminal.commands import data
from terminal.commands.doctor_room import look_at_practice
from terminal.commands.headless import check_in
from terminal.commands.outage_room import policy_of
from terminal.commands.outage_windows import Papers, diagnosed, differences
from terminal.commands.practice_room import PracticeRoom
from terminal.configuration.settings import Limits
from terminal.doctor.hops import Cause, Diagnosis, Finding, Grade, Hop, found
from terminal.eligibility.outage_paper import OutageNote, outage_note_of
from terminal.limits import POLICY, Function, Measure
from terminal.outage.situation import Situation
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.practice.deck import load_deck
from terminal.practice.faults import Fault
from terminal.problems import Problem, TerminalError
from ui.papers.outage import outage_page
from ui.papers.sheet import HEIGHT_MM, WIDTH_MM, pdf

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SOMEBODY = next(person for person in load_deck().values() if person.outcome == "confirmed")
CARD = Card("v1", TokenKind.PLASTIC, b"der", NOW + 900 * DAY, 10, 3)
HOLDER = Holder("見本　花子", "架空区", date(1983, 4, 1), Sex.FEMALE, b"jp2", date(2034, 4, 1), IssuerTrust.CHECKED)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
ACTOR = Actor("practice-receptionist", "receptionist", "practice")


class FixedClock:
    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


class Log:
    def __init__(self) -> None:
        self.entries: list[Access] = []
        self.is_failing = False

    def record(self, access: Access) -> None:
        if self.is_failing:
            raise TerminalError(Problem.JOURNAL_FAILED)
        self.entries.append(access)

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeRoom]:
    made = PracticeRoom(tmp_path_factory.mktemp("room"))
    yield made
    made.close()


class Heard:
    """Situations as they are told, to be waited for."""

    def __init__(self, room: PracticeRoom) -> None:
        self._told: list[Situation] = []
        self._news = threading.Condition()
        room.outage.watch.listen(self._tell)
        self._wake = room.outage.watch.wake

    def _tell(self, situation: Situation) -> None:
        with self._news:
            self._told.append(situation)
            self._news.notify_all()

    def until(self, is_it: object) -> Situation:
        assert callable(is_it)
        self._wake()
        with self._news:
            assert self._news.wait_for(lambda: any(map(is_it, self._told)), 60), self._told
            return next(filter(is_it, self._told))


def test_a_cut_line_is_told_and_its_return_too_and_the_doctor_names_it(room: PracticeRoom) -> None:
    heard = Heard(room)
    assert check_in(room, SOMEBODY)["outcome"] == "confirmed"
    room.take_away()
    healthy = look_at_practice(room)
    assert (healthy.grade, healthy.to_blame) == (Grade.GREEN, None)
    room.cut_line(True)
    assert check_in(room, SOMEBODY)["outcome"] == "provisional"
    room.take_away()
    down = heard.until(lambda each: each.is_down and each.figures.waiting == 1)
    assert down.line.problem is Problem.LINE_DOWN
    blamed = look_at_practice(room).to_blame
    assert blamed is not None
    assert blamed.hop in (Hop.GATEWAY, Hop.TLS, Hop.LAN, Hop.DNS)
    room.cut_line(False)
    back = Heard(room)
    back.until(lambda each: not each.is_down)


def test_a_clock_that_is_off_is_told_to_reception_and_ends_stored_answers_until_it_is_right(room: PracticeRoom) -> None:
    heard = Heard(room)
    room.service.set_fault(Fault.CLOCK_OFF)
    assert check_in(room, SOMEBODY)["outcome"] == "confirmed"
    room.take_away()
    heard.until(lambda each: [limit.because for limit in each.limits] == [(Measure.CLOCK_DRIFT,)] * 2)
    assert room.outage.watch.is_stopped(Function.STORED_ANSWERS)
    right = Heard(room)
    room.service.set_fault(Fault.NONE)
    assert check_in(room, SOMEBODY)["outcome"] == "confirmed"
    room.take_away()
    right.until(lambda each: not each.limits)
    assert not room.outage.watch.is_stopped(Function.STORED_ANSWERS)


def test_the_difference_report_says_what_waits(room: PracticeRoom) -> None:
    told = differences(room.outage.outbox, room.clock, "ja")
    assert told.sentence
    assert told.to_copy.startswith(told.sentence)


def test_the_report_to_copy_leaves_out_whom_to_phone() -> None:
    made = Diagnosis((_finding(),), (Hop.UPSTREAM,))
    told = diagnosed(made, FixedClock(), "ja", {Hop.GATEWAY: "見本通信 0000"})
    assert "見本通信 0000" in told.phone
    assert "見本通信" not in told.to_copy
    assert told.sentence in told.to_copy


def _finding() -> Finding:
    return found(Cause.GATEWAY_SILENT)


def rows_of(note: OutageNote) -> QImage:
    image = QImage(round(WIDTH_MM * 2), round(HEIGHT_MM * 2), QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    outage_page(note).pages[0](painter, 2.0)
    painter.end()
    return image


def test_the_note_of_a_holder_has_more_ink_than_a_blank_one(qapp: QApplication) -> None:
    filled, blank = outage_note_of(HOLDER, "見本内科", NOW), OutageNote("見本内科", NOW)
    inks = [sum(bytes(rows_of(note).constBits())) for note in (filled, blank)]
    assert inks[0] < inks[1]
    assert pdf(outage_page(blank)).startswith(b"%PDF-")


def test_a_paper_is_on_record_before_it_is_made() -> None:
    log = Log()
    papers = Papers("見本内科", FixedClock(), log, lambda: ACTOR)
    assert "花子" not in repr(papers.note(VERIFIED))
    (entry,) = log.entries
    assert (entry.action, entry.visit, entry.actor) == ("outage_note_printed", "v1", ACTOR.id)
    papers.note(None)
    assert len(log.entries) == 1  # a blank sheet is about nobody
    log.is_failing = True
    with pytest.raises(TerminalError):
        papers.note(VERIFIED)


def test_a_configured_policy_is_used_and_a_wrong_one_refused() -> None:
    assert policy_of(Limits()) == POLICY
    with pytest.raises(TerminalError) as raised:
        policy_of(Limits(offline_stopped_days=31))
    assert raised.value.problem is Problem.CONFIGURATION_WRONG


@pytest.mark.parametrize("words", [["tidy"], ["--tidy"]])
def test_at_night_an_old_key_of_the_answers_is_changed_unless_the_desk_runs(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long_ago = FixedClock(datetime.now(UTC) - 40 * DAY)
    seal = PracticeSeal(tmp_path)
    with closing(open_store(tmp_path, seal, long_ago, "desk 1")):
        before = unwrap((tmp_path / KEY_FILE).read_bytes(), seal).cache
        assert data.run([*words, "--store", str(tmp_path)]) == 0
        assert unwrap((tmp_path / KEY_FILE).read_bytes(), seal).cache == before
    assert data.run([*words, "--store", str(tmp_path)]) == 0
    assert "new key" in capsys.readouterr().out
    assert unwrap((tmp_path / KEY_FILE).read_bytes(), seal).cache != before
    with closing(open_store(tmp_path, seal, long_ago, "desk 1")) as store:
        assert not store.is_cache_new
