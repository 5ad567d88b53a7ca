"""Today's list: a row for each visit, the newest above, with its answer as a chip of colour, mark and word."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from terminal.certificate import JST
from terminal.states import AwaitingConsent, CheckingEligibility, Confirmed, Provisional, Unconfirmed, Withheld
from terminal.visits import Visit
from ui.receptionist.facts import born, copay, shown
from ui.theme.tokens import RECEPTION, Theme, Tone, theme
from ui.words.catalogue import Words

COLUMNS = ("time", "name", "birth", "method", "answer", "coverage")
ANSWER = COLUMNS.index("answer")
TONE = Qt.ItemDataRole.UserRole


class DayList(QTableWidget):
    """The list. `chosen` carries the visit whose row was pressed."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self._visits: tuple[Visit, ...] = ()
        self._chips = _Chips(self)
        self.setItemDelegateForColumn(ANSWER, self._chips)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlternatingRowColors(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(COLUMNS.index("name"), QHeaderView.ResizeMode.Stretch)
        self.cellClicked.connect(lambda row, _column: self.chosen.emit(self._visits[row]))
        self.cellActivated.connect(lambda row, _column: self.chosen.emit(self._visits[row]))

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes: rows are as high as what is pressed."""
        self._chips.theme = worn
        self.verticalHeader().setDefaultSectionSize(worn.sizes.target)

    def show_visits(self, visits: tuple[Visit, ...], words: Words) -> None:
        """Shows the visits, given oldest first."""
        self._visits = visits[::-1]
        self.setAccessibleName(words["list.accessible"])
        self.setHorizontalHeaderLabels([words[f"list.{column}"] for column in COLUMNS])
        self.setRowCount(len(visits))
        for row, visit in enumerate(self._visits):
            tone, texts = _row(visit, words)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setData(TONE, tone)
                self.setItem(row, column, item)


def _row(visit: Visit, words: Words) -> tuple[str, tuple[str, ...]]:
    state = visit.state
    said = shown(state, words, visit.started_at)
    verified = getattr(state, "verified", None)
    holder = verified.holder if verified else getattr(state, "holder", None)
    coverage = state.coverage if isinstance(state, Confirmed | Provisional) else None
    answer = words["list.left"] if visit.is_left else f"{said.mark} {_answer_word(visit, words)}"
    return ("card" if visit.is_left else said.tone), (
        f"{visit.started_at.astimezone(JST):%H:%M}",
        holder.name if holder else "—",
        born(holder.birth_date, words) if holder else "—",
        words[f"method.{verified.method}"] if verified else "—",
        answer,
        copay(coverage, words) if coverage and coverage.copay_percent is not None else "—",
    )


def _answer_word(visit: Visit, words: Words) -> str:
    match visit.state:
        case Confirmed():
            return words["answer.confirmed"]
        case Provisional():
            return words["answer.provisional"]
        case Unconfirmed():
            return words["answer.unconfirmed"]
        case Withheld():
            return words["answer.withheld"]
        case AwaitingConsent() | CheckingEligibility():
            return words["answer.asking"]
        case _:
            return words["answer.ended"] if visit.is_over else words["answer.running"]


class _Chips(QStyledItemDelegate):
    """Draws an answer as a chip in the colours of its tone."""

    def __init__(self, parent: QTableWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = theme(RECEPTION)

    def sizeHint(  # noqa: N802  # Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The chip's words with room around them."""
        return super().sizeHint(option, index) + QSize(36, 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The chip."""
        palette = self.theme.palette
        tone = getattr(palette, index.data(TONE), None)
        if not isinstance(tone, Tone):
            tone = Tone(ink=palette.ink_soft, surface=palette.disabled, line=palette.line)
        rect = QRectF(option.rect).adjusted(4, 7, -8, -7)
        painter.save()
        painter.setPen(QColor(palette.rule))  # the row's line goes on below the chip
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tone.line), 1.5))
        painter.setBrush(QColor(tone.surface))
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.setPen(QColor(tone.ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        painter.restore()
