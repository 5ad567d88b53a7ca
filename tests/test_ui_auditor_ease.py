"""The auditor's window for whoever uses it: keys, names, languages, room, and that it never stands still."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count, pairwise

import pytest
from audited_window import Audit, FakeArchive
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from terminal.access_log.access import Access, Action
from terminal.access_log.verify import Finding
from ui.auditor.plots import top_of
from ui.words.catalogue import LANGUAGES, Words, load

LONGEST_WORK_S = 0.15  # 0.05 on a quiet machine; what two threads share a core for counts twice


@pytest.fixture
def audit(qtbot: QtBot) -> Iterator[Audit]:
    with closing(Audit(qtbot, FakeArchive())) as audit:
        yield audit


def test_figures_are_told_in_words_too(audit: Audit) -> None:
    audit.sign_in()
    audit.room.turn_to(1)
    audit.until(lambda: "12: 16" in audit.room.figures.hours.accessibleDescription())
    assert "見本　花子" in audit.room.figures.people.accessibleDescription()


def test_the_whole_window_works_with_the_keyboard(audit: Audit) -> None:
    audit.sign_in()
    for at in (2, 1, 0):
        QTest.keyClick(audit.window, Qt.Key(Qt.Key.Key_1.value + at), Qt.KeyboardModifier.ControlModifier)
        assert audit.room.stack.currentIndex() == at
    table = audit.room.entries.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert audit.room.entries.details.count() > 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_can_be_operated_has_a_name(qtbot: QtBot, language: str) -> None:
    audit = Audit(qtbot, FakeArchive(), language)
    audit.sign_in()
    for kind in (QAbstractButton, QComboBox, QLineEdit, QTableView):
        for part in audit.window.findChildren(kind):
            assert isinstance(part, QWidget)
            is_inner = part.parent() is not None and isinstance(part.parent(), QComboBox | QTableView)
            is_inner = is_inner or part.objectName().startswith("qt_") or not part.isVisible()
            text = part.text() if isinstance(part, QAbstractButton) else ""
            assert is_inner or part.accessibleName() or text, part
    audit.window.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_into_the_smallest_screen_in_each_language(qtbot: QtBot, language: str) -> None:
    audit = Audit(qtbot, FakeArchive(), language)
    audit.sign_in()
    least = audit.window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 800
    audit.window.close()


def test_the_language_is_changed_while_the_window_is_open(audit: Audit) -> None:
    audit.sign_in()
    audit.window.language.click()
    assert "17 件" in audit.seen()
    assert Words("auditor", "ja")["field.actor"] == audit.room.entries.table.rows.headerData(
        2, Qt.Orientation.Horizontal
    )


def test_every_action_and_finding_has_its_words() -> None:
    for language in LANGUAGES:
        words = load("auditor", language)
        assert [action for action in Action if f"action.{action}" not in words] == []
        assert [finding for finding in Finding if f"finding.{finding.name.lower()}" not in words] == []


def test_what_could_deceive_the_eye_is_not_shown(qtbot: QtBot) -> None:
    audit = Audit(qtbot, FakeArchive([Access(Action.LOG_EXPORTED, "", "ta\u202ero", reason="a\u0007b")]))
    audit.sign_in()
    assert "\u202e" not in audit.seen()
    assert "\u0007" not in audit.seen()
    audit.window.close()


def test_the_window_goes_on_living_while_a_long_log_is_read_and_verified(qtbot: QtBot) -> None:
    many = [Access(Action.ELIGIBILITY_ASKED, f"v{at}", "hanako", b"p%d" % (at % 300)) for at in range(4_000)]
    audit = Audit(qtbot, FakeArchive(many))
    audit.archive.gate.clear()  # the work goes on until the window has beaten so often
    beats = count(1)
    heart = QTimer()
    heart.timeout.connect(lambda: audit.archive.gate.set() if next(beats) == 20 else None)
    heart.start(5)
    audit.sign_in()
    heart.stop()
    assert next(beats) > 20
    assert audit.room.entries.table.rows.rowCount() == 4_001
    audit.window.close()


def test_no_work_of_the_window_on_a_long_log_holds_it_up_for_long(qtbot: QtBot) -> None:
    """In the thread's own CPU time, so that whatever else the machine does is not counted."""
    many = [Access(Action.ELIGIBILITY_ASKED, f"v{at}", "hanako", b"p%d" % (at % 300)) for at in range(20_000)]
    audit = Audit(qtbot, FakeArchive(many))
    audit.sign_in()
    beats = [time.thread_time()]
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(time.thread_time()))
    heart.start(1)
    longest = []
    for _ in range(3):  # the best of them counts: a busy machine and the tests before this one only add
        beats[:] = [time.thread_time()]
        for act in (
            audit.room.read_again,
            audit.room.entries.seeking.spans["week"].click,
            audit.room.entries.seeking.spans["all"].click,
            audit.room.entries.table.scrollToBottom,
        ):
            act()
            began = len(beats)
            audit.until(lambda began=began: len(beats) > began + 5 and audit.room.state.again.isEnabled())
        longest.append(max(after - before for before, after in pairwise(beats)))
    heart.stop()
    assert min(longest) < LONGEST_WORK_S
    audit.window.close()


def test_closing_ends_all_work_and_signs_out(audit: Audit) -> None:
    audit.sign_in()
    audit.window.close()
    assert [each.reason for each in audit.done(Action.SIGNED_OUT)] == ["closed"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("audit")]


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (11, 20), (1999, 2000), (0.4, 1)])
def test_a_scale_ends_at_a_round_number(most: float, top: int) -> None:
    assert top_of(most) == top
