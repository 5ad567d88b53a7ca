"""What this program is, what it checks and what it does not, and how sure the face match is. In words; no person."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui.theme.parts import button, label
from ui.words.catalogue import Words

PARTS = ("version", "card", "face", "measured", "not_measured", "liveness", "attacks", "models", "service")


class About(QDialog):
    """A dialog that is read and closed. `facts` are the numbers that the texts name."""

    def __init__(self, words: Words, facts: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(words["about.title"])
        column = QVBoxLayout(self)
        for part in PARTS:
            told = label("body", words.format(f"about.{part}", **facts))
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(told)
        close = button("primary", words["about.close"])
        close.clicked.connect(self.accept)
        column.addWidget(close)
