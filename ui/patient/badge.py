"""The sign above an ending: a check, a clock, or a person who helps. Told apart by form as well as by colour."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from ui.theme.paint import colour, painter
from ui.theme.parts import Painted
from ui.theme.tokens import Tone


class Badge(Painted):
    """A disc in the tone `confirmed`, `provisional`, `refused` or `notice`."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._kind = kind

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Seen from afar."""
        return QSize(self.theme.px(140), self.theme.px(140))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Less, where the words need the room."""
        return QSize(self.theme.px(72), self.theme.px(72))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The disc, and the sign on it."""
        tone: Tone = getattr(self.theme.palette, self._kind)
        with painter(self) as draw:
            side = min(self.width(), self.height())
            draw.translate(self.width() / 2, self.height() / 2)
            draw.scale(side / 100, side / 100)
            draw.setPen(Qt.PenStyle.NoPen)
            draw.setBrush(colour(tone.line))
            draw.drawEllipse(QPointF(0, 0), 48, 48)
            pen = QPen(colour(tone.surface), 9)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            draw.setPen(pen)
            draw.setBrush(Qt.BrushStyle.NoBrush)
            SIGNS[self._kind](draw)


def _check(draw: QPainter) -> None:
    draw.drawPolyline(QPolygonF([QPointF(-22, 2), QPointF(-6, 18), QPointF(24, -16)]))


def _clock(draw: QPainter) -> None:
    draw.drawEllipse(QPointF(0, 0), 28, 28)
    draw.drawPolyline(QPolygonF([QPointF(0, -15), QPointF(0, 2), QPointF(11, 9)]))


def _person(draw: QPainter) -> None:
    draw.setBrush(draw.pen().color())
    draw.setPen(Qt.PenStyle.NoPen)
    draw.drawEllipse(QPointF(0, -13), 14, 14)
    draw.drawChord(QRectF(-25, 6, 50, 50), 0, 180 * 16)


SIGNS = {"confirmed": _check, "provisional": _clock, "refused": _person, "notice": _person}
