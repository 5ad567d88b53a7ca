"""Today's list: a row for each visit, the newest above, with its answer as a chip of colour, mark and word.

A row is made once and kept while its visit stays the same: the list is shown anew with every state of the desk.
"""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from terminal.visits import Visit
from ui.receptionist.rows import COLUMNS, Row, row
from ui.theme.row_table import RowTable
from ui.theme.tokens import RECEPTION, Theme, Tone, theme
from ui.words.catalogue import Words

ANSWER, METHOD, NAME = (COLUMNS.index(column) for column in ("answer", "method", "name"))
TONE = Qt.ItemDataRole.UserRole
NAME_ROOM = "見本　花子郎"  # a name with its margins; where it has less, how somebody was verified is left out
MEASURED_ROWS = 40  # for the columns' widths: the rest of a long day is no wider
NOWHERE = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


class DayList(RowTable):
    """The list. `chosen` carries the visit whose row was pressed."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows = Rows(self)
        self._chips = _Chips(self)
        self.setModel(self._rows)
        self.setItemDelegateForColumn(ANSWER, self._chips)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setResizeContentsPrecision(MEASURED_ROWS)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.setWordWrap(False)  # half a name on a second line is no name
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes: rows are as high as what is pressed."""
        self._chips.theme = worn
        self.verticalHeader().setDefaultSectionSize(worn.sizes.target)

    def show_visits(self, visits: tuple[Visit, ...], words: Words, chosen: Visit | None = None) -> None:
        """Shows the visits, given oldest first, and marks the one that is looked at again."""
        self.setAccessibleName(words["list.accessible"])
        self._rows.show(visits, words)
        if chosen is None:
            self.clearSelection()
        else:
            self.selectRow(self._rows.visits.index(chosen))
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Shows what there is room for."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a narrow window the name goes before how somebody was verified, which a press on the row tells."""
        header = self.horizontalHeader()
        header.length()  # has the columns measured
        if self.isColumnHidden(METHOD):
            asked = max(self.sizeHintForColumn(METHOD), header.sectionSizeHint(METHOD))
        else:
            asked = header.sectionSize(METHOD)
        room = header.sectionSize(NAME) + header.sectionSize(METHOD) - asked
        self.setColumnHidden(METHOD, room < self.fontMetrics().horizontalAdvance(NAME_ROOM))

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self._rows.visits[index.row()])


class Rows(QAbstractTableModel):
    """The visits, newest first, as Qt asks for them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.visits: tuple[Visit, ...] = ()
        self._words: Words | None = None
        self.rows: tuple[Row, ...] = ()

    def show(self, visits: tuple[Visit, ...], words: Words) -> None:
        """Takes the visits, oldest first. What stays the same is not made again."""
        kept = zip(self.visits, self.rows, strict=True) if words is self._words else ()
        known = {visit.insertion: (visit, row) for visit, row in kept}
        self.beginResetModel()
        self.visits, self._words = visits[::-1], words
        self.rows = tuple(self._row(visit, words, known.get(visit.insertion)) for visit in self.visits)
        self.endResetModel()

    @staticmethod
    def _row(visit: Visit, words: Words, known: tuple[Visit, Row] | None) -> Row:
        return known[1] if known and known[0] is visit else row(visit, words)

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  # Qt's name
        """One for each visit."""
        return 0 if parent.isValid() else len(self.visits)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  # Qt's name
        """Always the same."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """A cell's words, or its tone."""
        shown = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return shown.cells[index.column()]
            case _ if role == TONE:
                return shown.tone
            case _:
                return None

    def headerData(  # noqa: N802  # Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """A column's name."""
        if self._words is None or orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._words[f"list.{COLUMNS[section]}"]


class _Chips(QStyledItemDelegate):
    """Draws an answer as a chip in the colours of its tone, upon what every cell has: its line and its selection."""

    def __init__(self, parent: QTableView) -> None:
        super().__init__(parent)
        self.theme: Theme = theme(RECEPTION)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  # Qt's name
        """The chip's words with room around them."""
        return super().sizeHint(option, index) + QSize(self.theme.px(36), self.theme.px(8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The chip."""
        self.initStyleOption(option, index)
        words, option.text = option.text, ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        palette = self.theme.palette
        tone = getattr(palette, index.data(TONE), None)
        if not isinstance(tone, Tone):
            tone = Tone(ink=palette.ink_soft, surface=palette.disabled, line=palette.line)
        across, along = self.theme.px(6), self.theme.px(7)
        rect = QRectF(option.rect).adjusted(across, along, -across, -along)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tone.line), 1.5))
        painter.setBrush(QColor(tone.surface))
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.setPen(QColor(tone.ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()
