"""What this program is, what it checks and what it does not, and how sure the face match is. In words; no person."""

from collections.abc import Mapping

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

PARTS = ("version", "card", "face", "measured", "not_measured", "liveness", "attacks", "models", "service")
WIDTH = 720


class About(QDialog):
    """A dialog that is read and closed. `facts` are the numbers that the texts name."""

    def __init__(self, words: Words, facts: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(words["about.title"])
        page = panel("page")
        whole = QVBoxLayout(self)
        whole.addWidget(page)
        column = QVBoxLayout(page)
        for part in PARTS:
            column.addWidget(label("body", words.format(f"about.{part}", **facts)))
        close = button("primary", words["about.close"])
        close.clicked.connect(self.accept)
        column.addWidget(close)
        dress(self, theme(RECEPTION, language=words.language))
        for each in self.findChildren(QWidget):
            each.ensurePolished()  # or the heights would be those before the style sheet
        column.invalidate()
        self.setMinimumSize(WIDTH, whole.totalHeightForWidth(WIDTH))  # a dialog alone cuts lines that wrap
