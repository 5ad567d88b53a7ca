"""Pages of A4, as a PDF for its owner alone or on a printer, and a painter in millimetres to fill them with."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from terminal.problems import Problem, TerminalError
from ui.theme.fonts import desk_font

WIDTH_MM, HEIGHT_MM = 180.0, 267.0  # A4 within its margins
MARGIN_MM: Final = 15.0
LABEL_MM, ROW_MM, TITLE_MM = 52.0, 12.0, 14.0
TEXT_MM, SMALL_MM, LARGE_MM = 4.2, 3.4, 7.0  # heights of letters
DOTS_PER_INCH, MM_PER_INCH = 600, 25.4
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED: Final = Qt.TextFlag.TextWordWrap

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
        flags, dots = int(alignment) | int(_WRAPPED), self._dots(box)
        while True:
            self._painter.setFont(self._font(letters_mm))
            needed = self._painter.boundingRect(dots, flags, text)
            if letters_mm <= 2 or (needed.height() <= dots.height() and needed.width() <= dots.width()):
                break
            letters_mm -= 0.2
        self._painter.drawText(dots, flags, text)

    def _font(self, letters_mm: float) -> QFont:
        return desk_font(round(letters_mm * self._dots_per_mm))

    def _dots(self, box: QRectF) -> QRectF:
        scale = self._dots_per_mm
        return QRectF(box.x() * scale, box.y() * scale, box.width() * scale, box.height() * scale)
