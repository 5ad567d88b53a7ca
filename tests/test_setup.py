"""What belongs here: the window of the set-up, its steps asked, tried, left and taken up again, in every language."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from setup_windows import DRAFT, FakeTrials, opened, press, said

from terminal.configuration.draft import Sitting, Step
from terminal.configuration.settings import CardChecks, SealKind, ServiceKind
from ui.setup.window import SetupWindow
from ui.theme.fonts import load_fonts
from ui.theme.tokens import TEXT_SCALES
from ui.words.catalogue import LANGUAGES, Words, load


@pytest.fixture
def trials(qtbot: QtBot) -> FakeTrials:
    return FakeTrials()


def test_a_step_that_was_tried_gets_a_tick_and_loses_it_when_it_is_changed(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    steps = window.findChildren(QListWidget)[0]
    press(window, "try.site")
    qtbot.waitUntil(lambda: steps.item(0).text().startswith("✓"), timeout=20_000)
    assert "site was tried" in said(window)
    window.findChildren(QLineEdit)[0].setText("別の名")
    assert not steps.item(0).text().startswith("✓")
    assert window.sitting.draft["clinic.name"] == "別の名"
    trials.is_good = False
    press(window, "try.site")
    qtbot.waitUntil(lambda: len(trials.asked) == 2 and "site was tried" in said(window), timeout=20_000)
    assert not steps.item(0).text().startswith("✓")
    window.close()
    trials.close()


def test_what_is_missing_is_named_before_anything_is_tried(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, {})
    press(window, "try.site")
    assert "Name of the clinic, Institution code, Name of this desk" in said(window)
    assert trials.asked == []
    window.close()
    assert trials.kept == [Sitting()]
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
    chosen.setCurrentText(load("setup", "en")["choice.eligibility-service-fhir"])
    assert window.sitting.draft["eligibility.service"] == "fhir"
    press(window, "window.other")  # in Japanese from now on
    assert "資格確認の相手" in steps.item(3).text()
    window.close()
    trials.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_chosen_stands_there_in_words_and_the_draft_has_the_value(
    qtbot: QtBot, trials: FakeTrials, language: str
) -> None:
    window = opened(qtbot, trials, {"eligibility.service": "folder", "store.seal": "passphrase"}, Step.SERVICE)
    window.set_language(language)
    values = set(ServiceKind) | set(CardChecks) | set(SealKind)
    for step in (Step.SERVICE, Step.KEYS):
        window.findChildren(QListWidget)[0].setCurrentRow(list(Step).index(step))
        for field in window.findChildren(QComboBox):
            assert field.currentData() in values
            assert not values & {field.itemText(at) for at in range(field.count())}
    field.setCurrentIndex(field.findData("credential"))
    assert window.sitting.draft["store.seal"] == "credential"
    window.close()
    trials.close()


def test_whoever_left_half_way_comes_back_to_the_open_step_with_its_ticks(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    press(window, "try.site")
    qtbot.waitUntil(lambda: window.sitting.good == {Step.SITE}, timeout=20_000)
    press(window, "window.on")
    window.close()
    again = SetupWindow(trials, trials.kept[-1], language="en", laying=QWidget)
    qtbot.addWidget(again)
    assert again.step is Step.READER
    assert again.findChildren(QListWidget)[0].item(0).text().startswith("✓")
    again.close()
    trials.close()


def test_it_is_said_when_nothing_can_be_kept_for_another_sitting(qtbot: QtBot, trials: FakeTrials) -> None:
    window = opened(qtbot, trials, dict(DRAFT))
    press(window, "window.on")
    assert trials.kept[-1].step is Step.READER  # at each step, and not at the end alone
    trials.cannot_keep = True
    press(window, "window.on")
    assert "Permission denied" in said(window)
    window.close()
    trials.close()


def test_a_trial_that_waits_for_a_person_stops_when_its_page_is_left_and_is_not_told(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    trials.waits = True
    window = opened(qtbot, trials, dict(DRAFT), Step.READER)
    press(window, "try.reader")
    assert Words("setup", "en")["trying.reader"] in said(window)
    press(window, "window.on")
    qtbot.waitUntil(lambda: trials.was_stopped, timeout=20_000)
    window.close()
    assert window.sitting.good == frozenset()
    trials.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_no_button_is_cut_off_in_any_text_size(qtbot: QtBot, trials: FakeTrials, language: str, scale: float) -> None:
    load_fonts()
    window = opened(qtbot, trials, dict(DRAFT))
    window.set_language(language)
    window.set_text_scale(scale)
    steps = window.findChildren(QListWidget)[0]
    for row in range(len(Step)):
        steps.setCurrentRow(row)
        QApplication.processEvents()  # the layouts settle
        for each in window.findChildren(QPushButton):
            assert not each.isVisible() or each.width() >= each.fontMetrics().horizontalAdvance(each.text())
    window.close()
    trials.close()
