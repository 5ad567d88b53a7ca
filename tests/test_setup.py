"""The set-up asks for every setting, tries each step, and can be left and taken up again."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from device.camera import SharedCamera
from device.virtual.camera import VirtualSource
from terminal.commands.setup_room import SetupRoom, draft_file
from terminal.configuration.draft import Step, Value, checked, draft_of, finished, keep, settings_of, taken_up
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import ServiceKind
from terminal.ports import Camera
from terminal.problems import Problem, TerminalError
from ui.setup.trying import Tried
from ui.setup.window import SetupWindow
from ui.words.catalogue import LANGUAGES, Words, load

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
        self.kept: list[dict[str, Value]] = []
        self.asked: list[Step] = []
        self._camera = SharedCamera(VirtualSource())

    def tried(self, step: Step, draft: Mapping[str, Value], language: str) -> Tried:
        self.asked.append(step)
        return Tried(self.is_good, f"{step} was tried")

    def camera(self, device: int) -> Camera:
        return self._camera

    def keep(self, draft: Mapping[str, Value]) -> None:
        self.kept.append(dict(draft))

    def write(self, draft: Mapping[str, Value]) -> Tried:
        return Tried(True, "written")

    def close(self) -> None:
        self._camera.close()


def test_each_setting_that_is_asked_for_has_a_name_and_an_explanation_which_in_english_is_the_programs() -> None:
    for kind in ServiceKind:
        for step in Step:
            for setting in settings_of(step, {"eligibility.service": str(kind)}):
                key = setting.path.replace(".", "-")
                assert load("setup", "en")[f"why.{key}"] == setting.explanation
                assert all(load("setup", language)[f"setting.{key}"] for language in LANGUAGES)


def test_a_draft_makes_the_configuration_and_comes_back_from_it(tmp_path: Path) -> None:
    made = finished(DRAFT)
    assert made.eligibility.service is ServiceKind.HTTPS
    assert finished(draft_of(made)) == made
    keep(DRAFT, tmp_path / "draft")
    assert taken_up(tmp_path / "draft") == DRAFT
    with pytest.raises(TerminalError) as caught:
        finished({"clinic.name": "見本"})
    assert caught.value.problem is Problem.CONFIGURATION_WRONG


@pytest.mark.parametrize("content", [b"", b"[]", b'{"v":9,"settings":{}}', b'{"v":1,"settings":{"x.y":1}}', b'{"v":1}'])
def test_what_is_no_draft_of_ours_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "draft").write_bytes(content)
    assert taken_up(tmp_path / "draft") == {}
    assert taken_up(tmp_path / "none") == {}


def test_only_the_chosen_services_settings_are_asked_for_and_written() -> None:
    assert not checked(Step.SERVICE, DRAFT)
    both = DRAFT | {"eligibility.service": "folder"}
    assert checked(Step.SERVICE, both) == ["eligibility.folder.folder"]
    assert finished(both | {"eligibility.folder.folder": "/srv/oqs"}).eligibility.https is None


@pytest.fixture
def trials(qtbot: QtBot) -> FakeTrials:
    return FakeTrials()


def opened(qtbot: QtBot, trials: FakeTrials, draft: dict[str, Value], language: str = "en") -> SetupWindow:
    window = SetupWindow(trials, draft, language=language)
    qtbot.addWidget(window)
    window.show()
    return window


def press(window: SetupWindow, key: str) -> None:
    text = Words("setup", "en")[f"window.{key}"]
    button = next(each for each in window.findChildren(QPushButton) if each.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(window: SetupWindow) -> str:
    return "\n".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())


def test_a_step_that_was_tried_gets_a_tick_and_loses_it_when_it_is_changed(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    steps = window.findChildren(QListWidget)[0]
    press(window, "try")
    qtbot.waitUntil(lambda: steps.item(0).text().startswith("✓"), timeout=20_000)
    assert "site was tried" in said(window)
    window.findChildren(QLineEdit)[0].setText("別の名")
    assert not steps.item(0).text().startswith("✓")
    assert window.draft["clinic.name"] == "別の名"
    trials.is_good = False
    press(window, "try")
    qtbot.waitUntil(lambda: len(trials.asked) == 2 and "site was tried" in said(window), timeout=20_000)
    assert not steps.item(0).text().startswith("✓")
    window.close()
    trials.close()


def test_what_is_missing_is_named_before_anything_is_tried(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, {})
    press(window, "try")
    assert "Name of the clinic, Institution code, Name of this desk" in said(window)
    assert trials.asked == []
    window.close()
    assert trials.kept == [{}]
    trials.close()


def test_every_field_can_be_reached_and_is_named_and_the_service_brings_its_own(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    steps = window.findChildren(QListWidget)[0]
    for row, step in enumerate(Step):
        steps.setCurrentRow(row)
        assert window.step is step
        for field in [*window.findChildren(QLineEdit), *window.findChildren(QComboBox)]:
            assert field.accessibleName()
            assert field.accessibleDescription()
            assert field.focusPolicy() & Qt.FocusPolicy.TabFocus
    steps.setCurrentRow(list(Step).index(Step.SERVICE))
    chosen = window.findChildren(QComboBox)[0]
    chosen.setCurrentText("fhir")
    assert window.draft["eligibility.service"] == "fhir"
    press(window, "other")  # in Japanese from now on
    assert "資格確認の相手" in steps.item(3).text()
    window.close()
    trials.close()


def test_the_room_writes_a_configuration_that_reads_back_and_says_what_is_still_wanted(tmp_path: Path) -> None:
    file = tmp_path / "etc" / "desk.toml"
    room = SetupRoom(file)
    draft = DRAFT | {"store.folder": str(tmp_path / "store")}
    assert room.tried(Step.SITE, draft, "en").is_good
    assert not room.tried(Step.SITE, draft | {"clinic.institution_code": "1319999998"}, "en").is_good
    assert "uketsuke keys init" in room.tried(Step.KEYS, draft, "en").sentence
    assert not room.tried(Step.ROLES, draft, "ja").is_good
    assert not room.tried(Step.SERVICE, draft, "ja").is_good
    assert room.write(draft).is_good
    assert read_configuration(file) == finished(draft)
    assert not room.write({"clinic.name": "見本"}).is_good
    room.keep(draft)
    assert taken_up(draft_file(file)) == draft
    room.close()
