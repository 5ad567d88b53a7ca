"""Nobody is hurried: before a screen ends more time is offered, and any key takes it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from datetime import timedelta

import pytest
from guided_desk import AGAIN, NO, STATES, YES, Desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, CARD, CODE, CONFIRMED, HOLDER

from terminal.events import (
    CardCodeEntered,
    StillThere,
)
from terminal.states import (
    Ended,
    Idle,
    MatchingFace,
    ReadingCard,
    patience,
)
from ui.patient.patience import ASKED_BEFORE


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def guided(desk: Desk) -> Desk:
    return desk.guided()


# --- nobody is hurried ------------------------------------------------------------------------------------------------

WAITS = [state for state in STATES if patience(state) and not isinstance(state, Ended)]


@pytest.mark.parametrize("is_guided", [True, False])
def test_before_a_screen_ends_more_time_is_offered_and_one_press_gives_it(desk: Desk, is_guided: bool) -> None:
    [go_on] = [part for part in desk.window.findChildren(QPushButton) if part.text() == desk.words["ear.go_on"]]
    timer = desk.window._patience._timer
    for state in WAITS:
        desk.show(state)
        desk.window.set_guided(is_guided)
        limit = patience(state)
        assert limit is not None
        before = limit - timedelta(milliseconds=timer.interval())
        assert timer.isActive()
        assert timedelta(seconds=20) <= before <= ASKED_BEFORE  # WCAG 2.2, 2.2.1
        desk.heard()
        timer.timeout.emit()
        asked = desk.words["ear.still_there"]
        assert desk.bar() == asked
        assert desk.heard() == ([asked] if is_guided else [])
        assert go_on.isVisible()
        go_on.click()
        assert desk.events.pop() == (StillThere(), state)
        assert asked not in desk.bar()
        assert timer.isActive()  # and so on, as often as it takes


@pytest.mark.parametrize("key", ["1", AGAIN])
def test_any_key_gives_more_time_too(guided: Desk, key: str | Qt.Key) -> None:
    guided.show(ASKING_CODE)
    guided.window._patience._timer.timeout.emit()
    guided.press(key)
    assert guided.events == [(StillThere(), ASKING_CODE)]


def test_what_was_typed_or_answered_outlives_the_question(guided: Desk) -> None:
    guided.show(ASKING_CODE)
    guided.press(*CODE[:5])
    guided.window._patience._timer.timeout.emit()
    guided.press(*CODE[5:], YES, NO)
    assert guided.events[-1] == (CardCodeEntered(CODE), ASKING_CODE)


def test_the_machines_work_and_an_ending_ask_nothing(desk: Desk) -> None:
    for state in (CONFIRMED, ReadingCard("i1"), MatchingFace(CARD, HOLDER), Idle()):
        desk.show(ASKING_CODE)
        desk.show(state)
        assert not desk.window._patience._timer.isActive()


def test_who_began_and_went_away_before_laying_a_card_is_not_talked_to_for_ever(guided: Desk) -> None:
    guided.window._patience._timer.timeout.emit()
    guided.show(ASKING_CODE)
    assert guided.heard() == []
