"""A recorded practice, step by step: what was shown, what was done, and what the failure book says of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from terminal.practice.session import Recording
from ui.practice.told import advice, line, told
from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words


class Replay(QWidget):
    """A window of its own. Up and down keys, or the two buttons, go through the moments."""

    def __init__(self, recording: Recording, title: str, *, language: str) -> None:
        super().__init__()
        self._recording = recording
        self._words = words = Words("practice", language)
        self.setWindowTitle(words["replay.title"])
        self._heading = label("title", title)
        self._steps = QListWidget()
        self._steps.setAccessibleName(words["replay.steps"])
        self._steps.addItems([line(moment, words) for moment in recording.moments])
        self._count = label("caption")
        self._told = label("strong")
        self._advice = label("body")
        self._advice.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._back = button("secondary", words["replay.back"])
        self._on = button("primary", words["replay.on"])
        self._arrange()
        self._steps.currentRowChanged.connect(self._show)
        self._back.clicked.connect(lambda: self._go(-1))
        self._on.clicked.connect(lambda: self._go(1))
        self._show(-1)
        self._steps.setCurrentRow(0)
        self._steps.setFocus()
        self.resize(1000, 560)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Dresses the window, once it has a size."""
        super().resizeEvent(event)
        dress(self, theme(RECEPTION, language=self._words.language))

    def _go(self, by: int) -> None:
        self._steps.setCurrentRow(self._steps.currentRow() + by)

    def _show(self, row: int) -> None:
        moments = self._recording.moments
        self._back.setEnabled(row > 0)
        self._on.setEnabled(row + 1 < len(moments))
        self._count.setText(self._words.format("replay.count", at=row + 1, of=len(moments)))
        if row >= 0:
            self._told.setText(told(moments[row], self._words))
            self._advice.setText(advice(moments[row], self._words))

    def _arrange(self) -> None:
        now = panel("card")
        inner = QVBoxLayout(now)
        inner.addWidget(self._count)
        inner.addWidget(self._told)
        inner.addWidget(self._advice)
        inner.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addWidget(self._on)
        inner.addLayout(buttons)
        page = panel("page")
        columns = QHBoxLayout()
        columns.addWidget(self._steps, 1)
        columns.addWidget(now, 1)
        rows = QVBoxLayout(page)
        rows.addWidget(self._heading)
        rows.addLayout(columns, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(page, 1)
