"""The four keys by ear: what each does on each screen, and that nothing is told unasked."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import pytest
from guided_desk import CALL, NO, STATES, YES, Desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, ASKING_PHONE, ASKING_PIN, CARD, CODE, CONFIRMED, HOLDER, LAST_TRY, PIN, VERIFIED

from terminal.events import (
    Cancelled,
    CardCodeEntered,
    ConsentGiven,
    FaceDeclined,
    FaceRetried,
    LastTryConfirmed,
    LastTryDeclined,
    PatientLeft,
    PinEntered,
)
from terminal.people import Consent
from terminal.problems import Problem
from terminal.states import (
    AwaitingConsent,
    MatchingFace,
    ReadingCard,
    ReadingHolder,
    State,
)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def guided(desk: Desk) -> Desk:
    return desk.guided()


# --- the keys on each screen ------------------------------------------------------------------------------------------


def test_of_a_pin_only_the_number_of_digits_is_heard(guided: Desk) -> None:
    guided.show(ASKING_PHONE)
    guided.heard()
    guided.press(*PIN[:3])
    assert guided.heard() == [guided.words.format("ear.digit", typed=typed) for typed in (1, 2, 3)]
    guided.press(NO, YES)
    typed = guided.words.format("code.typed", typed=2, all=4)
    assert guided.heard() == [guided.words.format("ear.digit", typed=2), typed, guided.words["ear.send"]]
    guided.press(*PIN[2:])
    assert guided.heard()[-1] == guided.words.format("ear.complete", all=4)
    guided.press(YES)
    assert guided.events == [(PinEntered(PIN), ASKING_PHONE)]


@pytest.mark.parametrize(("answer", "keep"), [(YES, True), (NO, False)])
def test_a_card_code_is_guided_number_by_number_and_kept_only_on_a_yes(
    guided: Desk, answer: Qt.Key, keep: bool
) -> None:
    guided.show(ASKING_CODE)
    assert guided.words["card_code.where_birth"] in guided.heard()
    guided.press(*CODE[:6])
    assert guided.heard()[-1] == guided.words["card_code.where_expiry"]
    guided.press(*CODE[6:10])
    assert guided.heard()[-1] == guided.words["card_code.where_security"]
    guided.press(*CODE[10:], YES)
    assert guided.heard()[-3:] == guided.told("ear.keep", "card_code.keep_how", "ear.yes_or_no")
    assert guided.events == []
    guided.press(answer)
    assert guided.events == [(CardCodeEntered(CODE, keep=keep), ASKING_CODE)]


def test_consent_is_asked_one_question_at_a_time_read_back_and_can_be_taken_back(guided: Desk) -> None:
    asked = AwaitingConsent(VERIFIED)
    what = {key: guided.words[f"consent.{key}"] for key in ("medicines", "checkups", "limit_amount")}
    chosen = [
        guided.words.format(f"consent.{answer}_to", what=what[key])
        for answer, key in (("yes", "medicines"), ("no", "checkups"), ("yes", "limit_amount"))
    ]
    guided.show(asked)
    assert guided.heard()[-3:] == [what["medicines"], *guided.told("consent.medicines_note", "ear.yes_or_no")]
    guided.press(YES)
    assert guided.heard() == [chosen[0], what["checkups"], *guided.told("consent.checkups_note", "ear.yes_or_no")]
    guided.press(NO)
    assert guided.heard()[:2] == [chosen[1], what["limit_amount"]]
    guided.press(YES)
    assert guided.heard() == [*chosen, guided.words["ear.chosen_again"]]
    guided.press(NO)  # all over again
    assert guided.heard()[0] == what["medicines"]
    guided.press(NO, YES, NO, YES)
    assert guided.events == [(ConsentGiven(frozenset({Consent.CHECKUPS})), asked)]


def test_yes_and_no_are_said_in_one_breath_and_both_are_one_key(guided: Desk) -> None:
    asked = guided.words["ear.yes_or_no"]
    assert "はい" in asked
    assert "いいえ" in asked
    for key, event in ((YES, LastTryConfirmed()), (NO, LastTryDeclined())):
        guided.show(ReadingHolder(CARD, CODE))
        guided.show(replace(LAST_TRY))
        assert guided.heard()[-1] == asked
        guided.press(key)
        assert guided.events.pop()[0] == event


@pytest.mark.parametrize(
    ("state", "key", "event"),
    [
        (MatchingFace(CARD, HOLDER), NO, FaceDeclined()),
        (ASKING_PIN, YES, FaceRetried()),
        (replace(ASKING_PIN, refused=Problem.PIN_LOCKED), YES, FaceRetried()),
        (CONFIRMED, YES, PatientLeft()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_one_key_tells_its_event(guided: Desk, state: State, key: Qt.Key, event: object) -> None:
    guided.show(state)
    guided.press(key)
    assert guided.events == [(event, state)]


def test_the_check_in_is_stopped_only_after_a_second_yes(guided: Desk) -> None:
    state = ReadingCard("i1")
    guided.show(state)
    guided.heard()
    guided.press(NO)
    assert guided.heard() == [guided.words["ear.stop"]]
    guided.press(NO)
    assert guided.heard()[0] == guided.words["ear.going_on"]
    guided.press(YES)
    assert guided.heard() == [guided.words["ear.nothing"]]
    assert guided.events == []
    guided.press(NO, YES)
    assert guided.events == [(Cancelled(), state)]


def test_a_question_about_stopping_is_not_answered_on_the_next_screen(guided: Desk) -> None:
    guided.show(ReadingCard("i1"))
    guided.press(NO)
    guided.show(ASKING_CODE)
    guided.press(YES)
    assert guided.events == []


def test_staff_can_be_called_from_everywhere_guided_or_not(desk: Desk) -> None:
    calls: list[State] = []
    desk.window.help_called.connect(lambda: calls.append(desk.window._state))
    for at, state in enumerate((*STATES, *reversed(STATES[1:]))):
        desk.show(state)
        desk.window.set_guided(at % 2 == 0)
        desk.press(CALL)
        assert desk.words["ear.called"] in desk.heard()
    assert calls == [*STATES, *reversed(STATES[1:-1])]  # the last was called for once


def test_the_keys_answer_the_screen_and_not_what_lay_over_it(guided: Desk) -> None:
    guided.show(CONFIRMED)
    [languages] = [
        part for part in guided.window.findChildren(QPushButton) if part.text() == guided.words["window.language"]
    ]
    languages.click()
    guided.press(YES)
    assert guided.events == [(PatientLeft(), CONFIRMED)]


def test_enter_presses_what_has_the_focus(desk: Desk) -> None:
    desk.show(ASKING_CODE)
    [stop] = [part for part in desk.window.findChildren(QPushButton) if part.text() == "やめる"]
    stop.setFocus()
    desk.press(YES)
    assert desk.events == [(Cancelled(), ASKING_CODE)]
    assert desk.heard() == []


def test_a_hint_for_the_camera_is_heard_after_the_screen_and_never_twice_running(guided: Desk) -> None:
    guided.show(MatchingFace(CARD, HOLDER))
    guided.heard()
    for hint in ("come_closer", "", "come_closer", "look_ahead"):
        guided.window.show_hint(hint)
    assert guided.heard() == guided.told("face_hint.come_closer")
