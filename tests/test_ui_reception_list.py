"""Today's list at reception: it keeps answers, shows them again, and says whether the line is down."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot
from reception_window import reception, texts
from sample_states import CARD, CONFIRMED, NOW, PROVISIONAL, VERIFIED

from terminal.people import Card
from terminal.problems import Problem
from terminal.states import AwaitingCardCode, AwaitingConsent, Idle, ReadingCard, Stopped, Unconfirmed
from terminal.visits import Visit
from ui.receptionist.day_list import Rows
from ui.receptionist.rows import row
from ui.receptionist.window import ReceptionWindow
from ui.words.catalogue import Words


@pytest.fixture
def window(qtbot: QtBot) -> ReceptionWindow:
    return reception(qtbot)


def press_row(window: ReceptionWindow, row: int) -> int:
    """Presses a row of today's list, 0 the newest, and gives how many there are."""
    table = window.findChildren(QTableView)[0]
    place = table.visualRect(table.model().index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    return table.model().rowCount()


def laid(number: int) -> Card:
    return replace(CARD, insertion=f"laid-{number}")


def test_the_answer_stays_in_the_list_when_the_card_was_taken_and_can_be_looked_at_again(
    window: ReceptionWindow,
) -> None:
    window.show_state(CONFIRMED)
    window.show_state(Idle())
    other = replace(CARD, insertion="v2")
    window.show_state(Stopped(Problem.CARD_REMOVED, other))
    window.show_state(Idle())
    assert press_row(window, 1) == 2
    assert "見本健康保険組合" in texts(window)
    assert "F9" not in texts(window)
    window.show_state(ReadingCard("v3"))
    assert "見本健康保険組合" not in texts(window)


def test_the_line_that_is_down_is_said_until_an_answer_is_confirmed(window: ReceptionWindow) -> None:
    window.show_state(PROVISIONAL)
    assert "09:30 から回線が使えません" in texts(window)
    window.show_state(Idle())
    assert "09:30 から回線が使えません" in texts(window)
    window.show_state(replace(CONFIRMED, verified=replace(VERIFIED, card=laid(1))))
    assert "回線が使えません" not in texts(window)


def test_the_line_that_is_down_is_said_where_no_answer_was_stored(window: ReceptionWindow) -> None:
    window.show_state(Unconfirmed(CARD, VERIFIED, Problem.LINE_DOWN))
    window.show_state(Unconfirmed(laid(1), None, Problem.CERTIFICATE_EXPIRED))  # the service was not asked
    assert "09:30 から回線が使えません" in texts(window)
    window.show_state(Unconfirmed(laid(2), VERIFIED, Problem.COVERAGE_ENDED))
    assert "09:30 から回線が使えません" not in texts(window)


def test_the_answer_of_the_patient_who_just_went_can_be_looked_at_again(window: ReceptionWindow) -> None:
    window.show_state(CONFIRMED)
    window.show_state(Idle())
    press_row(window, 0)
    assert "見本健康保険組合" in texts(window)
    assert "F9" not in texts(window)
    assert window.findChildren(QTableView)[0].selectionModel().hasSelection()


def test_the_row_of_the_present_patient_keeps_what_can_be_pressed(window: ReceptionWindow) -> None:
    window.show_state(CONFIRMED)
    press_row(window, 0)
    assert "F9" in texts(window)


def test_a_check_in_that_was_left_is_not_said_to_be_under_way(window: ReceptionWindow) -> None:
    window.show_state(AwaitingCardCode(CARD))
    window.show_state(Idle())
    press_row(window, 0)
    assert "途中で終わった受付" in texts(window)
    assert "照合番号の入力を待っています" not in texts(window)


def test_a_check_in_that_the_next_card_was_laid_over_is_told_and_its_name_stands_only_in_the_list(
    window: ReceptionWindow,
) -> None:
    told = "09:30 に始まった受付は、次のカードが置かれたため、途中で終わりました。"
    window.show_state(AwaitingConsent(VERIFIED))
    window.show_state(ReadingCard("v2"))
    assert told in texts(window)
    assert "次のカードで終了" in texts(window)
    assert not any("見本" in label.text() for label in window.findChildren(QLabel) if label.isVisible())
    press_row(window, 0)
    assert "次のカードが置かれたため、途中で終わりました。" in texts(window)
    next(button for button in window.findChildren(QPushButton) if button.text() == "わかりました").click()
    assert told not in texts(window)


def test_what_is_told_of_one_visit_goes_with_the_visit_after_it(window: ReceptionWindow) -> None:
    window.show_state(AwaitingConsent(VERIFIED))
    window.show_state(ReadingCard("v2"))
    window.show_state(AwaitingCardCode(replace(CARD, insertion="v2")))
    assert "次のカードが置かれた" in texts(window)
    window.show_state(Stopped(Problem.CARD_REMOVED, replace(CARD, insertion="v2")))
    window.show_state(Idle())
    assert "次のカードが置かれた" not in texts(window)


def test_a_card_pulled_and_a_check_in_left_are_one_to_who_reads_the_list() -> None:
    words = Words("receptionist", "ja")
    pulled = row(Visit("v1", NOW, Stopped(Problem.CARD_REMOVED, CARD), ended_at=NOW), words)
    assert pulled.cells == row(Visit("v1", NOW, AwaitingCardCode(CARD), is_left=True), words).cells
    assert pulled.tone == "card"


def test_a_row_is_made_once_while_its_visit_stays_the_same(window: ReceptionWindow) -> None:
    words = Words("receptionist", "ja")
    visits = tuple(Visit(f"v{number}", NOW, CONFIRMED) for number in range(3))
    rows = Rows(window)
    rows.show(visits[:2], words)
    before = rows.rows
    rows.show(visits, words)
    assert all(now is then for now, then in zip(rows.rows[1:], before, strict=True))
    rows.show(visits, Words("receptionist", "en"))
    assert rows.rows[2] != before[1]
