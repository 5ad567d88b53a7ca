"""障害時の控え on a sheet of A4: the facts to look a patient up by afterwards, marked as not confirmed."""

from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from terminal.eligibility.outage_paper import TITLE, OutageNote, note_rows
from ui.papers.sheet import LARGE_MM, ROW_MM, TEXT_MM, TITLE_MM, WIDTH_MM, Document, Sheet


def outage_page(note: OutageNote) -> Document:
    """The note."""
    return Document(TITLE, (partial(_paint, note),))


def _paint(note: OutageNote, painter: QPainter, dots_per_mm: float) -> None:
    sheet = Sheet(painter, dots_per_mm)
    sheet.text(QRectF(0, 0, WIDTH_MM, TITLE_MM), TITLE, LARGE_MM, Qt.AlignmentFlag.AlignCenter)
    sheet.text(QRectF(0, TITLE_MM, WIDTH_MM, ROW_MM), note.clinic, TEXT_MM)
    top = TITLE_MM + ROW_MM
    for row in note_rows(note):
        sheet.row(top, row.label, row.content)
        top += ROW_MM
