"""What a screen reader finds: each control of each window has a name, the right role and its state, in every state."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from reception_window import reception
from sample_states import ASKING_PIN, STATES
from seen_patient import Seen
from standing import DarkCamera

from ui.patient.window import PatientWindow
from ui.receptionist.window import ReceptionWindow

CONTROLS = {
    QAccessible.Role.Button,
    QAccessible.Role.CheckBox,
    QAccessible.Role.RadioButton,
    QAccessible.Role.EditableText,
    QAccessible.Role.ComboBox,
    QAccessible.Role.List,
    QAccessible.Role.Table,
}


@pytest.fixture(params=["patient", "reception"])
def window(qtbot: QtBot, request: pytest.FixtureRequest) -> PatientWindow | ReceptionWindow:
    return Seen(qtbot).window if request.param == "patient" else reception(qtbot)


def tree(found: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """An object and all below it that is seen, as a screen reader walks them; a table tells of its own cells."""
    if found.state().invisible:
        return
    yield found
    if found.role() not in (QAccessible.Role.Table, QAccessible.Role.List):
        for at in range(found.childCount()):
            child = found.child(at)
            if child is not None and child.isValid():
                yield from tree(child)


def walked(window: QWidget) -> list[QAccessibleInterface]:
    QApplication.processEvents()
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    return list(tree(root))


def name(found: QAccessibleInterface) -> str:
    return found.text(QAccessible.Text.Name)


def test_every_control_has_a_name_a_role_and_its_state(window: PatientWindow | ReceptionWindow) -> None:
    for state in STATES.values():
        window.show_state(state)
        controls = [found for found in walked(window) if found.role() in CONTROLS]
        assert controls
        for found in controls:
            widget = found.object()
            assert isinstance(widget, QWidget)
            said = (type(state).__name__, type(widget).__name__, name(found))
            assert name(found).strip(), said
            told = found.state()
            assert told.focusable or told.disabled or widget.focusPolicy() == Qt.FocusPolicy.NoFocus, said
            if isinstance(widget, QAbstractButton):
                assert bool(told.disabled) != widget.isEnabled(), said
                assert bool(told.checkable) == widget.isCheckable(), said
                assert bool(told.checked) == widget.isChecked(), said
            if isinstance(widget, QLineEdit) and widget.echoMode() is not QLineEdit.EchoMode.Normal:
                assert told.passwordEdit, said


def test_whatever_takes_the_focus_says_what_it_is(window: PatientWindow | ReceptionWindow) -> None:
    for state in STATES.values():
        window.show_state(state)
        for found in walked(window):
            if found.state().focusable and isinstance(found.object(), QWidget):
                assert name(found).strip(), (type(state).__name__, type(found.object()).__name__)


def test_what_can_be_read_can_be_heard(window: PatientWindow | ReceptionWindow) -> None:
    for state in STATES.values():
        window.show_state(state)
        said = {name(found) for found in walked(window)}
        for label in window.findChildren(QLabel):
            if label.isVisible() and label.text().strip() and label.buddy() is None:
                assert label.text() in said, type(state).__name__


def test_no_digit_that_was_typed_is_in_the_tree(qtbot: QtBot) -> None:
    window = PatientWindow(DarkCamera(), language="ja", is_practice=True)
    qtbot.addWidget(window)
    window.show()
    window.show_state(ASKING_PIN)
    focused = window.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, "987")
    for found in walked(window):
        for text in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
            assert not any(pair in found.text(text) for pair in ("98", "87"))
    assert any("3桁を入力しました" in name(found) for found in walked(window))


def test_tab_reaches_every_control_of_the_patient_that_can_be_pressed(qtbot: QtBot) -> None:
    window = PatientWindow(DarkCamera(), language="ja", is_practice=True)
    qtbot.addWidget(window)
    window.show()
    for state in STATES.values():
        window.show_state(state)
        reached = set()
        for _ in range(60):
            focused = window.focusWidget()
            assert focused is not None
            reached.add(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        buttons = [part for part in window.findChildren(QAbstractButton) if part.isVisible() and part.isEnabled()]
        missed = [part for part in buttons if part not in reached and not _is_in_reached_group(part, reached)]
        assert [part.text() for part in missed] == [], type(state).__name__


def _is_in_reached_group(button: QAbstractButton, reached: set[QWidget]) -> bool:
    """Of buttons that exclude each other one takes the Tab, and the arrows go from it to the others."""
    group = button.group()
    return group is not None and group.exclusive() and any(other in reached for other in group.buttons())
