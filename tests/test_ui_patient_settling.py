"""The patient's window: a press that was meant for the screen before does nothing on the one that has just come."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, CODE, CONFIRMED, VERIFIED
from seen_patient import Seen

from terminal.events import CardCodeEntered, ConsentGiven, PatientLeft
from terminal.states import AwaitingConsent, Idle, State
from ui.patient import settling
from ui.patient.code_screen import CodeScreen
from ui.patient.screen import Screen

ENTER = Qt.Key.Key_Return
CONSENT = AwaitingConsent(VERIFIED)


@pytest.fixture
def seen(qtbot: QtBot) -> Seen:
    return Seen(qtbot)


def come(seen: Seen, state: State) -> Screen:
    """A state that came by itself, just now."""
    seen.window.show_state(state)
    QApplication.processEvents()
    return next(part for part in seen.parts() if isinstance(part, Screen))


def tap(seen: Seen, button: QPushButton) -> None:
    """A finger on the glass, where a button is: the window finds out whose it is."""
    handle = seen.window.windowHandle()
    at = button.mapTo(seen.window, QPoint(button.width() // 2, button.height() // 2))
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QApplication.processEvents()


def named(seen: Seen, text: str) -> QPushButton:
    return next(part for part in seen.buttons() if part.text() == text)


def test_a_tap_for_the_screen_before_types_nothing_and_a_moment_later_it_does(seen: Seen, qtbot: QtBot) -> None:
    seen.show(CONSENT)
    screen = come(seen, ASKING_CODE)
    assert isinstance(screen, CodeScreen)
    tap(seen, screen.keypad.keys["5"])
    assert screen.code.digits == ""
    qtbot.waitUntil(lambda: not settling.is_new(screen), timeout=30_000)
    tap(seen, screen.keypad.keys["5"])
    assert screen.code.digits == "5"


def test_a_second_tap_on_the_main_button_does_not_press_the_next_one(seen: Seen, qtbot: QtBot) -> None:
    screen = come(seen, CONFIRMED)
    tap(seen, named(seen, "終わる"))
    assert seen.events == []
    qtbot.waitUntil(lambda: not settling.is_new(screen), timeout=30_000)
    tap(seen, named(seen, "終わる"))
    assert seen.events == [(PatientLeft(), CONFIRMED)]


def test_the_calls_for_staff_and_for_the_end_keep_their_places_and_are_always_taken(seen: Seen) -> None:
    calls: list[None] = []
    seen.window.help_called.connect(lambda: calls.append(None))
    come(seen, ASKING_CODE)
    tap(seen, named(seen, "係員を呼ぶ"))
    tap(seen, named(seen, "やめる"))
    assert (len(calls), len(seen.events)) == (1, 1)


def test_digits_typed_at_once_are_all_there(seen: Seen) -> None:
    come(seen, ASKING_CODE)
    seen.type(CODE)
    for screen in seen.window.findChildren(Screen):
        settling.end(screen)
    seen.key(ENTER)
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_enter_for_the_screen_before_is_no_yes_here(seen: Seen) -> None:
    come(seen, CONFIRMED)
    seen.window.set_guided(True)
    seen.key(ENTER)
    assert seen.events == []


def test_a_finger_that_rests_on_enter_answers_no_question_after_question(seen: Seen) -> None:
    seen.show(CONSENT)
    seen.window.set_guided(True)
    for _ in range(4):
        held = QKeyEvent(QEvent.Type.KeyPress, ENTER, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(seen.focused(), held)
    assert seen.events == []
    for _ in range(4):
        seen.key(ENTER)
    assert [type(event) for event, _ in seen.events] == [ConsentGiven]


def test_a_screen_that_went_before_it_had_settled_leaves_nothing_behind(seen: Seen, qtbot: QtBot) -> None:
    for _ in range(3):
        come(seen, ASKING_CODE)
        screen = come(seen, Idle())
    qtbot.waitUntil(lambda: not settling.is_new(screen), timeout=30_000)
    assert not any(settling.is_new(part) for part in seen.window.findChildren(Screen) if part.isVisible())
