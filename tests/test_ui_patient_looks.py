"""How the patient's screens look: where the answers stand, which typeface a line has, and how large text becomes."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sample_states import PHONE, STATES
from standing import DarkCamera

from terminal.states import AwaitingPhonePin, State
from ui.patient.fitting import FITTING
from ui.patient.last_try import LastTryScreen
from ui.patient.phone import PhonePinScreen
from ui.patient.window import PatientWindow
from ui.theme.fonts import load_fonts
from ui.theme.tokens import TEXT_SCALES
from ui.words.catalogue import PATIENT_LANGUAGES, Words

SIZES = pytest.mark.parametrize("size", [(1280, 800), (1080, 1920)], ids=str)


def opened(qtbot: QtBot, size: tuple[int, int], language: str = "ja") -> PatientWindow:
    load_fonts()
    window = PatientWindow(DarkCamera(), language=language, is_practice=True, clinic_name="見本内科クリニック")
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    return window


def show(window: PatientWindow, state: State) -> None:
    window.show_state(state)
    QApplication.processEvents()


def label(window: QWidget, text: str) -> QLabel:
    return next(each for each in window.findChildren(QLabel) if each.text() == text and each.isVisible())


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_of_a_phone_it_is_said_that_its_pin_locks_and_nothing_of_a_card(qtbot: QtBot, language: str) -> None:
    words = Words("patient", language)
    for tries, told in ((3, words.format("phone.tries", tries=3)), (None, words["phone.tries_unknown"])):
        screen = PhonePinScreen(AwaitingPhonePin(replace(PHONE, pin_tries=tries)), words)
        qtbot.addWidget(screen)
        said = {words.said(each.text()) for each in screen.findChildren(QLabel)}
        assert told in said
        assert words.format("code.tries", tries=3) not in said
        assert words["code.tries_unknown"] not in said


@SIZES
def test_both_answers_to_the_last_try_stand_below_the_question_as_wide_as_each_other(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = opened(qtbot, size)
    show(window, STATES["last_try_pin"])
    [screen] = window.findChildren(LastTryScreen)
    asked = label(window, Words("patient", "ja")["last_try.title"])
    foot = asked.mapTo(window, QPoint(0, asked.height())).y()
    answers = [screen.use, screen.keep]
    assert all(each.mapTo(window, QPoint(0, 0)).y() >= foot for each in answers)
    assert abs(screen.use.width() - screen.keep.width()) <= 1
    assert screen.use.height() == screen.keep.height()


def test_english_below_japanese_is_in_a_typeface_that_has_its_tails(qtbot: QtBot) -> None:
    window = opened(qtbot, (1280, 800))
    show(window, STATES["idle"])
    words = Words("patient", "ja")
    assert QFontInfo(label(window, words["idle.other_language"]).font()).family() == "Noto Sans CJK JP"
    assert QFontInfo(label(window, words["idle.title"]).font()).family() != "Noto Sans CJK JP"


def test_on_a_tall_window_what_to_do_does_not_stick_to_its_foot(qtbot: QtBot) -> None:
    window = opened(qtbot, (1080, 1920))
    show(window, STATES["idle"])
    last = label(window, Words("patient", "ja")["idle.other_language"])
    words = Words("patient", "ja")
    [call] = [each for each in window.findChildren(QPushButton) if each.text() == words["window.call"]]
    between = call.mapTo(window, QPoint(0, 0)).y() - last.mapTo(window, QPoint(0, last.height())).y()
    assert between >= call.height()


def test_who_asks_for_larger_text_begins_further_up_a_list_that_only_shrinks() -> None:
    assert all(around >= less and within >= lower for (around, within), (less, lower) in pairwise(FITTING))
    assert {(scale, scale) for scale in TEXT_SCALES} <= set(FITTING)
    assert FITTING[-1] < (TEXT_SCALES[0], TEXT_SCALES[0])


WALKS = [
    *(((730, 1026), language) for language in PATIENT_LANGUAGES),
    *((size, "ja-easy") for size in ((1280, 800), (1920, 1080), (1080, 1920))),
]


@pytest.mark.parametrize(("size", "language"), WALKS, ids=str)
def test_whoever_asks_for_larger_text_never_gets_smaller_in_the_fullest_screens(
    qtbot: QtBot, size: tuple[int, int], language: str
) -> None:
    window = opened(qtbot, size, language)
    for name in ("card_code_again", "consent"):
        show(window, STATES[name])
        pixels = [_pixels(window, scale) for scale in TEXT_SCALES]
        assert all(after >= before for less, more in pairwise(pixels) for before, after in zip(less, more, strict=True))


def _pixels(window: PatientWindow, scale: float) -> list[int]:
    """How large each text of the window is for who chose a scale."""
    window.set_text_scale(scale)
    return [
        QFontInfo(part.font()).pixelSize()
        for part in window.findChildren(QWidget)
        if isinstance(part, QLabel | QPushButton) and part.isVisible()
    ]
