"""The plots: bars by hour, by day and by person, painted by hand. Whoever cannot see them is told the same figures.

Scales begin at zero, and each plot has one; what is not usual differs by its hatching, too, not by its colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPaintEvent, QPen

from ui.theme.fonts import families
from ui.theme.paint import painter
from ui.theme.parts import Painted
from ui.theme.tokens import Theme

STEPS: Final = (1, 2, 5)
_LEFT, _BOTTOM, _TOP, _RIGHT = 52, 24, 8, 8  # px of the 1280 × 800 window
_WIDEST = 56
_AlignRight = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_AlignLeft = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Bar:
    """One bar: what it is called, how much, and whether that is out of the usual."""

    name: str
    value: float
    is_unusual: bool = False


def top_of(most: float) -> int:
    """The end of a scale: the first 1, 2 or 5 times a power of ten that holds the most; at least 1."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= most:
                return step * power
        power *= 10


class Bars(Painted):
    """Upright bars over a line. Every `label_every`th is named."""

    def __init__(self, height: int = 130) -> None:
        super().__init__()
        self._height = height
        self._bars: Sequence[Bar] = ()
        self._label_every = 1

    def show_bars(self, name: str, bars: Sequence[Bar], told: str, label_every: int = 1) -> None:
        """Takes the bars; `told` says them in words."""
        self._bars, self._label_every = bars, max(1, label_every)
        self.setAccessibleName(name)
        self.setAccessibleDescription(told)
        self.setToolTip(told)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """As wide as there is room."""
        return QSize(self.theme.px(300), self.theme.px(self._height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Still to be read."""
        return QSize(self.theme.px(240), self.theme.px(self._height * 2 // 3))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """Scale, bars, names."""
        px = self.theme.px
        area = QRectF(self.rect()).adjusted(px(_LEFT), px(_TOP), -px(_RIGHT), -px(_BOTTOM))
        top = top_of(max((bar.value for bar in self._bars), default=1))
        with painter(self) as draw:
            draw.setFont(font_of(self.theme))
            self._draw_scale(draw, area, top)
            width = area.width() / max(1, len(self._bars))
            for at, bar in enumerate(self._bars):
                left = area.left() + at * width
                high = area.height() * bar.value / top
                gap = max(min(width * 0.15, px(4)), (width - px(_WIDEST)) / 2)
                rect = QRectF(left + gap, area.bottom() - high, width - 2 * gap, high)
                fill(draw, rect, self._colour(bar), is_hatched=bar.is_unusual)
                if at % self._label_every == 0:
                    room = QRectF(left + gap, area.bottom() + px(3), width * self._label_every, px(_BOTTOM))
                    draw.setPen(QColor(self.theme.palette.ink_soft))
                    draw.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, bar.name)

    def _colour(self, bar: Bar) -> QColor:
        palette = self.theme.palette
        return QColor(palette.provisional.line if bar.is_unusual else palette.primary)

    def _draw_scale(self, draw: QPainter, area: QRectF, top: int) -> None:
        for part in (0.0, 0.5, 1.0) if top > 1 else (0.0, 1.0):
            height = area.bottom() - part * area.height()
            draw.setPen(QPen(QColor(self.theme.palette.rule), 1))
            draw.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))
            draw.setPen(QColor(self.theme.palette.ink_soft))
            room = QRectF(0, height - self.theme.px(10), area.left() - self.theme.px(6), self.theme.px(20))
            draw.drawText(room, _AlignRight, f"{part * top:,.0f}" if part * top % 1 == 0 else f"{part * top:,.1f}")


@dataclass(frozen=True)
class Against:
    """One person's bar, and the mark of what the others do."""

    bar: Bar
    others: float
    said: str  # beside the bar


class PeopleBars(Painted):
    """Lying bars, one for each person, each with a mark where the others are."""

    def __init__(self) -> None:
        super().__init__()
        self._people: Sequence[Against] = ()

    def show_people(self, name: str, people: Sequence[Against], told: str) -> None:
        """Takes the people; `told` says the figures in words."""
        self._people = people
        self.setAccessibleName(name)
        self.setAccessibleDescription(told)
        self.setToolTip(told)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """A line for each."""
        return QSize(self.theme.px(300), self.theme.px(30) * max(2, len(self._people)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """The same: who is left out is not seen."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """Name, bar, mark, figures."""
        px, palette = self.theme.px, self.theme.palette
        names, figures = px(180), px(240)
        room = self.width() - names - figures
        top = max((max(each.bar.value, each.others) for each in self._people), default=1) or 1
        with painter(self) as draw:
            draw.setFont(font_of(self.theme))
            for at, each in enumerate(self._people):
                line = QRectF(0, at * px(30), self.width(), px(30))
                draw.setPen(QColor(palette.ink))
                draw.drawText(line.adjusted(0, 0, names - line.width() - px(8), 0), _AlignLeft, each.bar.name)
                rect = QRectF(names, line.top() + px(5), room * each.bar.value / top, px(20))
                colour = QColor(palette.provisional.line if each.bar.is_unusual else palette.primary)
                fill(draw, rect, colour, is_hatched=each.bar.is_unusual)
                mark = names + room * each.others / top
                draw.setPen(QPen(QColor(palette.surface), px(5)))
                draw.drawLine(QPointF(mark, line.top() + px(2)), QPointF(mark, line.bottom() - px(2)))
                draw.setPen(QPen(QColor(palette.ink), px(2)))
                draw.drawLine(QPointF(mark, line.top() + px(2)), QPointF(mark, line.bottom() - px(2)))
                draw.drawText(line.adjusted(names + room + px(10), 0, 0, 0), _AlignLeft, each.said)


def font_of(worn: Theme) -> QFont:
    """The small type of a theme, in its language."""
    font = QFont()
    font.setFamilies(list(families(worn.language)))
    font.setPixelSize(worn.sizes.caption)
    return font


def fill(draw: QPainter, rect: QRectF, colour: QColor, *, is_hatched: bool) -> None:
    """Fills a bar; hatched, where it is out of the usual."""
    if rect.height() <= 0 or rect.width() <= 0:
        return
    draw.setPen(QPen(colour, 1))
    draw.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern) if is_hatched else QBrush(colour))
    draw.drawRect(rect)
    draw.setBrush(Qt.BrushStyle.NoBrush)
