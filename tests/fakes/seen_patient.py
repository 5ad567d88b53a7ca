"""The patient's window with what left it, and how a test presses and types in it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from standing import DarkCamera

from terminal.states import (
    State,
)
from ui.patient import settling
from ui.patient.screen import Screen
from ui.patient.window import PatientWindow


class Seen:
    """A window with what left it."""

    def __init__(self, qtbot: QtBot, language: str = "ja") -> None:
        self.qtbot = qtbot
        self.window = PatientWindow(DarkCamera(), language=language, is_practice=True, clinic_name="見本内科クリニック")
        qtbot.addWidget(self.window)
        self.events: list[tuple[object, object]] = []
        self.window.happened.connect(lambda event, state: self.events.append((event, state)))
        self.window.resize(1280, 800)
        self.window.show()

    def show(self, state: State) -> None:
        """Shows a state, and lets it stand until it takes presses."""
        self.window.show_state(state)
        for screen in self.window.findChildren(Screen):
            settling.end(screen)
        QApplication.processEvents()

    def parts(self) -> list[QWidget]:
        return [part for part in self.window.findChildren(QWidget) if part.isVisible()]

    def buttons(self) -> list[QPushButton]:
        return [part for part in self.parts() if isinstance(part, QPushButton)]

    def texts(self) -> list[str]:
        """Everything that can be read or heard."""
        said = [text for part in self.parts() for text in (part.accessibleName(), part.accessibleDescription())]
        said += [part.text() for part in self.parts() if isinstance(part, QLabel | QPushButton)]
        return [text for text in said if text]

    def press(self, text: str) -> None:
        found = [part for part in self.buttons() if text in (part.text(), part.accessibleName())]
        assert len(found) == 1, (text, [part.text() for part in self.buttons()])
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)

    def type(self, keys: str) -> None:
        QTest.keyClicks(self.focused(), keys)

    def focused(self) -> QWidget:
        focused = self.window.focusWidget()
        assert focused is not None
        return focused

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.focused(), key)
