"""A part of a window that rolls once there is not room for all of it: nothing is cut off, and nothing pushed out."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class Rolling(QScrollArea):
    """Rolls up and down only: as wide as what is in it asks for, as high as that is, and lower where it must be."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self._inner = inner
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus, and is rolled to
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setWidgetResizable(True)
        self.setWidget(inner)
        for ground in (inner, self.viewport()):
            ground.setAutoFillBackground(False)  # the window's shows

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """As wide as what is in it."""
        return QSize(self._inner.minimumSizeHint().width(), 0)

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """All of what is in it, at the width that there is."""
        return QSize(self._inner.sizeHint().width(), self._inner.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Another width asks for another height."""
        super().resizeEvent(event)
        self._show_bar()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """So does another text."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._show_bar()
            self.updateGeometry()
        return super().event(event)

    def _show_bar(self) -> None:
        """Only where there is not room: Qt leaves a bar that makes lines break, and by that is needed, where it is."""
        has_room = self._inner.heightForWidth(self.width()) <= self.height()
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if has_room else policy.ScrollBarAsNeeded)
