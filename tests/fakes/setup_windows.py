"""The set-up's window over invented trials, and the hands that press and read in it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from device.camera import SharedCamera
from device.virtual.camera import VirtualSource
from terminal.configuration.draft import Sitting, Step, Value
from terminal.configuration.settings import SealKind
from terminal.ports import Camera
from terminal.problems import Problem, TerminalError
from ui.setup.trying import NewHeld, NewKeys, NewPerson, Trial, Tried
from ui.setup.window import SetupWindow
from ui.words.catalogue import Words

PHRASE = "an invented phrase of words"

DRAFT: dict[str, Value] = {
    "clinic.name": "見本内科クリニック",
    "clinic.institution_code": "1319999999",
    "clinic.terminal": "desk-1",
    "eligibility.service": "https",
    "eligibility.https.url": "https://gateway.example/",
    "eligibility.https.ca_file": "/etc/uketsuke/ca.crt",
    "eligibility.https.client_certificate": "/etc/uketsuke/desk.crt",
    "eligibility.https.client_key": "/etc/uketsuke/desk.key",
}


class FakeTrials:
    """Answers as it was told to, and keeps in memory."""

    def __init__(self) -> None:
        self.is_good = True
        self.waits, self.was_stopped, self.cannot_keep = False, False, False
        self.kept: list[Sitting] = []
        self.asked: list[Step] = []
        self.keys: list[NewKeys] = []
        self.people: list[NewPerson] = []
        self.held: list[NewHeld] = []
        self._camera = SharedCamera(VirtualSource())

    def tried(self, trial: Trial) -> Tried:
        self.asked.append(trial.step)
        if self.waits:
            self.was_stopped = trial.stop.wait(30)
        return Tried(self.is_good, f"{trial.step} was tried")

    def seal_found(self) -> str:
        return SealKind.PASSPHRASE

    def make_keys(self, trial: Trial, keys: NewKeys) -> Tried:
        self.keys.append(keys)
        return Tried(True, "keys were made", is_done=True)

    def enrol(self, trial: Trial, person: NewPerson | NewHeld) -> Tried:
        if isinstance(person, NewHeld):
            self.held.append(person)
            return Tried(True, "a key was enrolled", is_done=True)
        self.people.append(person)
        return Tried(True, "somebody was enrolled", is_done=True, needs_sign_in=True)

    def camera(self, device: int) -> Camera:
        return self._camera

    def keep(self, sitting: Sitting) -> None:
        if self.cannot_keep:
            raise TerminalError(Problem.CONFIGURATION_WRONG, "desk.toml.draft: Permission denied")
        self.kept.append(sitting)

    def write(self, draft: Mapping[str, Value]) -> Tried:
        return Tried(True, "written")

    def close(self) -> None:
        self._camera.close()


def opened(qtbot: QtBot, trials: FakeTrials, draft: dict[str, Value], step: Step = Step.SITE) -> SetupWindow:
    window = SetupWindow(trials, Sitting(draft, frozenset(), step), language="en", laying=QWidget)
    qtbot.addWidget(window)
    window.show()
    return window


def press(window: SetupWindow, key: str) -> None:
    text = Words("setup", "en")[key]
    button = next(each for each in window.findChildren(QPushButton) if each.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(window: SetupWindow) -> str:
    return "\n".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())


def entry(window: SetupWindow, key: str) -> QLineEdit:
    name = Words("setup", "en")[f"entry.{key}"]
    return next(each for each in window.findChildren(QLineEdit) if each.accessibleName() == name)
