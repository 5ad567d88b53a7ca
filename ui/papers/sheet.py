"""Pages of A4, as a PDF for its owner alone or on a printer, and a painter in millimetres to fill them with."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextOption,
)

from terminal.problems import Problem, TerminalError
from ui.theme.fonts import desk_font
from ui.theme.text import LINE_HEIGHT

WIDTH_MM, HEIGHT_MM = 180.0, 267.0  # A4 within its margins
MARGIN_MM: Final = 15.0
LABEL_MM, ROW_MM, TITLE_MM = 52.0, 12.0, 14.0
TEXT_MM, SMALL_MM, LARGE_MM, LEAST_MM = 4.2, 3.4, 7.0, 2.0  # heights of letters
DOTS_PER_INCH, MM_PER_INCH = 600, 25.4
_LEFT: Final = Qt.AlignmentFlag.AlignLeft

Paint = Callable[[QPainter, float], None]  # with the dots of a millimetre, from the top left corner


@dataclass(frozen=True)
class Document:
    """Pages of A4: what they are called, which names nobody, and what paints each."""

    title: str
    pages: tuple[Paint, ...] = field(repr=False)


def write_pdf(document: Document, path: Path) -> None:
    """Writes a document, for its owner alone. A `QGuiApplication` must be there for its fonts.

    Raises `PAPER_NOT_WRITTEN`.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pdf(document))
    except OSError as error:
        raise TerminalError(Problem.PAPER_NOT_WRITTEN, error.strerror or "") from error


def pdf(document: Document) -> bytes:
    """A document as the bytes of a PDF."""
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(content)
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle(document.title)
    writer.setCreator("Uketsuke")
    put_on(writer, document)
    return bytes(content.data().data())


def put_on(device: QPagedPaintDevice, document: Document) -> bool:
    """Paints on whatever takes pages, as A4 upright whatever was chosen there; whether it took them."""
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    upright = QPageLayout.Orientation.Portrait
    a4 = QPageSize(QPageSize.PageSizeId.A4)
    device.setPageLayout(QPageLayout(a4, upright, margins, QPageLayout.Unit.Millimeter))
    painter = QPainter()
    if not painter.begin(device):
        return False
    taken = True
    for number, paint in enumerate(document.pages):
        taken = taken and (number == 0 or device.newPage())
        paint(painter, device.logicalDpiX() / MM_PER_INCH)
    return painter.end() and taken


class Sheet:
    """A painter in millimetres."""

    def __init__(self, painter: QPainter, dots_per_mm: float) -> None:
        self._painter = painter
        self._dots_per_mm = dots_per_mm
        painter.setPen(QPen(Qt.GlobalColor.black, 0.2 * dots_per_mm))

    def row(self, top: float, label: str, content: str) -> None:
        """A box with a label on its left; an empty one is to be written into."""
        for left, width, text in ((0.0, LABEL_MM, label), (LABEL_MM, WIDTH_MM - LABEL_MM, content)):
            box = QRectF(left, top, width, ROW_MM)
            self._painter.drawRect(self._dots(box))
            self.text(box.adjusted(2, 0.5, -2, -0.5), text, TEXT_MM)

    def text(self, box: QRectF, text: str, letters_mm: float, alignment: Qt.AlignmentFlag = _LEFT) -> None:
        """Text in a box, in smaller letters until all of it is in."""
        dots = self._dots(box)
        layout, height = self._laid_out(text, letters_mm, dots.width(), alignment)
        while height > dots.height() and letters_mm > LEAST_MM:
            letters_mm -= 0.2
            layout, height = self._laid_out(text, letters_mm, dots.width(), alignment)
        layout.draw(self._painter, QPointF(dots.x(), dots.y() + (dots.height() - height) / 2))

    def _laid_out(
        self, text: str, letters_mm: float, width: float, alignment: Qt.AlignmentFlag
    ) -> tuple[QTextLayout, float]:
        """The lines of a text, apart as on the windows, and their height."""
        letters = letters_mm * self._dots_per_mm
        layout = QTextLayout(text, desk_font(round(letters)), self._painter.device())
        option = QTextOption(alignment & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        height, high = 0.0, letters * LINE_HEIGHT
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height + (high - line.height()) / 2))
            height += high
        layout.endLayout()
        return layout, height

    def _dots(self, box: QRectF) -> QRectF:
        scale = self._dots_per_mm
        return QRectF(box.x() * scale, box.y() * scale, box.width() * scale, box.height() * scale)
