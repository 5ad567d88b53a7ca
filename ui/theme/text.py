"""A label whose lines stand apart, and end where a phrase ends: the desk's typeface alone sets them too tight."""

from PySide6.QtCore import QLocale, QPointF, QSize, Qt
from PySide6.QtGui import QFontInfo, QPainter, QPaintEvent, QTextLayout, QTextOption
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
        self._size: tuple[str, int] = "", 0  # of which font
        self._kept: dict[tuple[str, str, int], tuple[QTextLayout, int]] = {}  # a layout asks for the same again

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few characters wide, if it may wrap: the layout gives it height for the width that it gets."""
        if not self.wordWrap():
            return self.sizeHint()
        width = min(self._em() * EMS_AT_LEAST, self.sizeHint().width())
        return QSize(width, round(self._above() + self._line()))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All in as many lines as the text itself has."""
        layout, height = self._laid_out(UNBOUNDED)
        widest = max((layout.lineAt(at).naturalTextWidth() for at in range(layout.lineCount())), default=0)
        return QSize(int(widest) + 2, height)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """The narrower, the higher, if it may wrap."""
        return self.wordWrap()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """How high the text is on a given width."""
        return self._laid_out(width)[1]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The lines, in the middle of the height there is."""
        if self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().paintEvent(event)
            return
        layout, height = self._laid_out(self.width())
        draw = QPainter(self)
        draw.setPen(self.palette().color(self.foregroundRole()))
        self._draw(draw, layout, max(0, (self.height() - height) / 2))
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
        font = self.font()
        if self._size[0] != (key := font.key()):
            self._size = key, QFontInfo(font).pixelSize()
        return self._size[1]

    def _tied(self) -> str:
        return self.text() if self.locale().language() == QLocale.Language.Chinese else tie(self.text())

    def _spread(self) -> list[QTextLayout.FormatRange]:
        """How characters stand further apart than usual."""
        return []

    def _laid_out(self, width: int) -> tuple[QTextLayout, int]:
        key = self.text(), self.font().key(), width
        if key not in self._kept:
            if any(key[:2] != kept[:2] for kept in self._kept):
                self._kept.clear()
            self._kept[key] = self._lay_out(width)
        return self._kept[key]

    def _lay_out(self, width: int) -> tuple[QTextLayout, int]:
        layout = QTextLayout(self._tied().replace("\n", "\u2028"), self.font(), self)
        option = QTextOption(Qt.AlignmentFlag(self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask))
        wrap = QTextOption.WrapMode
        option.setWrapMode(wrap.WrapAtWordBoundaryOrAnywhere if self.wordWrap() else wrap.NoWrap)
        layout.setTextOption(option)
        layout.setFormats(self._spread())
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top + self._above() + (self._line() - line.height()) / 2))
            top += self._above() + self._line()
        layout.endLayout()
        return layout, round(top)
