"""How the reception window looks: each language in its own typeface, and no heading or line that says nothing."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from reception_window import reception, texts
from sample_states import CONFIRMED, HOLDER, NOW, PROVISIONAL, STATES, VERIFIED

from terminal.coverage import LastVisit
from terminal.people import VerificationMethod
from terminal.states import State
from terminal.visits import seen
from ui.receptionist.keys import KeyList
from ui.receptionist.number_form import NumberForm
from ui.receptionist.rows import COLUMNS, row
from ui.receptionist.what_now import WhatNow
from ui.receptionist.window import ReceptionWindow
from ui.theme.fonts import load_fonts
from ui.theme.rolling import Rolling
from ui.words.catalogue import LANGUAGES, Words

LATIN = "Noto Sans CJK JP"  # has the tails of g, p and y, which the typeface for Japanese cuts off
BEFORE = replace(CONFIRMED.coverage, insurer_number="06139992")


@pytest.fixture
def window(qtbot: QtBot) -> ReceptionWindow:
    load_fonts()
    return reception(qtbot)


def typefaces(whole: QWidget) -> set[str]:
    written = [label for label in whole.findChildren(QLabel) if label.text()]
    for label in written:
        label.ensurePolished()
    return {QFontInfo(label.font()).family() for label in written}


def test_the_window_takes_its_typeface_from_its_language(window: ReceptionWindow) -> None:
    window.show_state(CONFIRMED)
    assert LATIN not in typefaces(window)
    window.set_language("en")
    assert typefaces(window) == {LATIN}
    window.set_language("ja")
    assert LATIN not in typefaces(window)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_opens_beside_the_window_has_the_languages_typeface(window: ReceptionWindow, language: str) -> None:
    words = Words("receptionist", language)
    for opened in (
        WhatNow(STATES["face"], words, window),
        NumberForm(words, NOW.date(), window),
        KeyList([], words, window),
    ):
        assert (LATIN in typefaces(opened)) is (language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visit_by_phone_is_not_said_to_be_one_by_card(language: str) -> None:
    words = Words("receptionist", language)

    def method(state: State) -> str:
        return row(seen((), state, NOW)[0], words).cells[COLUMNS.index("method")]

    by_card = replace(CONFIRMED, verified=replace(VERIFIED, method=VerificationMethod.PIN))
    assert method(STATES["confirmed_phone"]) == words["method.phone"]
    assert method(by_card) == words["method.pin"]
    assert method(CONFIRMED) == words["method.face"]


def test_how_a_phones_owner_was_verified_stands_with_the_answer(window: ReceptionWindow) -> None:
    window.show_state(STATES["confirmed_phone"])
    words = Words("receptionist", "ja")
    assert {words["fact.recorded_name"], words["fact.method"], words["method.phone"]} <= set(texts(window).split("\n"))


def test_only_those_who_say_something_else_have_a_heading_among_the_differences(window: ReceptionWindow) -> None:
    words = Words("receptionist", "ja")
    same_name = replace(CONFIRMED.record, name=HOLDER.name)
    window.show_state(replace(CONFIRMED, record=same_name, last=LastVisit(date(2026, 10, 1), 20, BEFORE)))
    captions = {label.text() for label in window.findChildren(QLabel) if label.property("role") == "caption"}
    assert {words["difference.service"], words["difference.last_visit"]} <= captions
    assert words["difference.card"] not in captions


def test_the_age_of_a_stored_answer_stands_beside_its_time(window: ReceptionWindow) -> None:
    window.show_state(PROVISIONAL)
    assert "2026-11-19 19:30 (14時間前)" in texts(window)


def test_nothing_rolls_where_there_is_room_for_it(window: ReceptionWindow) -> None:
    for name in ("confirmed_phone", "provisional", "withheld"):
        window.show_state(STATES[name])
        for _ in range(3):
            QApplication.processEvents()  # the layouts settle
        for part in window.findChildren(Rolling):
            if part.isVisible() and part.sizeHint().height() <= part.height():
                assert not part.verticalScrollBar().isVisible()
