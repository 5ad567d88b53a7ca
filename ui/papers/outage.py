"""障害時の控え on a sheet of A4: the facts to look a patient up by afterwards, marked as not confirmed."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from terminal.eligibility.outage_paper import TITLE, OutageNote, note_rows
from ui.papers.sheet import LARGE_MM, ROW_MM, TEXT_MM, TITLE_MM, WIDTH_MM, Sheet, pdf, write_pdf


def write_outage_note(note: OutageNote, path: Path) -> None:
    """Writes the note, for its owner alone. Raises `PAPER_NOT_WRITTEN`."""
    write_pdf(TITLE, partial(paint_outage_note, note), path)


def outage_note_pdf(note: OutageNote) -> bytes:
    """The note as the bytes of a PDF."""
    return pdf(TITLE, partial(paint_outage_note, note))


def paint_outage_note(note: OutageNote, painter: QPainter, dots_per_mm: float) -> None:
    """Paints the note from the top left corner, on whatever is painted on."""
    sheet = Sheet(painter, dots_per_mm)
    sheet.text(QRectF(0, 0, WIDTH_MM, TITLE_MM), TITLE, LARGE_MM, Qt.AlignmentFlag.AlignCenter)
    sheet.text(QRectF(0, TITLE_MM, WIDTH_MM, ROW_MM), note.clinic, TEXT_MM)
    top = TITLE_MM + ROW_MM
    for row in note_rows(note):
        sheet.row(top, row.label, row.content)
        top += ROW_MM
