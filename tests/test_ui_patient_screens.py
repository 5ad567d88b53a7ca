"""Every screen of the patient's window: what none of them shows, what all of them have, and that nothing is cut off."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sample_states import CARD, CONFIRMED, ENDS, PROVISIONAL, STATES, VERIFIED, WITHHELD
from standing import DarkCamera

from terminal.events import PatientLeft
from terminal.problems import Problem
from terminal.states import (
    Confirmed,
    Idle,
    Provisional,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
)
from ui.bridge import Bridge
from ui.patient.window import PatientWindow
from ui.theme.tokens import HIGH_CONTRAST, LIGHT, TEXT_SCALES, Palette
from ui.words.catalogue import PATIENT_LANGUAGES, Words


def opened(qtbot: QtBot, language: str = "ja", *, is_practice: bool = True) -> PatientWindow:
    window = PatientWindow(DarkCamera(), language=language, is_practice=is_practice, clinic_name="見本内科クリニック")
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    return window


def shown(window: PatientWindow, state: State) -> list[QWidget]:
    """Every part that is visible in a state."""
    window.show_state(state)
    QApplication.processEvents()
    return [part for part in window.findChildren(QWidget) if part.isVisible()]


def press(window: PatientWindow, text: str) -> None:
    """Presses what says a text."""
    [pressed] = [part for part in window.findChildren(QPushButton) if part.isVisible() and part.text() == text]
    pressed.click()
    QApplication.processEvents()


def said(window: PatientWindow, state: State) -> set[str]:
    """Everything that can be read or heard in a state."""
    parts = shown(window, state)
    heard = {text for part in parts for text in (part.accessibleName(), part.accessibleDescription())}
    return (heard | {part.text() for part in parts if isinstance(part, QLabel | QPushButton)}) - {""}


def test_no_ending_shows_anything_of_person_or_insurance(qtbot: QtBot) -> None:
    secrets = ("花子", "ﾊﾅｺ", "太郎", "ﾀﾛｳ", "見本健康保険組合", "3456", "01130012", "生の言葉")
    refused = Unconfirmed(CARD, VERIFIED, Problem.SERVICE_REFUSED, "E1", "生の言葉")
    window = opened(qtbot)
    for state in (CONFIRMED, PROVISIONAL, WITHHELD, refused):
        texts = " ".join(said(window, state))
        assert [secret for secret in secrets if secret in texts] == []


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_provisional_has_no_word_of_confirmed(qtbot: QtBot, language: str) -> None:
    window = opened(qtbot, language)
    around = said(window, Idle()) | {Words("patient", language)["ended.finish"]}
    confirmed = said(window, CONFIRMED) - around
    provisional = said(window, PROVISIONAL) - around
    assert not provisional & confirmed
    assert [word for word in ("完了", "checked in", "onfirmed") if word in " ".join(provisional)] == []


@pytest.mark.parametrize("palette", [LIGHT, HIGH_CONTRAST], ids=["light", "high contrast"])
def test_provisional_has_no_colour_of_confirmed(qtbot: QtBot, palette: Palette) -> None:
    window = opened(qtbot)
    window.set_high_contrast(palette is HIGH_CONTRAST)
    confirmed = {QColor(palette.confirmed.surface).rgb(), QColor(palette.confirmed.line).rgb()}
    assert confirmed <= colours_of(window, CONFIRMED)
    assert not confirmed & colours_of(window, PROVISIONAL)


def colours_of(window: PatientWindow, state: State) -> set[int]:
    shown(window, state)
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return set(memoryview(image.constBits()).cast("I"))


@pytest.mark.parametrize("state", STATES.values(), ids=lambda state: type(state).__name__)
def test_staff_can_always_be_called_and_stopping_is_offered_while_something_runs(qtbot: QtBot, state: State) -> None:
    window = opened(qtbot)
    buttons = {part.text(): part for part in shown(window, state) if isinstance(part, QPushButton)}
    is_over = isinstance(state, Idle | Confirmed | Provisional | Unconfirmed | Withheld | TurnedAway | Stopped)
    assert ("やめる" in buttons) is not is_over
    with qtbot.waitSignal(window.help_called, timeout=30_000):
        buttons["係員を呼ぶ"].click()
    assert "呼びました" in said(window, state)


@pytest.mark.parametrize("state", ENDS.values(), ids=lambda state: type(state).__name__)
def test_an_ending_is_dismissed_by_its_button(qtbot: QtBot, state: State) -> None:
    window = opened(qtbot)
    [finish] = [part for part in shown(window, state) if isinstance(part, QPushButton) and part.text() == "終わる"]
    with qtbot.waitSignal(window.happened, timeout=30_000) as happened:
        finish.click()
    assert happened.args == [PatientLeft(), state]


def test_practice_is_said_on_every_screen(qtbot: QtBot) -> None:
    window = opened(qtbot)
    for state in STATES.values():
        assert any(text.startswith("練習") for text in said(window, state))


def test_outside_practice_nothing_says_practice(qtbot: QtBot) -> None:
    window = opened(qtbot, is_practice=False)
    assert not any("練習" in text for state in STATES.values() for text in said(window, state))


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_whatever_takes_focus_has_a_name(qtbot: QtBot, language: str) -> None:
    window = opened(qtbot, language)
    for state in STATES.values():
        for part in shown(window, state):
            if part.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert part.accessibleName() or (isinstance(part, QPushButton) and part.text()), type(state).__name__


def test_a_state_from_another_thread_arrives_in_the_windows_thread(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrived: list[tuple[object, object]] = []
    bridge.state_shown.connect(lambda state: arrived.append((state, threading.current_thread())))
    other = threading.Thread(target=lambda: list(map(bridge.show, STATES.values())))
    other.start()
    other.join(5)
    assert arrived == []
    qtbot.waitUntil(lambda: len(arrived) == len(STATES), timeout=30_000)
    assert [state for state, _ in arrived] == list(STATES.values())
    assert {thread for _, thread in arrived} == {threading.main_thread()}


# --- nothing is cut off -----------------------------------------------------------------------------------------------


def fault_of(part: QWidget, parts: list[QWidget], window: QWidget) -> str:
    """What does not fit: outside the window, over another part, or too small for its text."""
    if not window.rect().contains(QRect(part.mapTo(window, QPoint(0, 0)), part.size())):
        return "outside the window"
    for other in parts:
        if other is not part and other.parent() is part.parent() and other.geometry().intersects(part.geometry()):
            return f"over {type(other).__name__}"
    if isinstance(part, QLabel) and part.hasHeightForWidth() and part.heightForWidth(part.width()) > part.height() + 1:
        return f"too low for {part.text()}"
    if isinstance(part, QLabel | QPushButton):
        wraps = isinstance(part, QLabel) and part.wordWrap()
        unbroken = max(part.text().split() or [""], key=len) if wraps else part.text()
        is_japanese = wraps and any(letter >= "\u3000" for letter in unbroken)
        needed = part.fontMetrics().horizontalAdvance(unbroken)
        if isinstance(part, QPushButton):
            needed = part.minimumSizeHint().width()
        if needed > part.width() and not is_japanese:
            return f"too narrow for {part.text()}"
    return ""


SIZES = ((1280, 800), (1920, 1080), (1080, 1920))
LONGEST = ("ja", "en", "ja-easy", "pt", "ne")  # readings over the lines, long words, high letters: what takes most room
WALKS = [
    *((language, size, scale) for language in LONGEST for size in SIZES for scale in TEXT_SCALES),
    *((language, SIZES[0], TEXT_SCALES[0]) for language in PATIENT_LANGUAGES if language not in LONGEST),
    *((language, SIZES[2], TEXT_SCALES[2]) for language in PATIENT_LANGUAGES if language not in LONGEST),
]


@pytest.mark.parametrize(("language", "size", "scale"), WALKS, ids=str)
def test_nothing_is_cut_off(qtbot: QtBot, language: str, size: tuple[int, int], scale: float) -> None:
    walk(qtbot, language, size, scale)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_nothing_is_cut_off_in_high_contrast(qtbot: QtBot, size: tuple[int, int], scale: float) -> None:
    walk(qtbot, "en", size, scale, is_high_contrast=True)


def walk(qtbot: QtBot, language: str, size: tuple[int, int], scale: float, *, is_high_contrast: bool = False) -> None:
    """Goes through every screen and looks at each part of it."""
    window = opened(qtbot, language)
    window.resize(*size)
    window.set_text_scale(scale)
    window.set_high_contrast(is_high_contrast)
    language_button = Words("patient", language)["window.language"]
    press(window, language_button)
    parts = [part for part in window.findChildren(QWidget) if part.isVisible()]
    assert [fault for part in parts if (fault := fault_of(part, parts, window))] == []
    press(window, language_button)
    for state in STATES.values():
        parts = shown(window, state)
        faults = [f"{type(part).__name__}: {fault}" for part in parts if (fault := fault_of(part, parts, window))]
        assert faults == [], type(state).__name__
