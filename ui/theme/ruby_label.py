"""A label that draws readings over its kanji, small and in the middle, for those who read kana better (ふりがな).

`text()` and the accessible name are the plain text. Where a reading is wider than its kanji, they stand further apart.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout

from ui.theme.phrases import JOINER
from ui.theme.text import Text
from ui.words.ruby import Ruby, read_ruby

SHARE = 0.5  # of the text's size: what ruby has in print (JLREQ 3.3.3)


class RubyLabel(Text):
    """Text in lines, with a reading over whatever has one. Readings are set with the text: `市役所《しやくしょ》`."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._rubies: tuple[Ruby, ...] = ()
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Takes a text, with or without readings."""
        plain, self._rubies = read_ruby(text)
        super().setText(plain)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(1, round(font.pixelSize() * SHARE)))
        font.setBold(False)
        return font

    def _above(self) -> float:
        return QFontMetricsF(self._small()).height() * 0.7 if self._rubies else 0.0  # the rest fits between the lines

    def _spread(self) -> list[QTextLayout.FormatRange]:
        return [
            self._apart(at, extra)
            for ruby, places in self._placed()
            if (extra := self._extra(ruby)) > 0
            for at in places
        ]

    def _extra(self, ruby: Ruby) -> float:
        """How much further apart each of its characters must stand, in pixels."""
        base = QFontMetricsF(self.font()).horizontalAdvance(self.text()[ruby.start : ruby.end])
        wanted = QFontMetricsF(self._small()).horizontalAdvance(ruby.reading)
        return max(0.0, wanted - base) / (ruby.end - ruby.start)

    def _apart(self, at: int, extra: float) -> QTextLayout.FormatRange:
        font = QFont(self.font())
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, extra)
        spread = QTextLayout.FormatRange()
        spread.start, spread.length = at, 1
        spread.format = QTextCharFormat()
        spread.format.setFont(font)
        return spread

    def _placed(self) -> list[tuple[Ruby, list[int]]]:
        """Each reading with where its characters are in the tied text."""
        places = [at for at, character in enumerate(self._tied()) if character != JOINER]
        return [(ruby, places[ruby.start : ruby.end]) for ruby in self._rubies]

    def _draw(self, draw: QPainter, layout: QTextLayout, top: float) -> None:
        super()._draw(draw, layout, top)
        draw.setFont(self._small())
        height = QFontMetricsF(self._small()).height()
        for ruby, places in self._placed():
            line = layout.lineForTextPosition(places[0])
            left, right = (_across(line.cursorToX(at)) for at in (places[0], places[-1] + 1))
            middle = (left + right - self._extra(ruby)) / 2  # what stands apart does so on the right
            wide = QRectF(middle - self.width(), 0, 2 * self.width(), height)
            wide.moveBottom(top + line.y() + height * 0.08)
            draw.drawText(wide, Qt.AlignmentFlag.AlignCenter, ruby.reading)


def _across(found: object) -> float:
    """Where a cursor stands: Qt's binding gives the place alone, or with the position that it was found for."""
    return float(found[0] if isinstance(found, tuple) else found)  # type: ignore[arg-type]  # not in the stubs
