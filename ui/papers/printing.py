"""Documents to a printer or into a file: where they go is a place that was chosen before anything is put on record."""

from pathlib import Path
from typing import assert_never

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from terminal.problems import Problem, TerminalError
from ui.papers.sheet import Document, put_on, write_pdf

Place = Path | QPrinter


def new_printer() -> QPrinter:
    """A printer to choose with, the default one first. Raises `PRINTER_ABSENT` where none is set up."""
    if not QPrinterInfo.availablePrinterNames():
        raise TerminalError(Problem.PRINTER_ABSENT)
    return QPrinter(QPrinter.PrinterMode.HighResolution)


def put(document: Document, place: Place) -> None:
    """Writes a document for its owner alone, or prints it. Raises `PAPER_NOT_WRITTEN`."""
    match place:
        case Path():
            write_pdf(document, place)
        case QPrinter():
            place.setDocName(document.title)  # seen in the printer's queue
            place.setCreator("Uketsuke")
            if not put_on(place, document):
                raise TerminalError(Problem.PAPER_NOT_WRITTEN, "the printer takes no page")
        case _:
            assert_never(place)
