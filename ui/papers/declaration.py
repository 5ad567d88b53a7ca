"""被保険者資格申立書 on a sheet of A4, as a PDF to print and sign, marked as the clinic's own."""

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter, QPen

from terminal.eligibility.declaration import OWN_SHEET, SIGNATURE, STATEMENT, TITLE, Declaration, form_rows
from terminal.problems import Problem, TerminalError
from ui.theme.fonts import desk_font

WIDTH_MM, HEIGHT_MM = 180.0, 267.0  # A4 within its margins
MARGIN_MM = 15.0
_LABEL_MM, _ROW_MM, _TITLE_MM, _STATEMENT_MM = 52.0, 12.0, 14.0, 26.0
_DOTS_PER_INCH, _MM_PER_INCH = 600, 25.4
_TEXT_MM, _SMALL_MM, _LARGE_MM = 4.2, 3.4, 7.0  # heights of letters
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.TextFlag.TextWordWrap


def write_declaration(declaration: Declaration, path: Path) -> None:
    """Writes the form, for its owner alone. A `QGuiApplication` must be there for its fonts.

    Raises `PAPER_NOT_WRITTEN`.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(declaration_pdf(declaration))
    except OSError as error:
        raise TerminalError(Problem.PAPER_NOT_WRITTEN, error.strerror or "") from error


def declaration_pdf(declaration: Declaration) -> bytes:
    """The form as the bytes of a PDF."""
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(content)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM))  # in millimetres
    writer.setTitle(TITLE)
    writer.setCreator("Uketsuke")
    painter = QPainter(writer)
    paint_declaration(painter, declaration, _DOTS_PER_INCH / _MM_PER_INCH)
    painter.end()
    return bytes(content.data().data())


def paint_declaration(painter: QPainter, declaration: Declaration, dots_per_mm: float) -> None:
    """Paints the form from the top left corner, `WIDTH_MM` by `HEIGHT_MM`, on whatever is painted on."""
    sheet = _Sheet(painter, dots_per_mm)
    sheet.text(QRectF(0, 0, WIDTH_MM, _TITLE_MM), TITLE, _LARGE_MM, Qt.AlignmentFlag.AlignCenter)
    sheet.text(QRectF(0, _TITLE_MM, WIDTH_MM, _ROW_MM / 2), OWN_SHEET, _SMALL_MM, Qt.AlignmentFlag.AlignCenter)
    top = _TITLE_MM + _ROW_MM
    sheet.text(QRectF(0, top, WIDTH_MM, _ROW_MM), f"{declaration.clinic}　御中", _TEXT_MM)
    top += _ROW_MM
    sheet.text(QRectF(0, top, WIDTH_MM, _STATEMENT_MM), STATEMENT, _TEXT_MM)
    top += _STATEMENT_MM
    for row in form_rows(declaration):
        sheet.row(top, row.label, row.content)
        top += _ROW_MM
    sheet.row(top + _ROW_MM / 2, SIGNATURE, "")


class _Sheet:
    """A painter in millimetres."""

    def __init__(self, painter: QPainter, dots_per_mm: float) -> None:
        self._painter = painter
        self._dots_per_mm = dots_per_mm
        painter.setPen(QPen(Qt.GlobalColor.black, 0.2 * dots_per_mm))

    def row(self, top: float, label: str, content: str) -> None:
        """A box with a label on its left; an empty one is to be written into."""
        for left, width, text in ((0.0, _LABEL_MM, label), (_LABEL_MM, WIDTH_MM - _LABEL_MM, content)):
            box = QRectF(left, top, width, _ROW_MM)
            self._painter.drawRect(self._dots(box))
            self.text(box.adjusted(2, 0.5, -2, -0.5), text, _TEXT_MM)

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
