"""The entries as a table of rows that are written only when they are looked at: a million of them scroll as ten do."""

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView

from terminal.access_log.entry import Entry
from terminal.access_log.review_index import DELETED, Index, Places
from ui.auditor.writing import COLUMNS, Writing
from ui.theme.row_table import RowTable
from ui.theme.tokens import Theme

MOST_KEPT = 2_000  # rows in words; a screen shows some twenty
NOWHERE = QModelIndex()
WIDTHS = {"actor": 112, "patient": 70, "method": 92, "outcome": 80, "reason": 84}  # what was done has the rest
WIDEST = {"seq": "888,888", "at": "2028-08-28 08:08:08"}  # their columns are as wide, in every typeface
PADDING = 20

Cell = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """What was found, newest first, as Qt asks for it."""

    def __init__(self, writing: Writing, parent: QObject) -> None:
        super().__init__(parent)
        self._writing = writing
        self._index: Index | None = None
        self._places: Places = np.zeros(0, np.intp)
        self._kept: dict[int, tuple[str, ...]] = {}

    def show(self, index: Index, places: Places) -> None:
        """Takes what was found."""
        self.beginResetModel()
        self._index = index
        self._places = places[::-1]
        self._kept.clear()
        self.endResetModel()

    def write_by(self, writing: Writing) -> None:
        """Writes everything anew: in another language, or with another patient unsealed."""
        self._writing = writing
        self._kept.clear()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if len(self._places):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._places) - 1, len(COLUMNS) - 1))

    def entry(self, row: int) -> Entry | None:
        """The entry of a row; None for one that is gone, or none."""
        return self._index.entry(int(self._places[row])) if self._index and 0 <= row < len(self._places) else None

    def place_of(self, number: int) -> int | None:
        """The row of an entry by its number."""
        at = number - self._index.first if self._index else -1
        rows = np.flatnonzero(self._places == at)
        return int(rows[0]) if len(rows) else None

    def rowCount(self, parent: Cell = NOWHERE) -> int:  # noqa: N802  # Qt's name
        """One for each entry found."""
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Cell = NOWHERE) -> int:  # noqa: N802  # Qt's name
        """Always the same."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Cell, role: int = Qt.ItemDataRole.DisplayRole) -> str | int | None:
        """A cell's words."""
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._cells(index.row())[index.column()]
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == 0:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case _:
                return None

    def headerData(  # noqa: N802  # Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """A column's name."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._writing.words[f"field.{COLUMNS[section]}"]

    def _cells(self, row: int) -> tuple[str, ...]:
        if row not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[row] = self._write(row)
        return self._kept[row]

    def _write(self, row: int) -> tuple[str, ...]:
        index, place = self._index, int(self._places[row])
        if index is None:
            return ("",) * len(COLUMNS)
        entry = index.entry(place)
        if entry is not None:
            return self._writing.cells(entry)
        why = "entry.deleted" if index.actions[place] == DELETED else "entry.unreadable"
        return (f"{index.first + place:,}", "", "", self._writing.words[why], *("",) * (len(COLUMNS) - 4))


class EntryTable(RowTable):
    """The table. `looked_at` carries the `Entry` that the cursor is on, or None."""

    looked_at = Signal(object)

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self.rows = Rows(writing, self)
        self.setModel(self.rows)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # beside it stands all of an entry
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(COLUMNS.index("action"), QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.looked_at.emit(self.rows.entry(now.row())))

    def show_found(self, index: Index, places: Places) -> None:
        """Shows what was found, the newest above."""
        self.rows.show(index, places)
        self.looked_at.emit(None)

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes."""
        self.verticalHeader().setDefaultSectionSize(worn.sizes.chip_target)
        for name, width in WIDTHS.items():
            self.setColumnWidth(COLUMNS.index(name), worn.px(width))
        for name, text in WIDEST.items():
            width = self.fontMetrics().horizontalAdvance(text)
            self.setColumnWidth(COLUMNS.index(name), width + worn.px(PADDING))
