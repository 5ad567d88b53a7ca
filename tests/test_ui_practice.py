"""The practice box: what is pressed reaches the hands, in both languages."""

import os
import threading

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from terminal.practice.deck import load_deck
from terminal.practice.exercise import Exercise, load_exercises
from terminal.practice.faults import Fault
from terminal.practice.reaction import card_code
from ui.practice.box import PracticeBox
from ui.practice.exercise_card import ExerciseCard
from ui.theme.tokens import RECEPTION
from ui.words.catalogue import LANGUAGES

DECK = load_deck()


class RecordingHands:
    """Hands that note what they are told."""

    def __init__(self) -> None:
        self.done: list[tuple[str, object]] = []
        self.laid: Callable[[], None] = lambda: None

    def people(self) -> list[tuple[str, str, str]]:
        return [(person.id, person.title_ja, person.title_en) for person in DECK.values()]

    def card_code(self, person_id: str) -> str:
        return card_code(DECK[person_id])

    def pin(self, person_id: str) -> str:
        return DECK[person_id].card.pin

    def lay(self, person_id: str, laid: Callable[[], None]) -> None:
        self.done.append(("lay", person_id))
        self.laid = laid

    def take_away(self) -> None:
        self.done.append(("take_away", None))

    def cut_line(self, is_cut: bool) -> None:
        self.done.append(("cut_line", is_cut))

    def unplug_camera(self, is_unplugged: bool) -> None:
        self.done.append(("unplug_camera", is_unplugged))

    def faults(self) -> list[str]:
        return list(Fault)

    def set_fault(self, fault: str) -> None:
        self.done.append(("set_fault", fault))


@pytest.fixture
def hands() -> RecordingHands:
    return RecordingHands()


@pytest.fixture
def box(qtbot: QtBot, hands: RecordingHands) -> PracticeBox:
    box = PracticeBox(hands, language="ja")
    qtbot.addWidget(box)
    box.resize(730, 300)
    box.show()
    return box


def press(box: PracticeBox, text: str) -> None:
    button = next(button for button in box.findChildren(QPushButton) if button.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(box: PracticeBox) -> str:
    return "\n".join(label.text() for label in box.findChildren(QLabel))


def test_everyone_of_the_deck_is_there_and_all_is_said_to_be_practice(box: PracticeBox) -> None:
    people = box.findChildren(QListWidget)[0]
    assert people.count() == len(DECK)
    assert "練習" in said(box)


def test_the_codes_of_whoever_is_chosen_are_there_to_type(box: PracticeBox) -> None:
    people = box.findChildren(QListWidget)[0]
    people.setCurrentRow(3)
    code = card_code(DECK[box.person_id])
    assert code in said(box).replace(" ", "")
    assert DECK[box.person_id].card.pin in said(box)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_be_sought_can_be_read(qtbot: QtBot, hands: RecordingHands, language: str) -> None:
    box = PracticeBox(hands, language=language)
    qtbot.addWidget(box)
    box.resize(730, 360)
    box.show()
    [sought] = box.findChildren(QLineEdit)
    assert sought.fontMetrics().horizontalAdvance(sought.placeholderText()) <= sought.width() - 2 * RECEPTION.gap


def test_what_is_pressed_is_done(box: PracticeBox, hands: RecordingHands) -> None:
    box.findChildren(QListWidget)[0].setCurrentRow(1)
    for text in ("カードを置く", "カードを取る", "回線を切る", "回線を切る", "カメラを抜く"):
        press(box, text)
    assert hands.done == [
        ("lay", box.person_id),
        ("take_away", None),
        ("cut_line", True),
        ("cut_line", False),
        ("unplug_camera", True),
    ]


def test_a_press_on_lay_is_seen_to_be_taken_until_the_card_lies_there(
    qtbot: QtBot, box: PracticeBox, hands: RecordingHands
) -> None:
    press(box, "カードを置く")
    press(box, "置いています…")
    box.set_language("en")
    assert hands.done == [("lay", "p01")]
    lay = next(button for button in box.findChildren(QPushButton) if button.text() == "Laying …")
    threading.Thread(target=hands.laid).start()
    qtbot.waitUntil(lay.isEnabled, timeout=30_000)
    assert lay.text() == "Lay card"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("exercise", load_exercises().values(), ids=lambda exercise: str(exercise.number))
def test_the_last_mark_of_an_exercise_is_seen_whole(qtbot: QtBot, exercise: Exercise, language: str) -> None:
    card = ExerciseCard(exercise, tuple, language=language)
    qtbot.addWidget(card)
    card.show()
    qtbot.waitExposed(card)
    next(button for button in card.findChildren(QPushButton) if button.isVisible()).click()
    [*_, end] = card.findChildren(QPushButton)
    end.click()
    told = [part for part in card.findChildren(QLabel) if part.isVisible()]
    assert len(told) > len(exercise.checks)
    qtbot.waitUntil(lambda: all(part.height() >= part.heightForWidth(part.width()) for part in told), timeout=30_000)


def test_the_language_changes_while_it_is_open(box: PracticeBox) -> None:
    box.set_language("en")
    assert "PRACTICE" in said(box)
    assert DECK["p01"].title_en in box.findChildren(QListWidget)[0].item(0).text()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_button_is_cut_off(box: PracticeBox, language: str) -> None:
    box.set_language(language)
    for button in box.findChildren(QPushButton):
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())
