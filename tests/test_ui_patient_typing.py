"""What a patient types: digits in their boxes, tries said before, and nothing of it to be read or heard."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, ASKING_PIN, CARD, CODE, PIN
from seen_patient import Seen

from terminal.events import (
    CardCodeEntered,
    LastTryConfirmed,
    LastTryDeclined,
    PinEntered,
)
from terminal.failure_book.book import Audience, sentence
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingPhonePin,
    CheckingPin,
    ConfirmingLastTry,
    OpeningPhone,
    ReadingHolder,
    State,
)
from ui.patient.card_code import CardCodeScreen
from ui.patient.last_try import LastTryScreen


@pytest.fixture
def seen(qtbot: QtBot) -> Seen:
    return Seen(qtbot)


# --- typing -----------------------------------------------------------------------------------------------------------


def test_a_card_code_typed_on_the_keyboard_is_told_with_the_state_that_asked(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]
    assert seen.events[0][1] is ASKING_CODE


def test_a_card_code_typed_on_the_keypad_is_told(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    for digit in CODE:
        seen.press(digit)
    seen.press("確かめる")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_a_card_code_is_sent_only_when_it_is_whole(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE[:-1])
    seen.key(Qt.Key.Key_Return)
    seen.press("確かめる")
    assert seen.events == []


def test_digits_can_be_taken_back_and_no_more_fit_than_there_are_boxes(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type("999x-")
    seen.key(Qt.Key.Key_Delete)
    seen.type("5")
    seen.key(Qt.Key.Key_Backspace)
    seen.type(CODE + "77")
    seen.press("1つ消す")
    seen.press("4")
    seen.press("確かめる")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_the_card_code_can_be_typed_without_the_picture_and_keeps_its_digits(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE[:6])
    seen.press("14桁だけ入力")
    seen.type(CODE[6:])
    seen.key(Qt.Key.Key_Enter)
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_the_window_says_where_the_next_number_is_printed(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    parts = (
        ("", "生年月日"),
        (CODE[:6], "有効期限の年"),
        (CODE[6:10], "セキュリティコード"),
        (CODE[10:], "そろいました"),
    )
    for typed, asked in parts:
        seen.type(typed)
        assert any(asked in part.text() for part in seen.parts() if isinstance(part, QLabel))


def test_a_pin_is_told_with_the_state_that_asked(seen: Seen) -> None:
    seen.show(ASKING_PIN)
    seen.type(PIN)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(PinEntered(PIN), ASKING_PIN)]


@pytest.mark.parametrize(("tries", "refused"), [(0, None), (0, Problem.PIN_LOCKED), (None, Problem.PIN_LOCKED)])
def test_no_pin_can_be_typed_where_it_is_locked(seen: Seen, tries: int | None, refused: Problem | None) -> None:
    seen.show(replace(ASKING_PIN, card=replace(CARD, pin_tries=tries), refused=refused))
    seen.type(PIN)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == []
    assert "1" not in [part.text() for part in seen.buttons()]


@pytest.mark.parametrize("work", [ReadingHolder(CARD, CODE), CheckingPin(ASKING_PIN, PIN), OpeningPhone(CARD, PIN)])
def test_the_last_try_is_asked_about_once_more_with_equal_weight_for_yes_and_no(
    seen: Seen, work: ReadingHolder | CheckingPin | OpeningPhone
) -> None:
    asked = ConfirmingLastTry(work)
    seen.show(asked)
    screen = seen.window.findChild(LastTryScreen)
    assert screen is not None
    assert screen.use.property("kind") == screen.keep.property("kind")
    assert screen.use.size() == screen.keep.size()
    screen.use.click()
    screen.keep.click()
    assert seen.events == [(LastTryConfirmed(), asked), (LastTryDeclined(), asked)]


def test_a_phone_is_opened_with_its_pin(seen: Seen) -> None:
    asked = AwaitingPhonePin(CARD)
    seen.show(asked)
    seen.type(PIN)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(PinEntered(PIN), asked)]


@pytest.mark.parametrize("keep", [False, True])
def test_the_code_is_remembered_only_at_the_patients_wish(seen: Seen, keep: bool) -> None:
    seen.show(ASKING_CODE)
    screen = seen.window.findChild(CardCodeScreen)
    assert screen is not None
    assert not screen.keep.isChecked()
    if keep:
        screen.keep.click()
    seen.type(CODE)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(CardCodeEntered(CODE, keep=keep), ASKING_CODE)]


@pytest.mark.parametrize(("state", "tries"), [(ASKING_CODE, "10"), (ASKING_PIN, "3")])
def test_the_tries_left_are_said_before_anything_is_sent(seen: Seen, state: State, tries: str) -> None:
    seen.show(state)
    assert any(f"あと{tries}回" in text for text in seen.texts())


def test_why_a_code_is_asked_again_is_said_kindly(seen: Seen) -> None:
    seen.show(AwaitingCardCode(CARD, Problem.CARD_CODE_WRONG))
    assert sentence(Problem.CARD_CODE_WRONG, Audience.PATIENT, "ja") in seen.texts()
    seen.show(replace(ASKING_PIN, refused=Problem.PIN_WRONG))
    assert sentence(Problem.PIN_WRONG, Audience.PATIENT, "ja") in seen.texts()


# --- what is typed stays hidden --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "typed"), [(ASKING_CODE, "9876543"), (ASKING_PIN, "987")])
def test_typed_digits_are_in_no_text_that_can_be_read_or_heard(seen: Seen, state: State, typed: str) -> None:
    seen.show(state)
    before = seen.window.grab().toImage()
    seen.type(typed)
    assert not any(typed[at : at + 2] in text for text in seen.texts() for at in range(len(typed) - 1))
    assert f"{len(typed)}桁を入力しました" in " ".join(seen.texts())
    assert seen.window.grab().toImage() != before  # yet the dots are there


def test_masked_digits_look_alike_until_they_are_asked_for(seen: Seen) -> None:
    def picture(typed: str) -> tuple[object, object]:
        seen.show(replace(ASKING_PIN))
        seen.type(typed)
        masked = seen.window.grab().toImage()
        seen.press("数字を見る")
        return masked, seen.window.grab().toImage()

    (masked, shown), (other_masked, other_shown) = picture("987"), picture("123")
    assert masked == other_masked
    assert shown != other_shown


def test_the_next_state_leaves_nothing_of_what_was_typed(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    left = seen.window._screen
    seen.show(AwaitingCardCode(CARD, Problem.CARD_CODE_WRONG))
    assert left.code.digits == ""  # type: ignore[attr-defined]
    assert "0桁を入力しました" in " ".join(seen.texts())
    seen.key(Qt.Key.Key_Return)
    assert seen.events == []
