"""The receptionist's window as it opens, and every word that can be seen in it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from sample_states import NOW
from standing import DarkCamera, FixedClock

from ui.receptionist.window import ReceptionWindow


def reception(qtbot: QtBot, clinic_name: str = "") -> ReceptionWindow:
    window = ReceptionWindow(DarkCamera(), FixedClock(NOW), language="ja", is_practice=True, clinic_name=clinic_name)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    return window


def texts(window: QWidget) -> str:
    """Every word that can be seen."""
    said = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    said += [button.text() for button in window.findChildren(QPushButton) if button.isVisible()]
    for table in window.findChildren(QTableView):
        rows = table.model()
        said += [
            str(rows.index(at, column).data()) for at in range(rows.rowCount()) for column in range(rows.columnCount())
        ]
    return "\n".join(said)
