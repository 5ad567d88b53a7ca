"""What is asked of the log: days, person, kind of entry, and once unsealed, patient."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from terminal.access_log.access import Action
from terminal.access_log.review_find import Kind, Sought
from ui.auditor.writing import clean
from ui.theme.fields import Choice, Day
from ui.theme.parts import button, label
from ui.words.catalogue import Words

SPANS = {"day": 1, "week": 7, "all": 0}  # days, counted back from the last one


class Seeking(QWidget):
    """A row of fields. `changed` carries a `Sought` as soon as one of them is changed."""

    changed = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._is_filling = False
        self._days = (date(2000, 1, 1), date(2000, 1, 1))
        self._actors: dict[str, str] = {}
        self._unsealed: dict[str, str] = {}
        self.first, self.last = Day(), Day()
        self.actor, self.kind, self.patient = Choice(), Choice(), Choice()
        self.spans = {name: button("chip") for name in SPANS}
        self._between = label("caption")
        self._between.setWordWrap(False)
        row = QHBoxLayout(self)
        for field in (self.first, self.last):
            field.setCalendarPopup(True)
            field.setDisplayFormat("yyyy-MM-dd")
            field.dateChanged.connect(self._change)
        for box in (self.actor, self.kind, self.patient):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            box.setMaxVisibleItems(24)
            box.currentIndexChanged.connect(self._change)
        for part in (self.first, self._between, self.last, *self.spans.values()):
            row.addWidget(part)
        for box in (self.actor, self.kind, self.patient):
            row.addWidget(box, 1)
        for name, chip in self.spans.items():
            chip.clicked.connect(lambda _=False, name=name: self._choose_span(name))
        self.set_words(words)

    @property
    def sought(self) -> Sought:
        """What is asked for now."""
        return Sought(
            self.first.date().toPython(),  # type: ignore[arg-type]  # the stubs say object
            self.last.date().toPython(),  # type: ignore[arg-type]
            self.actor.currentData() or "",
            _kind(self.kind.currentData() or ""),
            self.patient.currentData() or "",
        )

    def offer(self, days: tuple[date, date], actors: Mapping[str, str]) -> None:
        """Takes the first and the last day of the log, and everybody who stands in it, by id with what to show."""
        is_first_time = self._days[0] == self._days[1] == date(2000, 1, 1)
        was_last = self.last.date() == _qdate(self._days[1])
        self._days, self._actors = days, dict(actors)
        self._is_filling = True
        for field in (self.first, self.last):
            field.setDateRange(_qdate(days[0]), _qdate(days[1]))
        if is_first_time:
            self.first.setDate(_qdate(days[0]))
        if is_first_time or was_last:
            self.last.setDate(_qdate(days[1]))
        self._is_filling = False
        self._fill()

    def offer_patients(self, unsealed: Mapping[str, str], chosen: str = "") -> None:
        """Takes the patients that are unsealed, and asks for one of them."""
        self._unsealed = dict(unsealed)
        self._fill()
        self.patient.setCurrentIndex(max(0, self.patient.findData(chosen)))
        self._change()

    def ask_for_all(self) -> None:
        """Asks for every entry again."""
        self._is_filling = True
        for box in (self.actor, self.kind, self.patient):
            box.setCurrentIndex(0)
        self._is_filling = False
        self._choose_span("all")

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        self._between.setText(words["seek.to"])
        for name, chip in self.spans.items():
            chip.setText(words[f"seek.{name}"])
        named = {"first_day": self.first, "last_day": self.last, "actor": self.actor, "kind": self.kind}
        for name, part in {**named, "patient": self.patient}.items():
            part.setAccessibleName(words[f"seek.{name}"])
            part.setToolTip(words[f"seek.{name}"])
        self._fill()

    def _fill(self) -> None:
        words, kept = self._words, self._is_filling
        self._is_filling = True
        _refill(self.actor, words["seek.every_actor"], ((id_, clean(text)) for id_, text in self._actors.items()))
        kinds, actions = ([f"{name}.{each}" for each in all_] for name, all_ in (("kind", Kind), ("action", Action)))
        groups = ([(key, words[key]) for key in keys] for keys in (kinds, actions))
        _refill(self.kind, words["seek.every_kind"], *groups)
        sealed = words["seek.every_patient" if self._unsealed else "seek.sealed"]
        _refill(self.patient, sealed, self._unsealed.items())
        self.patient.setEnabled(bool(self._unsealed))
        self._is_filling = kept

    def _choose_span(self, name: str) -> None:
        first, last = self._days
        self._is_filling = True
        days = SPANS[name]
        self.last.setDate(_qdate(last))
        self.first.setDate(_qdate(max(first, last - timedelta(days=days - 1)) if days else first))
        self._is_filling = False
        self._change()

    def _change(self) -> None:
        if not self._is_filling:
            self.changed.emit(self.sought)


def _kind(key: str) -> Kind | Action | None:
    """What a key of the words stands for: Qt keeps a text of an enumeration as a bare text."""
    table, _, code = key.partition(".")
    return Kind(code) if table == "kind" else Action(code) if table == "action" else None


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _refill(box: QComboBox, nothing: str, *groups: Iterable[tuple[str, str]]) -> None:
    """Fills a box anew, with what was chosen chosen again."""
    chosen = box.currentData()
    box.clear()
    box.addItem(nothing, None)
    for group in groups:
        if box.count() > 1:
            box.insertSeparator(box.count())
        for data, text in group:
            box.addItem(text, data)
    box.setCurrentIndex(max(0, box.findData(chosen) if chosen else 0))
