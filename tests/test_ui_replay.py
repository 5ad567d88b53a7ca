"""A recorded practice is gone through in the desk's own windows, by keys or buttons, back and forth."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from terminal.commands.replay_windows import ReplayWindows
from terminal.practice.deck import load_deck
from terminal.practice.session import Kind, Moment, Recording
from ui.practice.replay import Replay
from ui.words.catalogue import Words

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MOMENTS = (
    Moment(0.0, Kind.SHOWN, "Idle"),
    Moment(1.0, Kind.HAND, "lay", ("p09",)),
    Moment(1.5, Kind.SHOWN, "ReadingCard"),
    Moment(2.0, Kind.SHOWN, "AwaitingCardCode", ("plastic",)),
    Moment(9.5, Kind.DONE, "CardCodeEntered"),
    Moment(10.0, Kind.SHOWN, "MatchingFace", ("plastic",)),
    Moment(12.0, Kind.SHOWN, "AwaitingOperator", ("plastic", "face_doubtful", "doubtful")),
    Moment(15.0, Kind.SHOWN, "Confirmed", ("plastic", "visual")),
)


@pytest.fixture
def windows(qtbot: QtBot) -> Iterator[ReplayWindows]:
    windows = ReplayWindows(Recording("p09", 2, MOMENTS), "en", NOW)
    for window in (windows.replay, windows.patient, windows.reception):
        qtbot.addWidget(window)
    windows.open()
    windows.replay.activateWindow()
    qtbot.waitUntil(windows.replay.isActiveWindow, timeout=20_000)
    yield windows
    windows.close()


def said(window: QWidget) -> str:
    return "\n".join(each.text() for each in window.findChildren(QLabel) if each.isVisibleTo(window))


def at(windows: ReplayWindows) -> int:
    return windows.replay.findChildren(QListWidget)[0].currentRow()


def press(windows: ReplayWindows, key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        QTest.keyClick(windows.replay.findChildren(QListWidget)[0], key)


def test_both_screens_stand_as_they_did_at_the_step_that_is_looked_at(windows: ReplayWindows) -> None:
    patient, receptionist = Words("patient", "en"), load_deck()["p09"]
    name = receptionist.name.replace("　", " ")
    press(windows, Qt.Key.Key_PageDown, 3)
    assert at(windows) == 3
    assert patient["card_code.title"] in said(windows.patient)
    assert name not in said(windows.reception)
    press(windows, Qt.Key.Key_End)
    assert at(windows) == len(MOMENTS) - 1
    assert name in said(windows.reception).replace("　", " ")
    press(windows, Qt.Key.Key_PageUp, 1)
    assert "Same person (F2)" in [each.text() for each in windows.reception.findChildren(QPushButton)]


def test_going_back_takes_later_visits_off_the_list(windows: ReplayWindows) -> None:
    press(windows, Qt.Key.Key_End)
    table = windows.reception.findChildren(QTableView)[0]
    model = table.model()
    assert model is not None
    assert model.rowCount() == 1
    press(windows, Qt.Key.Key_Home)
    assert model.rowCount() == 0


def test_the_time_between_the_steps_and_the_books_advice_are_said(windows: ReplayWindows) -> None:
    press(windows, Qt.Key.Key_PageDown, 4)
    assert "7.5 s after" in said(windows.replay)
    press(windows, Qt.Key.Key_PageDown, 2)
    assert len(said(windows.replay).splitlines()) > 3
    assert windows.replay.findChildren(QLabel)


def test_the_first_and_the_last_step_are_ends(windows: ReplayWindows) -> None:
    words = Words("practice", "en")
    buttons = {each.text(): each for each in windows.replay.findChildren(QPushButton)}
    back, on = buttons[words["replay.back"]], buttons[words["replay.on"]]
    press(windows, Qt.Key.Key_PageUp)
    assert (at(windows), back.isEnabled()) == (0, False)
    QTest.mouseClick(on, Qt.MouseButton.LeftButton)
    assert at(windows) == 1
    press(windows, Qt.Key.Key_End)
    press(windows, Qt.Key.Key_PageDown)
    assert (at(windows), on.isEnabled()) == (len(MOMENTS) - 1, False)
    for part in (back, on):
        assert part.accessibleDescription()
    assert windows.replay.findChildren(QListWidget)[0].accessibleName()


def test_the_windows_that_follow_take_no_input(windows: ReplayWindows) -> None:
    for window in (windows.patient, windows.reception):
        assert window.windowFlags() & Qt.WindowType.WindowTransparentForInput
        assert window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus


def test_an_empty_recording_says_so(qtbot: QtBot) -> None:
    replay = Replay(Recording("p01", 0, ()), "x", language="ja")
    qtbot.addWidget(replay)
    replay.show()
    replay.begin()
    assert Words("practice", "ja")["replay.empty"] in said(replay)
