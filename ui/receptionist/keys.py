"""The keys that work now, read off the window itself, so that the list cannot be wrong."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

Key = tuple[str, str]  # the key, and what it does


def keys_of(window: QWidget) -> list[Key]:
    """Each key that does something on a window as it is: those of its buttons, then its own, which say what they do."""
    found = [
        (made.shortcut().toString(), made.text().removesuffix(f" ({made.shortcut().toString()})"))
        for made in window.findChildren(QPushButton)
        if made.isVisibleTo(window) and made.isEnabled() and not made.shortcut().isEmpty()
    ]
    own = [
        (made.key().toString(), made.whatsThis())
        for made in window.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if made.isEnabled() and made.whatsThis()
    ]
    return sorted(found, key=_order) + own


def _order(key: Key) -> tuple[int, str]:
    return len(key[0]), key[0]


class KeyList(QDialog):
    """The list. Read and closed."""

    def __init__(self, keys: list[Key], words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words["keys.title"])
        page = panel("page")
        whole = QVBoxLayout(self)
        whole.addWidget(page)
        column = QVBoxLayout(page)
        column.addWidget(label("title", words["keys.title"]))
        grid = QGridLayout()
        grid.setObjectName("tight")
        for row, (key, does) in enumerate(keys):
            grid.addWidget(label("strong", key), row, 0)
            grid.addWidget(label("body", does), row, 2)
        grid.setColumnMinimumWidth(1, RECEPTION.gap)
        grid.setColumnStretch(2, 1)
        column.addLayout(grid)
        column.addWidget(label("caption", words["keys.tab"]))
        close = button("primary", words["about.close"])
        close.setShortcut(QKeySequence("F1"))
        close.clicked.connect(self.accept)
        column.addWidget(close)
        dress(self, theme(RECEPTION, language=words.language))
        self.setMinimumWidth(480)
