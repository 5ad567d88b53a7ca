"""The patient's screen, small, at reception: taken when the screen was new, so that nothing typed is on it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap

from terminal.states import AwaitingOperator, ConfirmingLastTry, Ended, State
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

WIDTH, LEAST_WIDTH, SHAPE = 400, 256, 1.6  # of a window of 1280 × 800


def is_mirrored(state: State) -> bool:
    """Whether reception sees the patient's screen: not where it has its own to do, or all is said."""
    return not isinstance(state, Ended | AwaitingOperator | ConfirmingLastTry)


class Mirror(Painted):
    """One picture, its sides as they are, with a frame around it."""

    def __init__(self, picture: QPixmap) -> None:
        super().__init__()
        self._picture = picture

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Large enough to read its title."""
        return self._size(WIDTH)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Large enough to know which screen it is."""
        return self._size(LEAST_WIDTH)

    def _size(self, width: int) -> QSize:
        return QSize(self.theme.px(width), self.theme.px(width / SHAPE))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The picture at the upper left."""
        shown = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        with painter(self) as drawn:
            drawn.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            drawn.drawPixmap(QRectF(0, 0, shown.width(), shown.height()), self._picture, QRectF(self._picture.rect()))
            drawn.setPen(QPen(colour(self.theme.palette.line), 1))
            drawn.drawRect(0, 0, shown.width() - 1, shown.height() - 1)
