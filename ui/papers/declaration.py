"""被保険者資格申立書 on a sheet of A4, as a PDF to print and sign, marked as the clinic's own."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from terminal.eligibility.declaration import OWN_SHEET, SIGNATURE, STATEMENT, TITLE, Declaration, form_rows
from ui.papers.sheet import LARGE_MM, ROW_MM, SMALL_MM, TEXT_MM, TITLE_MM, WIDTH_MM, Sheet, pdf, write_pdf

_STATEMENT_MM = 26.0


def write_declaration(declaration: Declaration, path: Path) -> None:
    """Writes the form, for its owner alone. Raises `PAPER_NOT_WRITTEN`."""
    write_pdf(TITLE, partial(_paint, declaration), path)


def declaration_pdf(declaration: Declaration) -> bytes:
    """The form as the bytes of a PDF."""
    return pdf(TITLE, partial(_paint, declaration))


def paint_declaration(painter: QPainter, declaration: Declaration, dots_per_mm: float) -> None:
    """Paints the form from the top left corner, `WIDTH_MM` by `HEIGHT_MM`, on whatever is painted on."""
    sheet = Sheet(painter, dots_per_mm)
    sheet.text(QRectF(0, 0, WIDTH_MM, TITLE_MM), TITLE, LARGE_MM, Qt.AlignmentFlag.AlignCenter)
    sheet.text(QRectF(0, TITLE_MM, WIDTH_MM, ROW_MM / 2), OWN_SHEET, SMALL_MM, Qt.AlignmentFlag.AlignCenter)
    top = TITLE_MM + ROW_MM
    sheet.text(QRectF(0, top, WIDTH_MM, ROW_MM), f"{declaration.clinic}　御中", TEXT_MM)
    top += ROW_MM
    sheet.text(QRectF(0, top, WIDTH_MM, _STATEMENT_MM), STATEMENT, TEXT_MM)
    top += _STATEMENT_MM
    for row in form_rows(declaration):
        sheet.row(top, row.label, row.content)
        top += ROW_MM
    sheet.row(top + ROW_MM / 2, SIGNATURE, "")


def _paint(declaration: Declaration, painter: QPainter, dots_per_mm: float) -> None:
    paint_declaration(painter, declaration, dots_per_mm)
