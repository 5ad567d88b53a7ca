"""What stands out, as a table: the newest day first, and what was signed off marked as such."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView

from terminal.access_log.review_acts import SignOff
from terminal.access_log.review_rules import Item
from ui.auditor.writing import Writing
from ui.theme.row_table import RowTable
from ui.theme.tokens import Theme

COLUMNS = ("day", "concern", "actor", "entries", "state")
WIDTHS = {"day": 122, "concern": 226, "actor": 190, "entries": 70}
NOWHERE = QModelIndex()

Cell = QModelIndex | QPersistentModelIndex


class Items(QAbstractTableModel):
    """The items, as Qt asks for them."""

    def __init__(self, writing: Writing, parent: QObject) -> None:
        super().__init__(parent)
        self._writing = writing
        self.items: tuple[Item, ...] = ()
        self._known: dict[Item, SignOff] = {}

    def show(self, items: tuple[Item, ...], known: dict[Item, SignOff], writing: Writing) -> None:
        """Takes the items, and the words of those that were looked at."""
        self.beginResetModel()
        self.items, self._known, self._writing = items, known, writing
        self.endResetModel()

    def rowCount(self, parent: Cell = NOWHERE) -> int:  # noqa: N802  # Qt's name
        """One for each item."""
        return 0 if parent.isValid() else len(self.items)

    def columnCount(self, parent: Cell = NOWHERE) -> int:  # noqa: N802  # Qt's name
        """Always the same."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Cell, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """A cell's words."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        words, item = self._writing.words, self.items[index.row()]
        match COLUMNS[index.column()]:
            case "day":
                return item.day.isoformat()
            case "concern":
                return words[f"concern.{item.concern}"]
            case "actor":
                return self._writing.person(item.actor)
            case "entries":
                return f"{len(item.entries):,}"
            case _:
                known = self._known.get(item)
                return words[f"conclusion.{known.conclusion}"] if known else words["review.open"]

    def headerData(  # noqa: N802  # Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """A column's name."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._writing.words[f"review.{COLUMNS[section]}"]


class ReviewList(RowTable):
    """The table. `chosen` carries the `Item` that the cursor is on, or None."""

    chosen = Signal(object)

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self.rows = Items(writing, self)
        self.setModel(self.rows)
        self.setWordWrap(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.chosen.emit(self._item(now.row())))

    def show_items(self, items: tuple[Item, ...], known: dict[Item, SignOff], writing: Writing) -> None:
        """Shows items; the one that the cursor was on, or the next one, keeps it."""
        row = self.currentIndex().row()
        before = self._item(row)
        self.rows.show(items, known, writing)
        at = items.index(before) if before in items else min(max(row, 0), len(items) - 1)
        if at >= 0:
            self.selectRow(at)
        else:
            self.chosen.emit(None)

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes."""
        self.verticalHeader().setDefaultSectionSize(worn.sizes.chip_target)
        for name, width in WIDTHS.items():
            self.setColumnWidth(COLUMNS.index(name), worn.px(width))

    def _item(self, row: int) -> Item | None:
        return self.rows.items[row] if 0 <= row < len(self.rows.items) else None
