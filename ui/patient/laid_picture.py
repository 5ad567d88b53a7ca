"""What lay on the reader in place of a My Number card, drawn: a licence, a transit card, a phone, a purse, a mute chip.

Told apart by form alone: no colour and no cross says that anyone did wrong.
"""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from terminal.problems import Problem
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

WIDTH, HEIGHT = 260, 150  # of the drawing, in its own units
CARD = QRectF(-84, -54, 168, 108)


class LaidPicture(Painted):
    """The thing that a `DRAWN` problem is about, as large as there is room."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._draw = DRAWN[problem]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Seen from afar."""
        return QSize(self.theme.px(WIDTH), self.theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Less, where the words need the room."""
        return QSize(self.theme.px(WIDTH / 2), self.theme.px(HEIGHT / 2))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The thing, in the ink of the notice that it stands in."""
        with painter(self) as draw:
            scale = min(self.width() / WIDTH, self.height() / HEIGHT)
            draw.translate(self.width() / 2, self.height() / 2)
            draw.scale(scale, scale)
            draw.setPen(QPen(colour(self.theme.palette.ink), 4))
            draw.setBrush(colour(self.theme.palette.surface))
            self._draw(draw)


def _licence(draw: QPainter) -> None:
    """A photo at the right, lines at the left: a driving licence."""
    draw.drawRoundedRect(CARD, 10, 10)
    draw.drawRect(QRectF(34, -18, 38, 48))
    draw.drawEllipse(QPointF(53, -2), 9, 9)
    draw.drawChord(QRectF(38, 10, 30, 36), 0, 180 * 16)
    for top, width in ((-38, 140), (-12, 92), (6, 92), (24, 92)):
        draw.drawLine(QPointF(-70, top), QPointF(-70 + width, top))


def _felica(draw: QPainter) -> None:
    """Waves on a card: a transit card, or a phone that answers as one."""
    draw.drawRoundedRect(CARD, 10, 10)
    draw.setBrush(Qt.BrushStyle.NoBrush)
    for radius in (12, 26, 40):
        draw.drawArc(QRectF(-radius - 20, -radius, 2 * radius, 2 * radius), -55 * 16, 110 * 16)


def _phone(draw: QPainter) -> None:
    draw.drawRoundedRect(QRectF(-38, -70, 76, 140), 14, 14)
    draw.drawRect(QRectF(-30, -54, 60, 102))
    draw.drawEllipse(QPointF(0, 59), 5, 5)


def _purse(draw: QPainter) -> None:
    """Several cards in a case: the reader tells none of them."""
    for shift in (-22, 0, 22):
        draw.drawRoundedRect(QRectF(-74 + shift, -62 + shift / 2, 148, 92), 10, 10)
    draw.drawRoundedRect(QRectF(-104, -6, 208, 74), 14, 14)


def _mute(draw: QPainter) -> None:
    """A chip alone on a card."""
    draw.drawRoundedRect(CARD, 10, 10)
    chip = QRectF(-62, -16, 42, 34)
    draw.drawRoundedRect(chip, 6, 6)
    draw.drawLine(chip.center() - QPointF(21, 0), chip.center() + QPointF(21, 0))
    draw.drawLine(chip.center() - QPointF(0, 17), chip.center() + QPointF(0, 17))


def _other(draw: QPainter) -> None:
    """Some card or other."""
    draw.drawRoundedRect(CARD, 10, 10)
    draw.drawLine(QPointF(-84, -22), QPointF(84, -22))


DRAWN = {
    Problem.CARD_IS_LICENCE: _licence,
    Problem.CARD_IS_FELICA: _felica,
    Problem.CARD_IS_PHONE: _phone,
    Problem.CARD_SILENT: _purse,
    Problem.CARD_UNREADABLE: _mute,
    Problem.CARD_NOT_MY_NUMBER: _other,
}
