"""The windows do one thing in each turn: what a person does comes in between, and nothing that is told is lost."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal.states import Idle, ReadingCard, State
from ui.bridge import Bridge
from ui.opening import Opening, opened, opening
from ui.theme.parts import SPACES, dress, dress_to_fit, label
from ui.theme.ruby_label import RubyLabel
from ui.theme.text import UNBOUNDED, Text
from ui.theme.tokens import PATIENT, TEXT_SCALES, theme

HINT = "come_closer"


def told(bridge: Bridge) -> list[object]:
    """What comes out of the bridge, in order."""
    heard: list[object] = []
    for signal in (bridge.state_shown, bridge.hint_told, bridge.fault_told):
        signal.connect(heard.append)
    return heard


def test_each_window_shows_a_state_in_a_turn_of_its_own_and_a_finger_comes_between_them(qtbot: QtBot) -> None:
    happened: list[str] = []

    def first(_state: State) -> None:
        happened.append("reception")
        QTimer.singleShot(0, lambda: happened.append("finger"))

    bridge = Bridge(first, lambda _: happened.append("patient"))
    with qtbot.waitSignal(bridge.state_shown, timeout=30_000):
        bridge.show(Idle())
    assert happened == ["reception", "finger", "patient"]


def test_a_state_is_told_to_be_shown_when_every_window_shows_it(qtbot: QtBot) -> None:
    shown: list[State] = []
    bridge = Bridge(shown.append, shown.append)
    state = ReadingCard("v1")
    with qtbot.waitSignal(bridge.state_shown, timeout=30_000):
        bridge.show(state)
    assert shown == [state, state]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(st.lists(st.sampled_from(("state", "hint", "fault")), max_size=12))
def test_whatever_is_told_comes_in_the_order_in_which_it_was_told(qtbot: QtBot, kinds: list[str]) -> None:
    bridge = Bridge(lambda _: None)
    heard = told(bridge)
    given = [ReadingCard(str(at)) if kind == "state" else f"{kind}-{at}" for at, kind in enumerate(kinds)]
    for each in given:
        if isinstance(each, ReadingCard):
            bridge.show(each)
        elif each.startswith("hint"):
            bridge.tell_hint(each)
        else:
            bridge.tell_fault(each)
    qtbot.waitUntil(lambda: len(heard) == len(given), timeout=30_000)
    assert heard == given


def test_an_act_that_fails_takes_none_of_the_others_along(qtbot: QtBot) -> None:
    def fail(_state: State) -> None:
        raise ZeroDivisionError

    bridge = Bridge(fail)
    heard = told(bridge)
    with qtbot.captureExceptions() as failed, qtbot.waitSignal(bridge.hint_told, timeout=30_000):
        bridge.show(Idle())
        bridge.tell_hint(HINT)
    assert [kind for kind, *_ in failed] == [ZeroDivisionError]
    assert heard == [Idle(), HINT]


def test_what_fell_due_while_a_window_was_shown_goes_before_the_next_window(qtbot: QtBot) -> None:
    done: list[str] = []
    due = QTimer(singleShot=True)
    due.timeout.connect(lambda: done.append("what fell due"))

    def show_one(_state: State) -> None:
        done.append("one window")
        due.start(0)

    bridge = Bridge(show_one, lambda _state: done.append("the other"))
    with qtbot.waitSignal(bridge.state_shown, timeout=30_000):
        bridge.show(Idle())
    assert done == ["one window", "what fell due", "the other"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text("受付の準備をしています。 カードab\n", max_size=40), st.integers(1, 900), st.booleans())
def test_a_text_is_as_high_as_when_it_is_laid_out(qtbot: QtBot, text: str, width: int, has_ruby: bool) -> None:
    shown = RubyLabel(f"{text}市役所《しやくしょ》") if has_ruby else Text(text)
    qtbot.addWidget(shown)
    shown.setWordWrap(True)
    assert shown.heightForWidth(width) == shown._lay_out(shown._shaped(), width).height()
    assert shown.sizeHint().height() == shown._lay_out(shown._shaped(), UNBOUNDED).height()


def test_a_text_that_is_changed_or_drawn_larger_is_laid_out_anew(qtbot: QtBot) -> None:
    shown = Text("受付")
    qtbot.addWidget(shown)
    before = shown.sizeHint()
    shown.setText("受付の準備をしています")
    longer = shown.sizeHint()
    font = shown.font()
    font.setPixelSize(60)
    shown.setFont(font)
    assert before.width() < longer.width() < shown.sizeHint().width()


@pytest.mark.parametrize("fitting", range(9))
def test_the_largest_text_that_has_room_is_found_in_few_tries(qtbot: QtBot, fitting: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    part, text = QWidget(), label("body", "受付")
    QVBoxLayout(part).addWidget(text)
    QVBoxLayout(window).addWidget(part)
    themes = [theme(PATIENT, text=1.6 - at / 10) for at in range(8)]
    dress(window, themes[0])
    tried: list[int] = []

    def has_room() -> bool:
        tried.append(text.font().pixelSize())
        return tried[-1] <= (themes[fitting].sizes.body if fitting < len(themes) else 0)

    dress_to_fit([part], [(each,) for each in themes], has_room)
    assert text.font().pixelSize() == themes[min(fitting, 7)].sizes.body
    assert len(tried) <= 5


def test_a_smaller_text_is_measured_anew_in_every_layout(qtbot: QtBot) -> None:
    window, part, inner = QWidget(), QWidget(), QHBoxLayout()
    qtbot.addWidget(window)
    inner.addWidget(label("body", "受付の準備をしています。" * 5))
    QVBoxLayout(part).addLayout(inner)
    whole = QVBoxLayout(window)
    whole.addWidget(part)
    themes = [theme(PATIENT, text=scale) for scale in (1.6, 1.0)]
    dress(window, themes[0])
    window.show()
    heights: list[int] = []

    def has_room() -> bool:
        part.updateGeometry()
        heights.append(whole.totalMinimumHeightForWidth(400))
        return False

    dress_to_fit([part], [(each,) for each in themes], has_room)
    assert heights[-1] < heights[0]


def test_a_part_that_is_dressed_already_is_not_laid_out_again(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.setObjectName("wide")
    worn = theme(PATIENT, text=TEXT_SCALES[1])
    dress(window, worn)
    window.show()
    column.activate()
    assert column.spacing() == round(worn.sizes.gap * SPACES["wide"])
    dress(window, worn)
    assert not column.activate()  # nothing to do


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_opening_desk_says_so_until_its_windows_are_there(qtbot: QtBot, language: str) -> None:
    def windows() -> list[QWidget]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, Opening) and each.isVisible()]

    with opening(language):
        assert len(windows()) == 1
        opened()
        assert windows() == []
    with pytest.raises(ZeroDivisionError), opening(language):
        raise ZeroDivisionError
    assert windows() == []


def test_an_opening_kiosk_leaves_no_part_of_a_screen_free(qtbot: QtBot) -> None:
    with opening("ja", is_kiosk=True):
        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, Opening) and each.isVisible()]
        assert [each.geometry() for each in shown] == [each.geometry() for each in QApplication.screens()]


def test_the_garbage_collector_rests_only_while_a_desk_opens(qtbot: QtBot) -> None:
    with opening("ja"):
        assert not gc.isenabled()
    assert gc.isenabled()


def test_without_a_screen_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with opening("ja"):
        assert not any(isinstance(each, Opening) and each.isVisible() for each in QApplication.topLevelWidgets())
