"""The banner of an outage says how things stand in colour, sign and words, and goes when all is well again."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sample_states import CARD, NOW, VERIFIED
from standing import DarkCamera, FixedClock

from terminal.eligibility.line_state import LineState
from terminal.eligibility.outage_paper import OutageNote
from terminal.failure_book.book import title
from terminal.limits import Function, Measure, Standing, Verdict
from terminal.outage.situation import Figures, Situation
from terminal.people import Verified
from terminal.problems import Problem, TerminalError
from terminal.states import Idle, Unconfirmed
from ui.papers.outage import outage_page
from ui.papers.sheet import Document
from ui.receptionist.banner import ALARM_SIGN, OUTAGE_SIGN
from ui.receptionist.doctor import LookedInto, Told
from ui.receptionist.outage import OutageServices
from ui.receptionist.window import ReceptionWindow
from ui.words.catalogue import Words

DOWN = LineState(Problem.LINE_DOWN, NOW - timedelta(minutes=18), 1)
RESTING = LineState(Problem.LINE_DOWN, NOW - timedelta(minutes=18), 4, is_resting=True)
BLOCKED = LineState(Problem.SERVICE_UNTRUSTED, NOW - timedelta(minutes=18))
WAITING = Figures(3, 0, NOW - timedelta(hours=2), date(2026, 11, 1), 7, 2)
LATE = Figures(3, 0, NOW - timedelta(hours=25), date(2026, 11, 1), 7, 2)
DEAD = Figures(0, 1, None, date(2026, 11, 1), 7, 2)
STOPPED = Verdict(Function.STORED_ANSWERS, Standing.STOPPED, (Measure.CLOCK_DRIFT,))
WARNED = Verdict(Function.QUEUED_CHECKS, Standing.WARNED, (Measure.DISK,))
WITHOUT_ANSWER = Unconfirmed(CARD, VERIFIED, Problem.LINE_DOWN)
TOLD = Told("回線が切れています", "連絡先: 見本通信 0000", ("一行目", "二行目"), "回線が切れています\n一行目")


class Services:
    """What the window may call, with a gate for what takes its time."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.thread = ""
        self.papers: list[Verified | None] = []
        self.failing: Problem | None = None

    def look(self, language: str) -> Told:
        self.thread = threading.current_thread().name
        assert self.gate.wait(30)
        if self.failing:
            raise TerminalError(self.failing)
        return TOLD

    def paper(self, verified: Verified | None) -> Document:
        if self.failing:
            raise TerminalError(self.failing)
        self.papers.append(verified)
        return outage_page(OutageNote("見本内科", NOW))


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def window(qtbot: QtBot, services: Services) -> ReceptionWindow:
    made = ReceptionWindow(DarkCamera(), FixedClock(NOW), language="ja", is_practice=False)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.offer_in_outages(OutageServices(services.look, services.look, services.paper))
    made.show()
    return made


def banner_of(window: ReceptionWindow) -> QWidget:
    return window._outage.banner


def said(window: ReceptionWindow) -> str:
    return "\n".join(each.text() for each in banner_of(window).findChildren(QLabel) if each.isVisible())


def press(window: QWidget, text: str) -> None:
    (found,) = [each for each in window.findChildren(QPushButton) if each.isVisible() and text in each.text()]
    found.click()


def opened(window: ReceptionWindow, qtbot: QtBot) -> LookedInto:
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(LookedInto)), timeout=10_000)
    (dialog,) = [each for each in window.findChildren(LookedInto) if each.isVisible()]
    return dialog


