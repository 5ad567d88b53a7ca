"""The patient's window after a patient has gone about whom reception has more to do: nothing of them stands there."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot
from sample_states import CARD, CONFIRMED, VERIFIED, WITHHELD
from seen_patient import Seen

from terminal.aftermath import follow
from terminal.events import PatientLeft, WayShown
from terminal.handing_over import HeldBack
from terminal.problems import Problem
from terminal.proof_ladder import Way
from terminal.states import Idle, ReadingCard, State, TurnedAway, Unconfirmed
from ui.patient.patience import Patience

ENDED = Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_ENDED)
KEPT: list[State] = [
    WITHHELD,
    ENDED,
    TurnedAway(CARD, Problem.OPERATOR_REFUSED),
    replace(CONFIRMED, receipt=HeldBack((("name", "𠮷"),))),
]
NEUTRAL = "カードを取って、受付でお声がけください。"


@pytest.fixture
def seen(qtbot: QtBot) -> Seen:
    return Seen(qtbot)


def is_neutral(seen: Seen) -> bool:
    told = seen.texts()
    return NEUTRAL in told and "終わる" not in told


@pytest.mark.parametrize("state", KEPT, ids=lambda state: type(state).__name__)
def test_the_patients_end_takes_only_their_own_screen_and_their_settings_away(seen: Seen, state: State) -> None:
    seen.show(state)
    before = set(seen.texts())
    seen.window.set_high_contrast(True)
    seen.press("終わる")
    assert seen.events == [(PatientLeft(), state)]
    assert is_neutral(seen)
    assert set(seen.texts()) < before | {"係員がご案内します", NEUTRAL}
    assert not any(part.isChecked() for part in seen.buttons() if part.text() == "白黒")


def test_what_reception_does_meanwhile_brings_nothing_back(seen: Seen) -> None:
    seen.show(ENDED)
    seen.press("終わる")
    seen.show(follow(ENDED, WayShown(Way.CERTIFICATE)))
    assert is_neutral(seen)
    seen.show(Idle())
    assert "マイナンバーカードを置いてください" in seen.texts()


def test_the_next_card_is_read_as_ever(seen: Seen) -> None:
    seen.show(WITHHELD)
    seen.press("終わる")
    seen.show(ReadingCard("next"))
    assert "カードを読み取っています" in seen.texts()


def test_an_answer_that_needs_nobody_is_left_to_the_desk(seen: Seen) -> None:
    seen.show(CONFIRMED)
    seen.press("終わる")
    assert seen.events == [(PatientLeft(), CONFIRMED)]
    assert "受付が完了しました" in seen.texts()


def test_an_end_that_nobody_closes_does_not_stay_for_the_next_to_read(seen: Seen) -> None:
    seen.show(ENDED)
    seen.window.findChildren(Patience)[0].findChildren(QTimer)[0].start(0)  # the time is over
    seen.qtbot.waitUntil(lambda: is_neutral(seen), timeout=30_000)
    assert seen.events == []
