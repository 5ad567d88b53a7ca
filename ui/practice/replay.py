"""A recorded practice, step by step: what was shown, what was done, and what the failure book says of it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from terminal.practice.session import Recording
from ui.practice.told import advice, line, told
from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words


class Replay(QWidget):
    """The window that leads through it: `stepped` carries which moment is looked at, `closed` that it is over.

    Its keys hold in every window of the program: page up and down go a step, Home and End to the first and the last.
    """

    stepped = Signal(int)
    closed = Signal()

    def __init__(self, recording: Recording, title: str, *, language: str) -> None:
        super().__init__()
        self._recording = recording
        self._words = words = Words("practice", language)
        self.setWindowTitle(words["replay.title"])
        self._heading = label("strong", title)
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
        self._back.clicked.connect(lambda: self._go(-1))
        self._on.clicked.connect(lambda: self._go(1))
        self._add_key(Qt.Key.Key_PageUp, lambda: self._go(-1))
        self._add_key(Qt.Key.Key_PageDown, lambda: self._go(1))
        self._add_key(Qt.Key.Key_Home, lambda: self._steps.setCurrentRow(0))
        self._add_key(Qt.Key.Key_End, lambda: self._steps.setCurrentRow(self._steps.count() - 1))
        self._back.setAccessibleDescription(words["replay.back_key"])
        self._on.setAccessibleDescription(words["replay.on_key"])
        self._steps.currentRowChanged.connect(self._show)
        self._steps.setFocus()
        self._show(-1)

    def begin(self) -> None:
        """Goes to the first moment."""
        self._steps.setCurrentRow(0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Dresses the window, once it has a size."""
        super().resizeEvent(event)
        dress(self, theme(RECEPTION, language=self._words.language))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        """Ends the replay."""
        super().closeEvent(event)
        self.closed.emit()

    def _go(self, by: int) -> None:
        self._steps.setCurrentRow(min(max(self._steps.currentRow() + by, 0), self._steps.count() - 1))

    def _add_key(self, key: Qt.Key, act: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.activated.connect(act)

    def _show(self, row: int) -> None:
        moments = self._recording.moments
        self._back.setEnabled(row > 0)
        self._on.setEnabled(row + 1 < len(moments))
        if row < 0:
            self._count.setText(self._words["replay.empty"] if not moments else "")
            return
        waited = moments[row].at - moments[row - 1].at if row else 0.0
        self._count.setText(self._words.format("replay.count", at=row + 1, of=len(moments), waited=f"{waited:.1f}"))
        self._told.setText(told(moments[row], self._words))
        self._advice.setText(advice(moments[row], self._words))
        self.stepped.emit(row)

    def _arrange(self) -> None:
        now = panel("card")
        inner = QVBoxLayout(now)
        for part in (self._heading, self._count, self._told, self._advice):
            inner.addWidget(part)
        inner.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addWidget(self._on)
        inner.addLayout(buttons)
        page = panel("page")
        columns = QHBoxLayout(page)
        columns.addWidget(self._steps, 1)
        columns.addWidget(now, 1)
        QVBoxLayout(self).addWidget(page, 1)