def tone_of(window: ReceptionWindow) -> str:
    """The colour at the banner's edge, as it is painted."""
    image = banner_of(window).grab().toImage()
    return image.pixelColor(image.width() // 2, 1).name()


def test_it_is_not_there_while_all_is_well(window: ReceptionWindow) -> None:
    window.show_situation(Situation())
    assert not banner_of(window).isVisible()


def test_a_line_that_is_down_is_told_with_its_time_and_goes_when_it_is_back(window: ReceptionWindow) -> None:
    window.show_situation(Situation(DOWN))
    assert "09:12" in said(window)
    assert OUTAGE_SIGN in said(window)
    window.show_situation(Situation())
    assert not banner_of(window).isVisible()


def test_a_resting_line_is_told_apart_from_one_that_is_still_asked(window: ReceptionWindow) -> None:
    window.show_situation(Situation(DOWN))
    asked = said(window)
    window.show_situation(Situation(RESTING))
    assert said(window) != asked


def test_a_wrong_certificate_is_an_alarm_and_no_outage(window: ReceptionWindow) -> None:
    window.show_situation(Situation(BLOCKED))
    assert ALARM_SIGN in said(window)
    assert title(Problem.SERVICE_UNTRUSTED, "ja") in said(window)


def test_what_waits_is_counted_with_its_age_and_what_is_dead_too(window: ReceptionWindow) -> None:
    window.show_situation(Situation(DOWN, WAITING))
    assert "3件" in said(window)
    assert "2時間" in said(window)
    window.show_situation(Situation(figures=DEAD))
    assert "1件" in said(window)


@pytest.mark.parametrize(
    "alarm",
    [
        Situation(DOWN, LATE), Situation(figures=DEAD), Situation(BLOCKED), Situation(limits=(STOPPED,)),
        Situation(store=Problem.STORE_ROLLED_BACK),
    ],
)  # fmt: skip
def test_an_alarm_differs_in_colour_sign_and_words(window: ReceptionWindow, alarm: Situation) -> None:
    window.show_situation(Situation(DOWN, WAITING))
    colour, words = tone_of(window), said(window)
    window.show_situation(alarm)
    assert tone_of(window) != colour
    assert ALARM_SIGN in said(window)
    assert OUTAGE_SIGN not in said(window)
    assert said(window) != words


def test_a_limit_says_what_it_is_about_and_why(window: ReceptionWindow) -> None:
    words = Words("receptionist", "ja")
    window.show_situation(Situation(limits=(STOPPED, WARNED)))
    for key in ("function.stored_answers", "measure.clock_drift", "function.queued_checks", "measure.disk"):
        assert words[f"outage.{key}"] in said(window)


def test_the_banner_speaks_the_windows_language(window: ReceptionWindow) -> None:
    window.show_situation(Situation(DOWN, WAITING, (WARNED,)))
    window.set_language("en")
    assert "09:12" in said(window)
    assert "disk" in said(window)


def test_the_difference_report_is_one_press_away(window: ReceptionWindow, qtbot: QtBot) -> None:
    window.show_situation(Situation(figures=Figures(0, 0, None, date(2026, 11, 1), 7, 2)))  # the line is back
    assert not banner_of(window).isVisible()
    press(window, "2件/7件")
    dialog = opened(window, qtbot)
    qtbot.waitUntil(lambda: dialog.sentence.text() == TOLD.sentence, timeout=10_000)
    assert dialog.whole.toPlainText() == "一行目\n二行目"


def test_the_look_into_what_is_broken_leaves_the_window_free(
    window: ReceptionWindow, qtbot: QtBot, services: Services
) -> None:
    services.gate.clear()
    press(window, "点検")
    dialog = opened(window, qtbot)
    assert dialog.sentence.text() == Words("receptionist", "ja")["doctor.looking"]
    window.show_state(Idle())  # the window goes on
    services.gate.set()
    qtbot.waitUntil(lambda: dialog.sentence.text() == TOLD.sentence, timeout=10_000)
    assert services.thread != threading.main_thread().name
    assert dialog.phone.text() == TOLD.phone


def test_what_is_copied_is_what_may_be_sent_on(window: ReceptionWindow, qtbot: QtBot) -> None:
    press(window, "点検")
    dialog = opened(window, qtbot)
    qtbot.waitUntil(dialog.copy.isVisible, timeout=10_000)
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == TOLD.to_copy


def test_closing_before_the_answer_harms_nothing(window: ReceptionWindow, qtbot: QtBot, services: Services) -> None:
    services.gate.clear()
    press(window, "点検")
    opened(window, qtbot).close()
    qtbot.waitUntil(lambda: not window.findChildren(LookedInto), timeout=10_000)
    services.gate.set()
    qtbot.waitUntil(
        lambda: not any(each.name.startswith("look into") for each in threading.enumerate()), timeout=10_000
    )


def test_what_cannot_be_looked_into_says_why(window: ReceptionWindow, qtbot: QtBot, services: Services) -> None:
    services.failing = Problem.STORE_UNREADABLE
    press(window, "点検")
    dialog = opened(window, qtbot)
    qtbot.waitUntil(lambda: dialog.sentence.text() == title(Problem.STORE_UNREADABLE, "ja"), timeout=10_000)
    assert not dialog.copy.isVisible()


def save(window: ReceptionWindow, path: Path) -> None:
    """Presses for the paper, and says where it is to lie."""
    press(banner_of(window), "PDF")
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_a_paper_is_for_whoever_is_without_an_answer(
    window: ReceptionWindow, qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    window.show_situation(Situation(DOWN))
    window.show_state(WITHOUT_ANSWER)
    save(window, tmp_path / "note.pdf")
    dialog = opened(window, qtbot)
    qtbot.waitUntil(lambda: "note.pdf" in dialog.whole.toPlainText(), timeout=10_000)
    assert services.papers == [VERIFIED]
    assert (tmp_path / "note.pdf").stat().st_mode & 0o077 == 0


def test_without_anybody_the_paper_is_blank(
    window: ReceptionWindow, qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    window.show_situation(Situation(DOWN))
    save(window, tmp_path / "note.pdf")
    opened(window, qtbot)
    assert services.papers == [None]


def test_nothing_is_on_record_of_a_paper_for_which_no_place_was_chosen(
    window: ReceptionWindow, services: Services
) -> None:
    window.show_situation(Situation(DOWN))
    window.show_state(WITHOUT_ANSWER)
    press(banner_of(window), "PDF")
    (dialog,) = window.findChildren(QFileDialog)
    dialog.reject()
    assert services.papers == []


@pytest.mark.parametrize("problem", [Problem.PAPER_NOT_WRITTEN, Problem.JOURNAL_FAILED])
def test_a_paper_that_cannot_be_made_says_so(
    problem: Problem, window: ReceptionWindow, qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    services.failing = problem
    window.show_situation(Situation(DOWN))
    save(window, tmp_path / "note.pdf")
    dialog = opened(window, qtbot)
    qtbot.waitUntil(lambda: dialog.sentence.text() == title(problem, "ja"), timeout=10_000)
    assert not (tmp_path / "note.pdf").exists()


def test_without_a_printer_the_window_says_so_and_what_to_do(
    window: ReceptionWindow, qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    window.show_situation(Situation(DOWN))
    press(banner_of(window), "控えを印刷")
    dialog = opened(window, qtbot)
    qtbot.waitUntil(lambda: "プリンターがありません" in dialog.sentence.text(), timeout=10_000)
    assert "PDFで保存" in dialog.phone.text()
    assert services.papers == []
