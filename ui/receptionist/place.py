"""Where a sheet is to go, asked of the receptionist: a file or a printer; whoever closes the dialog changes nothing."""

from collections.abc import Callable
from enum import StrEnum, auto
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import Signal
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QWidget

from ui.papers.printing import Place, new_printer
from ui.theme.parts import button
from ui.words.catalogue import Words


class Onto(StrEnum):
    """How a sheet is wanted."""

    FILE = auto()
    PRINTER = auto()


class PlaceButtons(QWidget):
    """A button for each way, with words from the table `name`; `wanted` tells which was pressed."""

    wanted = Signal(object)

    def __init__(self, words: Words, name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for onto, shortcut in ((Onto.PRINTER, "F8"), (Onto.FILE, "Shift+F8")):
            made = button("secondary", words[f"{name}.{onto}"])
            made.setShortcut(shortcut)
            made.clicked.connect(lambda *_, onto=onto: self.wanted.emit(onto))
            row.addWidget(made)


def ask_place(onto: Onto, name: str, heading: str, window: QWidget, chosen: Callable[[Place], None]) -> None:
    """Has `chosen` called with the place, if there comes to be one. Raises `PRINTER_ABSENT`."""
    match onto:
        case Onto.FILE:
            files = QFileDialog(window, heading)
            files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            files.setDefaultSuffix("pdf")
            files.setNameFilter("PDF (*.pdf)")
            files.selectFile(f"{name}.pdf")
            files.fileSelected.connect(lambda path: chosen(Path(path)))
            dialog: QDialog = files
        case Onto.PRINTER:
            printer = new_printer()
            printers = QPrintDialog(printer, window)
            printers.setWindowTitle(heading)
            printers.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, False)  # such a file all could read
            printers.finished.connect(lambda result: chosen(printer) if result else None)
            dialog = printers
        case _:
            assert_never(onto)
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)  # a print dialog's own `open` wants a slot
