"""The windows as one: states reach both from any thread, events leave with the state that was shown."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sample_states import CARD, HOLDER, NOW
from standing import DarkCamera, FixedClock

from terminal.events import Cancelled, Event
from terminal.states import Idle, MatchingFace, ReadingCard, State
from ui.app import Windows
from ui.opening import has_screen
from ui.words.catalogue import Words


@pytest.fixture
def windows(qtbot: QtBot) -> Windows:
    windows = Windows(DarkCamera(), FixedClock(NOW), None, "ja")
    for window in (windows.reception, windows.patient):
        qtbot.addWidget(window)
        window.show()
    return windows


def said(window: QWidget) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_a_state_shown_from_another_thread_is_on_both_windows(windows: Windows, qtbot: QtBot) -> None:
    thread = threading.Thread(target=windows.show, args=(ReadingCard("v1"),))
    with qtbot.waitSignal(windows.bridge.state_shown, timeout=30_000):
        thread.start()
    thread.join()
    for window in (windows.reception, windows.patient):
        assert "カードを読み取っています" in said(window)


def test_an_event_leaves_with_the_state_that_was_on_the_window(windows: Windows, qtbot: QtBot) -> None:
    posted: list[tuple[Event, State | None]] = []
    windows.connect(lambda event, state: posted.append((event, state)))
    shown = ReadingCard("v1")
    with qtbot.waitSignal(windows.bridge.state_shown, timeout=30_000):
        windows.show(shown)
    for window in (windows.patient, windows.reception):
        words = {"やめる", "受付を中止 (F10)"}
        next(b for b in window.findChildren(QPushButton) if b.isVisible() and b.text() in words).click()
    assert posted == [(Cancelled(), shown), (Cancelled(), shown)]
    assert posted[0][1] is posted[1][1] is shown


def test_a_patient_who_calls_is_heard_at_reception(windows: Windows) -> None:
    assert "呼んでいます" not in said(windows.reception)
    windows.patient.help_called.emit()
    assert "呼んでいます" in said(windows.reception)


def test_a_fault_of_ours_is_shown_by_its_type_and_says_nothing_personal(windows: Windows) -> None:
    windows.reception.show_fault("ZeroDivisionError")
    assert "ZeroDivisionError" in said(windows.reception)


def test_a_fault_in_another_thread_is_shown_too(windows: Windows, qtbot: QtBot) -> None:
    thread = threading.Thread(target=windows.bridge.tell_fault, args=("ZeroDivisionError",))
    with qtbot.waitSignal(windows.bridge.fault_told, timeout=30_000):
        thread.start()
    thread.join()
    assert "ZeroDivisionError" in said(windows.reception)


def test_without_practice_nothing_says_practice(windows: Windows) -> None:
    windows.reception.show_state(Idle())
    assert "練習" not in said(windows.reception)
    assert "練習" not in said(windows.patient)


def test_no_screen_is_told_before_qt_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert not has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert has_screen()


def test_a_hint_is_said_on_both_windows_while_the_face_is_looked_at_and_on_no_other_screen(
    windows: Windows, qtbot: QtBot
) -> None:
    def hinted(word: str) -> None:
        with qtbot.waitSignal(windows.bridge.hint_told, timeout=30_000):
            windows.show_hint(word)

    hinted("come_closer")
    with qtbot.waitSignal(windows.bridge.state_shown, timeout=30_000):
        windows.show(MatchingFace(CARD, HOLDER))
    near = [Words(area, "ja")["face_hint.come_closer"] for area in ("receptionist", "patient")]
    for window, text in zip((windows.reception, windows.patient), near, strict=True):
        assert text not in said(window)
    hinted("come_closer")
    hinted("hold_still")  # comes too soon to be read
    assert all(text in said(window) for window, text in zip((windows.reception, windows.patient), near, strict=True))
    still = [Words(area, "ja")["face_hint.hold_still"] for area in ("receptionist", "patient")]
    qtbot.waitUntil(lambda: still[0] in said(windows.reception) and still[1] in said(windows.patient), timeout=30_000)
