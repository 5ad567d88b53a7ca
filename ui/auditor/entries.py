"""The page of entries: found by day, person, kind and patient, each with all that it says."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QSplitter, QVBoxLayout, QWidget

from terminal.access_log.entry import Entry
from terminal.access_log.review_find import Sought, find
from terminal.access_log.review_index import Index, Places, day_of
from ui.auditor.entry_table import EntryTable
from ui.auditor.seeking import Seeking
from ui.auditor.writing import Writing
from ui.theme.parts import button, label
from ui.theme.tokens import Theme
from ui.words.catalogue import Words


class EntriesPage(QWidget):
    """The page. `unseal_wanted` carries the entry whose patient is to be unsealed; `found` the places now shown."""

    unseal_wanted = Signal(object)
    found = Signal(object)

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self._writing = writing
        self._index: Index | None = None
        self._only: tuple[int, ...] = ()
        self._entry: Entry | None = None
        self.seeking = Seeking(writing.words)
        self.table = EntryTable(writing)
        self.details = QListWidget()
        self.details.setWordWrap(True)
        self.details.setSelectionMode(QListWidget.SelectionMode.SingleSelection)
        self.count = label("caption")
        self.only = button("chip")
        self.unseal = button("secondary")
        below = QWidget()
        side = QVBoxLayout(below)
        side.addWidget(self.details, 1)
        side.addWidget(self.unseal)
        self.halves = QSplitter()
        self.halves.addWidget(self.table)
        self.halves.addWidget(below)
        self.halves.setStretchFactor(0, 3)
        self.halves.setStretchFactor(1, 1)
        self.halves.setChildrenCollapsible(False)
        line = QHBoxLayout()
        line.addWidget(self.count, 1)
        line.addWidget(self.only)
        column = QVBoxLayout(self)
        column.addWidget(self.seeking)
        column.addLayout(line)
        column.addWidget(self.halves, 1)
        self.seeking.changed.connect(self._seek)
        self.table.looked_at.connect(self._look)
        self.only.clicked.connect(self.show_all)
        self.unseal.clicked.connect(lambda: self.unseal_wanted.emit(self._entry))
        self.set_words(writing.words)

    def show_index(self, index: Index, people: Mapping[str, str]) -> None:
        """Takes the log as it is now. What is asked for stays, and the list where it was."""
        self._index = index
        days = index.days()
        if len(days):
            actors = {id_: self._writing.person(id_) for id_ in index.texts("actor") if id_}
            self.seeking.offer((day_of(int(days.min())), day_of(int(days.max()))), dict(sorted(actors.items())))
        self._seek(self.seeking.sought)

    def show_only(self, numbers: tuple[int, ...]) -> None:
        """Shows these entries alone, until all are asked for again."""
        self._only = numbers
        self._seek(self.seeking.sought)
        self.table.setFocus()

    def show_all(self) -> None:
        """Shows every entry that is asked for."""
        self._only = ()
        self._seek(self.seeking.sought)

    def write_by(self, writing: Writing) -> None:
        """Writes everything anew: in another language, or with another patient unsealed."""
        self._writing = writing
        self.table.rows.write_by(writing)
        self._look(self._entry)

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes."""
        self.table.set_theme(worn)

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self.seeking.set_words(words)
        self.table.setAccessibleName(words["entries.accessible"])
        self.details.setAccessibleName(words["entries.details"])
        self.unseal.setText(words["unseal.begin"])
        self.only.setText(words["entries.show_all"])
        self._say_count()

    def _seek(self, sought: Sought) -> None:
        if self._index is None:
            return
        places: Places
        if self._only:
            places = np.array([number - self._index.first for number in self._only], np.intp)
        else:
            places = find(self._index, sought)
        self.table.show_found(self._index, places)
        self._say_count()
        self.found.emit(places)

    def _say_count(self) -> None:
        words, index = self._writing.words, self._index
        shown = self.table.rows.rowCount()
        texts = [words.format("entries.count", shown=f"{shown:,}", all=f"{len(index) if index else 0:,}")]
        if index and index.first:
            texts.append(words.format("entries.from", first=f"{index.first:,}"))
        self.count.setText("  ".join(texts))
        self.only.setVisible(bool(self._only))

    def _look(self, entry: Entry | None) -> None:
        self._entry = entry
        self.details.clear()
        if entry is not None:
            self.details.addItems(self._writing.lines(entry))
        self.unseal.setEnabled(entry is not None and self._writing.is_sealed(entry.subject))
