"""The picture of a card being laid on the reader. It breathes gently, where animations are wanted."""

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme.motion import is_motion_wanted
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

WIDTH, HEIGHT = 560, 300  # of the drawing, in its own units
PERIOD_MS = 2800


class LayingPicture(Painted):
    """Reader, card and waves, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._lift = 0.5  # 0: on the reader, 1: above it
        self._breath = QVariantAnimation(self)
        self._breath.setStartValue(0.0)
        self._breath.setKeyValueAt(0.5, 1.0)
        self._breath.setEndValue(0.0)
        self._breath.setDuration(PERIOD_MS)
        self._breath.setLoopCount(-1)
        self._breath.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._breath.valueChanged.connect(self._breathe)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Little: the picture gives way to words."""
        return QSize(self.theme.px(160), self.theme.px(86))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Breathes only while it is seen."""
        if is_motion_wanted(self):
            self._breath.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Rests while it is not seen."""
        self._breath.stop()
        super().hideEvent(event)

    def _breathe(self, lift: float) -> None:
        self._lift = lift
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Waves behind, the reader, the card before it."""
        with painter(self) as draw:
            scale = min(self.width() / WIDTH, self.height() / HEIGHT)
            draw.translate(self.width() / 2, self.height() / 2)
            draw.scale(scale, scale)
            self._waves(draw)
            self._reader(draw)
            self._card(draw)

    def _waves(self, draw: QPainter) -> None:
        for radius, opacity in ((150, 0.35), (205, 0.2), (260, 0.1)):
            draw.setOpacity(opacity)
            draw.setPen(QPen(colour(self.theme.palette.primary), 3))
            draw.setBrush(Qt.BrushStyle.NoBrush)
            span = 70 * 16
            box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
            draw.drawArc(box, -span // 2, span)
            draw.drawArc(box, 180 * 16 - span // 2, span)
        draw.setOpacity(1)

    def _reader(self, draw: QPainter) -> None:
        draw.setPen(QPen(colour(self.theme.palette.rule), 2))
        draw.setBrush(colour("#333333"))
        draw.drawRoundedRect(QRectF(-135, 40, 270, 96), 20, 20)
        draw.setPen(Qt.PenStyle.NoPen)
        draw.setBrush(colour("#4d4d4d"))
        draw.drawRoundedRect(QRectF(-121, 52, 242, 58), 12, 12)
        draw.setBrush(colour("#51b883"))
        draw.drawRoundedRect(QRectF(-13, 120, 26, 5), 2.5, 2.5)

    def _card(self, draw: QPainter) -> None:
        draw.translate(QPointF(0, -46 - 18 * self._lift))
        draw.rotate(-6)
        draw.setOpacity(0.12)
        draw.setBrush(colour("#000000"))
        draw.drawRoundedRect(QRectF(-112, -64, 236, 148), 14, 14)
        draw.setOpacity(1)
        draw.setPen(QPen(colour("#7096f8"), 2))
        draw.setBrush(colour("#f0f9ff"))
        draw.drawRoundedRect(QRectF(-118, -74, 236, 148), 14, 14)
        draw.setPen(Qt.PenStyle.NoPen)
        draw.save()
        draw.setClipRect(QRectF(-118, -74, 236, 34))
        draw.setBrush(colour("#0017c1"))
        draw.drawRoundedRect(QRectF(-118, -74, 236, 60), 14, 14)
        draw.restore()
        draw.setBrush(colour("#9db7f9"))
        draw.drawEllipse(QPointF(-68, 2), 22, 22)
        draw.drawChord(QRectF(-104, 28, 72, 76), 0, 180 * 16)
        for top, width in ((-22, 106), (-2, 80), (16, 92)):
            draw.drawRoundedRect(QRectF(-18, top, width, 9), 4.5, 4.5)
        draw.setBrush(colour("#ffd43d"))
        draw.setPen(QPen(colour("#a58000"), 1.5))
        draw.drawRoundedRect(QRectF(66, 38, 36, 27), 5, 5)
        draw.drawLine(QPointF(66, 51), QPointF(102, 51))
        draw.drawLine(QPointF(84, 38), QPointF(84, 65))
