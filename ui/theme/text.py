"""A label whose lines stand apart, and end where a phrase ends: the desk's typeface alone sets them too tight."""

from PySide6.QtCore import QLocale, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel

from ui.theme.phrases import tie

LINE_HEIGHT = 1.4  # LineHeight.140 of the design tokens
TITLE_LINE_HEIGHT = 1.25
EMS_AT_LEAST = 5
UNBOUNDED = 100_000


class Text(QLabel):
    """Plain text in lines. `text()` is what it says; whatever ties its phrases is only in the drawing."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._font = QFont()  # that what follows holds for
        self._pixels = 0
        self._layout: QTextLayout | None = None  # one for every width: to find a text's glyphs is the long work
        self._laid_at = 0  # the width that its lines have now
        self._kept: dict[int, QSize] = {}  # by the width given: a layout asks for the same again and again

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Takes a text."""
        self._lay_anew()
        super().setText(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few characters wide, if it may wrap: the layout gives it height for the width that it gets."""
        if not self.wordWrap():
            return self.sizeHint()
        width = min(self._em() * EMS_AT_LEAST, self.sizeHint().width())
        return QSize(width, round(self._above() + self._line()))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All in as many lines as the text itself has."""
        return self._size_at(UNBOUNDED)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """The narrower, the higher, if it may wrap."""
        return self.wordWrap()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """How high the text is on a given width."""
        unbroken = self._size_at(UNBOUNDED)
        return (unbroken if width >= unbroken.width() else self._size_at(width)).height()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The lines, in the middle of the height there is."""
        if self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().paintEvent(event)
            return
        height = self._size_at(self.width()).height()
        draw = QPainter(self)
        draw.setPen(self.palette().color(self.foregroundRole()))
        self._draw(draw, self._laid_out(self.width()), max(0, (self.height() - height) / 2))
        draw.end()

    def _draw(self, draw: QPainter, layout: QTextLayout, top: float) -> None:
        layout.draw(draw, QPointF(0, top))

    def _above(self) -> float:
        """How much stands free above each line."""
        return 0.0

    def _line(self) -> float:
        is_title = self.property("role") == "title"
        return self._em() * (TITLE_LINE_HEIGHT if is_title else LINE_HEIGHT)

    def _em(self) -> int:
        """The text's size. Not the font's own height: that differs from language to language by half."""
        self._take_font()
        return self._pixels

    def _take_font(self) -> None:
        """What was laid out in another font is laid out anew."""
        if self._pixels == 0 or self._font != self.font():
            self._font = QFont(self.font())
            self._pixels = QFontInfo(self._font).pixelSize()
            self._lay_anew()

    def _lay_anew(self) -> None:
        self._layout = None
        self._kept.clear()

    def _tied(self) -> str:
        return self.text() if self.locale().language() == QLocale.Language.Chinese else tie(self.text())

    def _spread(self) -> list[QTextLayout.FormatRange]:
        """How characters stand further apart than usual."""
        return []

    def _size_at(self, width: int) -> QSize:
        """How wide its widest line is on a given width, and how high they all are."""
        self._take_font()
        if width not in self._kept:
            self._kept[width] = self._lay_out(self._shaped(), width)
        return self._kept[width]

    def _laid_out(self, width: int) -> QTextLayout:
        """Its lines on a given width."""
        layout = self._shaped()
        if self._laid_at != width:
            self._lay_out(layout, width)
        return layout

    def _shaped(self) -> QTextLayout:
        if self._layout is None:
            layout = self._layout = QTextLayout(self._tied().replace("\n", "\u2028"), self._font, self)
            option = QTextOption(Qt.AlignmentFlag(self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask))
            wrap = QTextOption.WrapMode
            option.setWrapMode(wrap.WrapAtWordBoundaryOrAnywhere if self.wordWrap() else wrap.NoWrap)
            layout.setTextOption(option)
            layout.setFormats(self._spread())
            layout.setCacheEnabled(True)  # glyphs are found once, and not for each width and each painting
        return self._layout

    def _lay_out(self, layout: QTextLayout, width: int) -> QSize:
        layout.beginLayout()
        top = widest = foot = 0.0  # foot: a typeface may reach below the last line's own height
        above, high = self._above(), self._line()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top + above + (high - line.height()) / 2))
            top += above + high
            foot = line.y() + line.height()
            widest = max(widest, line.naturalTextWidth())
        layout.endLayout()
        self._laid_at = width
        return QSize(int(widest) + 2, round(max(top, foot)))
