"""The front of a card, drawn as a sketch, with a pointer to the number that is asked for. An invented person's."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.theme.fonts import desk_font
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

WIDTH, HEIGHT = 856, 540  # a card (ID-1, 85.6 × 54 mm) in tenths of a millimetre
INK, FAINT = "#1a1a1a", "#4d4d4d"
PRINTED = (  # what the three parts of the card code are read from, in their order
    (QRectF(284, 236, 384, 60), "昭和58年 4月 1日生"),
    (QRectF(284, 312, 460, 60), "2030年 4月 1日まで有効"),
    (QRectF(36, 448, 226, 72), "1234"),
)


class CardPicture(Painted):
    """The sketch, as large as there is room; `point_at` marks one of the three numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._part = 0

    def point_at(self, part: int) -> None:
        """Marks the birth date (0), the expiry date (1), the security code (2), or nothing."""
        self._part = part
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Large enough to read."""
        return QSize(self.theme.px(WIDTH * 0.5), self.theme.px(HEIGHT * 0.5))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Small enough to give way to large words."""
        return QSize(self.theme.px(WIDTH * 0.22), self.theme.px(HEIGHT * 0.22))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The card at the left, as the words above begin there."""
        with painter(self) as draw:
            scale = min(self.width() / (WIDTH + 8), self.height() / (HEIGHT + 8))
            draw.translate(4 * scale, (self.height() - HEIGHT * scale) / 2)
            draw.scale(scale, scale)
            _paper(draw)
            for part, (box, text) in enumerate(PRINTED):
                if part == self._part:
                    draw.setPen(QPen(colour("#ce0000"), 8))
                    draw.setBrush(colour("#ffd43d"))
                    draw.drawRoundedRect(box, 12, 12)
                _print(draw, box.adjusted(16, 0, 0, 0), text, 35, is_strong=part == self._part)


def _paper(draw: QPainter) -> None:
    draw.setPen(QPen(colour("#7096f8"), 6))
    draw.setBrush(colour("#f0f9ff"))
    draw.drawRoundedRect(QRectF(0, 0, WIDTH, HEIGHT), 40, 40)
    _print(draw, QRectF(36, 20, 780, 50), "氏名　見本 花子", 36)
    _print(draw, QRectF(36, 76, 780, 50), "住所　○○県○○市○○町1丁目1番地", 32)
    draw.setPen(Qt.PenStyle.NoPen)
    draw.setBrush(colour("#c5d7fb"))
    draw.drawRoundedRect(QRectF(36, 146, 226, 264), 10, 10)
    draw.setBrush(colour("#7096f8"))
    draw.drawEllipse(QPointF(149, 240), 52, 56)
    draw.drawChord(QRectF(66, 312, 166, 196), 0, 180 * 16)
    _print(draw, QRectF(700, 236, 150, 64), "性別 女", 34)
    _print(draw, QRectF(316, 400, 520, 44), "電子証明書の有効期限　年　月　日", 28)
    _print(draw, QRectF(36, 412, 300, 36), "セキュリティコード", 25)
    draw.setPen(QPen(colour("#9db7f9"), 3))
    draw.setBrush(Qt.BrushStyle.NoBrush)
    draw.drawRoundedRect(QRectF(300, 456, 520, 58), 6, 6)


def _print(draw: QPainter, box: QRectF, text: str, pixels: int, *, is_strong: bool = False) -> None:
    font = desk_font(pixels)
    font.setWeight(QFont.Weight.Bold if is_strong else QFont.Weight.Normal)
    draw.setFont(font)
    draw.setPen(colour(INK if is_strong else FAINT))
    draw.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)
