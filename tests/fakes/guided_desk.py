"""The patient's window with ears before it: what is pressed goes in, what is heard and told is noted."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Sequence

import sample_states
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from standing import DarkCamera

from terminal.configuration.settings import Keys
from terminal.states import (
    State,
)
from ui.patient import settling
from ui.patient.bar import Bar
from ui.patient.screen import Screen
from ui.patient.window import PatientWindow
from ui.speech.line import Hearing, Line
from ui.words.catalogue import Words

STATES = tuple(sample_states.STATES.values())
AGAIN, NO, CALL = Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Asterisk
YES = Qt.Key.Key_Enter


class Ears:
    """A speaker that notes what it is to say."""

    def __init__(self) -> None:
        self.said: list[Line] = []
        self.told: Callable[[Hearing], None] = lambda _: None

    def say(self, lines: Sequence[Line]) -> None:
        self.said += lines

    def add(self, lines: Sequence[Line]) -> None:
        self.said += lines

    def listen(self, told: Callable[[Hearing], None]) -> None:
        self.told = told

    def close(self) -> None:
        pass


def press_in(window: PatientWindow, *keys: Qt.Key | str) -> None:
    """Presses keys, on screens that have stood until they take presses."""
    for key in keys:
        for screen in window.findChildren(Screen):
            settling.end(screen)
        focused = window.focusWidget()
        assert focused is not None
        if isinstance(key, str):
            QTest.keyClicks(focused, key)
        else:
            QTest.keyClick(focused, key)


class Desk:
    """A window, the ears of who stands before it, and what left it."""

    def __init__(self, qtbot: QtBot, language: str = "ja", keys: Keys | None = None) -> None:
        self.ears = Ears()
        self.window = PatientWindow(
            DarkCamera(), language=language, is_practice=True, clinic_name="見本内科", speaker=self.ears, keys=keys
        )
        qtbot.addWidget(self.window)
        self.events: list[tuple[object, object]] = []
        self.window.happened.connect(lambda event, state: self.events.append((event, state)))
        self.window.resize(1280, 800)
        self.window.show()
        self.words = Words("patient", language)

    def show(self, state: State) -> None:
        self.window.show_state(state)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key | str) -> None:
        press_in(self.window, *keys)

    def guided(self) -> "Desk":
        """The same, once the guidance was begun and has said so."""
        self.press(AGAIN)
        self.heard()
        return self

    def heard(self) -> list[str]:
        """What was said since the last time."""
        said, self.ears.said = self.ears.said, []
        return [line.text for line in said]

    def told(self, *keys: str) -> list[str]:
        return [self.words[key] for key in keys]

    def bar(self) -> str:
        [bar] = self.window.findChildren(Bar)
        return " ".join(label.text() for label in bar.findChildren(QLabel)) if bar.isVisible() else ""
