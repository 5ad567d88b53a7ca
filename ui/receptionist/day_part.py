"""The day at reception: its numbers, a field to find somebody, and today's list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.visits import Visit
from ui.receptionist.day import NUMBERS, numbers
from ui.receptionist.day_list import DayList
from ui.receptionist.find import FindField, matches
from ui.theme.parts import label, panel
from ui.theme.tokens import Theme
from ui.words.catalogue import Words


class DayPart(QWidget):
    """`chosen` carries the visit whose row was pressed. What is looked for stays until somebody clears it."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.sought = FindField()
        self._list = DayList()
        self._numbers = {name: (label("title"), label("caption")) for name in NUMBERS}
        self._visits: tuple[Visit, ...] = ()
        self._chosen: Visit | None = None
        self._words: Words | None = None
        self.sought.setClearButtonEnabled(True)
        self.sought.textChanged.connect(self._show_found)
        self.sought.returnPressed.connect(self._choose_first)
        self._list.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.addLayout(self._tiles())
        column.addWidget(self.sought)
        column.addWidget(self._list, 1)

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes."""
        self._list.set_theme(worn)

    def show_visits(self, visits: tuple[Visit, ...], words: Words, chosen: Visit | None) -> None:
        """Shows the visits, given oldest first, and marks the one that is looked at again."""
        if words is not self._words:
            self.sought.set_words(words)
            for name, (_, caption) in self._numbers.items():
                caption.setText(words[f"number.{name}"])
        self._visits, self._words, self._chosen = visits, words, chosen
        for name, count in numbers(visits).items():
            is_time, has_time = name == "seconds", name == "seconds" and count > 0
            told = words.format("number.seconds_value", number=count) if has_time else "—" if is_time else str(count)
            self._numbers[name][0].setText(told)
        self._show_found()

    def _found(self) -> tuple[Visit, ...]:
        return tuple(visit for visit in self._visits if matches(visit, self.sought.text()))

    def _show_found(self) -> None:
        if self._words is not None:
            found = self._found()
            self._list.show_visits(found, self._words, self._chosen if self._chosen in found else None)

    def _choose_first(self) -> None:
        if self.sought.text() and (found := self._found()):
            self.chosen.emit(found[-1])

    def _tiles(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setObjectName("tight")
        for number, caption in self._numbers.values():
            tile = panel("card")
            column = QVBoxLayout(tile)
            column.setObjectName("tight")
            column.addWidget(number)
            column.addWidget(caption)
            row.addWidget(tile, 1)
        return row
