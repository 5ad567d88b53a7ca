"""The patient's window: where the keyboard is after a press, and whose settings the next patient finds."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, CARD, CODE, CONFIRMED, PROVISIONAL, WITHHELD
from seen_patient import Seen

from terminal.events import CardCodeEntered, StillThere
from terminal.problems import Problem
from terminal.states import ReadingCard, State, Stopped
from ui.patient.patience import Patience


@pytest.fixture
def seen(qtbot: QtBot) -> Seen:
    return Seen(qtbot)


@pytest.mark.parametrize(
    "pressed", [("言語 Language", "Tiếng Việt"), ("言語 Language", "言語 Language"), ("係員を呼ぶ",)]
)
def test_after_a_press_the_keys_still_type_the_code(seen: Seen, pressed: tuple[str, ...]) -> None:
    seen.show(ASKING_CODE)
    for text in pressed:
        seen.press(text)
    seen.type(CODE)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_whoever_calls_by_enter_does_not_stop_by_enter(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    call = next(part for part in seen.buttons() if part.text() == "係員を呼ぶ")
    call.setFocus()
    seen.key(Qt.Key.Key_Return)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == []


def test_whoever_takes_more_time_by_enter_presses_nothing_else_by_enter(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.window.findChildren(Patience)[0].findChildren(QTimer)[0].start(0)  # the time is nearly over
    seen.qtbot.waitUntil(lambda: "続ける" in seen.texts(), timeout=30_000)
    next(part for part in seen.buttons() if part.text() == "続ける").setFocus()
    seen.key(Qt.Key.Key_Return)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(StillThere(), ASKING_CODE)]
    assert any(part.text() == "係員を呼ぶ" and part.isEnabled() for part in seen.buttons())


# --- whose settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [CONFIRMED, PROVISIONAL, WITHHELD], ids=lambda end: type(end).__name__)
def test_the_next_card_after_an_answer_finds_the_settings_of_the_site(seen: Seen, end: State) -> None:
    seen.window.set_language("vi")
    seen.window.set_high_contrast(True)
    seen.window.set_guided(True)
    seen.show(end)
    seen.show(ReadingCard("next"))
    assert "カードを読み取っています" in seen.texts()
    assert [part.text() for part in seen.buttons() if part.isChecked() and part.text() in ("白黒", "音声案内")] == []


def test_a_card_put_back_finds_the_settings_of_whoever_took_it(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.window.set_language("en")
    seen.show(Stopped(Problem.CARD_REMOVED, CARD))
    seen.show(ReadingCard("again"))
    assert "マイナンバーカードを置いてください" not in seen.texts()
    assert "カードを読み取っています" not in seen.texts()
