"""被保険者資格申立書 as a PDF, with what is known: the place is chosen, it is put on record, and only then written."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from terminal.certificate import JST
from terminal.eligibility.declaration import TITLE, Declaration, declaration_of
from terminal.events import DeclarationPrinted
from terminal.people import Evidence
from terminal.ports import Clock
from terminal.problems import TerminalError
from terminal.states import State, card_of, ladder_of
from ui.papers.declaration import write_declaration
from ui.receptionist.facts import holder_of
from ui.words.catalogue import Words


@dataclass(frozen=True)
class _Chosen:
    path: Path
    declaration: Declaration
    card: Evidence | None
    number: int  # which sheet of the visit it is


class Sheet(QObject):
    """`happened` asks for the entry in the log; `written` tells where it lies, `failed` why it does not."""

    happened = Signal(object)
    written = Signal(str)
    failed = Signal(object)

    def __init__(self, clinic_name: str, clock: Clock, window: QWidget) -> None:
        super().__init__(window)
        self._clinic_name, self._clock, self._window = clinic_name, clock, window
        self._chosen: _Chosen | None = None

    def ask(self, state: State, words: Words) -> None:
        """Asks where the sheet of a visit should lie."""
        dialog = QFileDialog(self._window, words["sheet.title"])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.selectFile(f"{TITLE}.pdf")
        dialog.fileSelected.connect(lambda path: self.choose(Path(path), state))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def choose(self, path: Path, state: State) -> None:
        """Has a sheet with what the card said put on record; it is written once the state says that it is."""
        day = self._clock.now().astimezone(JST).date()
        holder, ladder = holder_of(state), ladder_of(state)
        declaration = declaration_of(holder, self._clinic_name, day) if holder else Declaration(self._clinic_name, day)
        self._chosen = _Chosen(path, declaration, card_of(state), (ladder.sheets if ladder else 0) + 1)
        self.happened.emit(DeclarationPrinted())

    def show_state(self, state: State) -> None:
        """Writes what is on record now; whatever else is shown, what was chosen for another visit is forgotten."""
        chosen, self._chosen = self._chosen, None
        ladder = ladder_of(state)
        if chosen is None or ladder is None or card_of(state) != chosen.card or ladder.sheets != chosen.number:
            return
        try:
            write_declaration(chosen.declaration, chosen.path)
        except TerminalError as error:
            self.failed.emit(error.problem)
        else:
            self.written.emit(str(chosen.path))
