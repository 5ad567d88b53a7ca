"""被保険者資格申立書 on a sheet of A4, to print and sign, marked as the clinic's own."""

from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from terminal.eligibility.declaration import OWN_SHEET, SIGNATURE, STATEMENT, TITLE, Declaration, form_rows
from ui.papers.sheet import LARGE_MM, ROW_MM, SMALL_MM, TEXT_MM, TITLE_MM, WIDTH_MM, Document, Sheet

_STATEMENT_MM = 26.0


def declaration_page(declaration: Declaration) -> Document:
    """The form."""
    return Document(TITLE, (partial(_paint, declaration),))


def _paint(declaration: Declaration, painter: QPainter, dots_per_mm: float) -> None:
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
