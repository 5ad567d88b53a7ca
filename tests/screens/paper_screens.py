"""Pictures of the papers as a printer has them. The people are invented."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from sample_states import HOLDER, NOW, WITHHELD

from terminal.certificate import JST
from terminal.eligibility.declaration import declaration_of
from terminal.eligibility.outage_paper import OutageNote, outage_note_of
from ui.papers.declaration import declaration_page
from ui.papers.outage import outage_page
from ui.papers.sheet import HEIGHT_MM, MARGIN_MM, WIDTH_MM, Document
from ui.receptionist.mismatch import mismatch_report
from ui.theme.fonts import load_fonts
from ui.words.catalogue import LANGUAGES, Words

CLINIC = "見本内科クリニック"
DOTS_PER_MM = 5.0


def take(folder: Path) -> None:
    """Takes the first page of each paper, on the sheet of A4 that it is printed on."""
    _app = QApplication.instance() or QApplication([])
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in _papers():
        margin = round(MARGIN_MM * DOTS_PER_MM)
        across, along = round(WIDTH_MM * DOTS_PER_MM), round(HEIGHT_MM * DOTS_PER_MM)
        sheet = QImage(across + 2 * margin, along + 2 * margin, QImage.Format.Format_RGB32)
        sheet.fill(0xFFFFFF)
        painter = QPainter(sheet)
        painter.translate(margin, margin)
        document.pages[0](painter, DOTS_PER_MM)
        painter.end()
        sheet.save(str(folder / f"paper_{name}.png"))


def _papers() -> Iterator[tuple[str, Document]]:
    yield "declaration", declaration_page(declaration_of(HOLDER, CLINIC, NOW.astimezone(JST).date()))
    yield "outage", outage_page(outage_note_of(HOLDER, CLINIC, NOW))
    yield "outage_blank", outage_page(OutageNote(CLINIC, NOW))
    for language in LANGUAGES:
        yield f"mismatch.{language}", mismatch_report(WITHHELD, CLINIC, NOW, Words("receptionist", language))
