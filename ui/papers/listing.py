"""A title and lines on as many sheets of A4 as they need, each sheet numbered."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from ui.papers.sheet import HEIGHT_MM, LARGE_MM, ROW_MM, SMALL_MM, TEXT_MM, TITLE_MM, WIDTH_MM, Document, Sheet

_LINES_A_SHEET: Final = int((HEIGHT_MM - TITLE_MM - ROW_MM) // ROW_MM)


def listing(title: str, lines: Sequence[str]) -> Document:
    """The list. A line that is too long for two rows of letters gets smaller ones."""
    sheets = [lines[at : at + _LINES_A_SHEET] for at in range(0, len(lines), _LINES_A_SHEET)] or [[]]
    numbered = ((sheet, f"{number}/{len(sheets)}") for number, sheet in enumerate(sheets, 1))
    return Document(title, tuple(partial(_paint, title, sheet, number) for sheet, number in numbered))


def _paint(title: str, lines: Sequence[str], number: str, painter: QPainter, dots_per_mm: float) -> None:
    sheet = Sheet(painter, dots_per_mm)
    sheet.text(QRectF(0, 0, WIDTH_MM, TITLE_MM), title, LARGE_MM, Qt.AlignmentFlag.AlignCenter)
    for row, line in enumerate(lines):
        sheet.text(QRectF(0, TITLE_MM + row * ROW_MM, WIDTH_MM, ROW_MM), line, TEXT_MM)
    sheet.text(QRectF(0, HEIGHT_MM - ROW_MM, WIDTH_MM, ROW_MM), number, SMALL_MM, Qt.AlignmentFlag.AlignCenter)
