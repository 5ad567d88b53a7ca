"""A ring that says: the machine is at work. It turns where animations are wanted, and stands still otherwise."""

from PySide6.QtCore import QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QHideEvent, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme.motion import is_motion_wanted
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

TURN_MS = 1400


class BusyRing(Painted):
    """Decoration: it has no name, for the words beside it say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._angle = 60.0
        self._turn = QVariantAnimation(self)
        self._turn.setStartValue(60.0)
        self._turn.setEndValue(-300.0)
        self._turn.setDuration(TURN_MS)
        self._turn.setLoopCount(-1)
        self._turn.valueChanged.connect(self._turned)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A hand's width."""
        return QSize(self.theme.px(150), self.theme.px(150))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Less, where the words need the room."""
        return QSize(self.theme.px(80), self.theme.px(80))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Turns only while it is seen."""
        if is_motion_wanted(self):
            self._turn.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Rests while it is not seen."""
        self._turn.stop()
        super().hideEvent(event)

    def _turned(self, angle: float) -> None:
        self._angle = angle
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A pale ring, a quarter of it strong."""
        with painter(self) as draw:
            thick = self.theme.px(12)
            side = min(self.width(), self.height()) - 2 * thick
            box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            draw.setPen(QPen(colour(self.theme.palette.rule), thick))
            draw.drawEllipse(box)
            strong = QPen(colour(self.theme.palette.primary), thick)
            strong.setCapStyle(Qt.PenCapStyle.RoundCap)
            draw.setPen(strong)
            draw.drawArc(box, round(self._angle * 16), 100 * 16)
