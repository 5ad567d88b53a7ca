"""The sheets of a visit: a file or a printer is chosen, the sheet is put on record, and only then made.

That is 被保険者資格申立書, with what is known; the report of a mismatch names nobody, and is made at once.
"""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from terminal.certificate import JST
from terminal.eligibility.declaration import TITLE, Declaration, declaration_of
from terminal.events import DeclarationPrinted
from terminal.people import Evidence
from terminal.ports import Clock
from terminal.problems import TerminalError
from terminal.states import State, Withheld, card_of, ladder_of
from ui.papers.declaration import declaration_page
from ui.papers.printing import Place, put
from ui.papers.sheet import Document
from ui.receptionist.facts import holder_of
from ui.receptionist.mismatch import mismatch_report
from ui.receptionist.place import Onto, ask_place
from ui.words.catalogue import Words


@dataclass(frozen=True)
class _Chosen:
    place: Place
    declaration: Declaration
    card: Evidence | None
    number: int  # which sheet of the visit it is


class Sheet(QObject):
    """`happened` asks for the entry in the log; `failed` tells why there is no sheet."""

    happened = Signal(object)
    failed = Signal(object)

    def __init__(self, clinic_name: str, clock: Clock, window: QWidget) -> None:
        super().__init__(window)
        self._clinic_name, self._clock, self._window = clinic_name, clock, window
        self._chosen: _Chosen | None = None

    def ask(self, onto: Onto, state: State, words: Words) -> None:
        """Asks where the sheet of a visit should go: the declaration, or of a doubtful answer the mismatch report."""
        name, chosen = TITLE, partial(self.choose, state=state)
        if isinstance(state, Withheld):
            report = mismatch_report(state, self._clinic_name, self._clock.now(), words)
            name, chosen = report.title, partial(self._make, report)
        try:
            ask_place(onto, name, words[f"sheet.{onto}"], self._window, chosen)
        except TerminalError as error:
            self.failed.emit(error.problem)

    def choose(self, place: Place, state: State) -> None:
        """Has a sheet with what the card said put on record; it is made once the state says that it is."""
        day = self._clock.now().astimezone(JST).date()
        holder, ladder = holder_of(state), ladder_of(state)
        declaration = declaration_of(holder, self._clinic_name, day) if holder else Declaration(self._clinic_name, day)
        self._chosen = _Chosen(place, declaration, card_of(state), (ladder.sheets if ladder else 0) + 1)
        self.happened.emit(DeclarationPrinted())

    def show_state(self, state: State) -> None:
        """Makes what is on record now; whatever else is shown, what was chosen for another visit is forgotten."""
        chosen, self._chosen = self._chosen, None
        ladder = ladder_of(state)
        if chosen is None or ladder is None or card_of(state) != chosen.card or ladder.sheets != chosen.number:
            return
        self._make(declaration_page(chosen.declaration), chosen.place)

    def _make(self, document: Document, place: Place) -> None:
        try:
            put(document, place)
        except TerminalError as error:
            self.failed.emit(error.problem)
