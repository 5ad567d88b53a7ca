"""The page of figures: accesses by hour, what stands out by day, and each person against the others."""

from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from terminal.access_log.review_figures import BY_DAY, ByDay, Person, by_day, by_hour, by_person
from terminal.access_log.review_find import Kind
from terminal.access_log.review_index import Index, Places, day_of
from terminal.access_log.review_rules import Measure
from ui.auditor.plots import Against, Bar, Bars, PeopleBars
from ui.auditor.writing import Writing
from ui.theme.parts import label, panel
from ui.words.catalogue import Words

NAMED_DAYS = 8  # of a plot's days, so that their names do not run into each other
FAR_ABOVE = 2.0  # times what the others do


@dataclass(frozen=True)
class Figures:
    """All that the page shows; counted beside the window."""

    hours: tuple[int, ...]
    days: ByDay
    people: tuple[Person, ...]


def count(index: Index, places: Places) -> Figures:
    """The figures of the entries at `places`. Pure; some 0.1 s for 100,000."""
    return Figures(by_hour(index, places), by_day(index, places), by_person(index, places))


class FiguresPage(QWidget):
    """The page."""

    def __init__(self, writing: Writing, measure: Measure) -> None:
        super().__init__()
        self._writing = writing
        self._measure = measure
        self._figures: Figures | None = None
        self.hours = Bars(150)
        self.days = {kind: Bars(105) for kind in BY_DAY}
        self.people = PeopleBars()
        self._titles: dict[str, QLabel] = {name: label("strong") for name in ("hours", "people", *BY_DAY)}
        self._note = label("caption")
        whole = QWidget()
        grid = QGridLayout(whole)
        grid.addWidget(self._card("hours", self.hours), 0, 0, 1, 3)
        for at, kind in enumerate(BY_DAY):
            grid.addWidget(self._card(kind, self.days[kind]), 1, at)
        people = self._card("people", self.people)
        people_column = people.layout()
        if people_column is not None:
            people_column.addWidget(self._note)
        grid.addWidget(people, 2, 0, 1, 3)
        grid.setRowStretch(3, 1)
        self.area = QScrollArea()
        self.area.setWidget(whole)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        column = QVBoxLayout(self)
        column.addWidget(self.area)
        self.set_words(writing.words)

    def show_figures(self, figures: Figures) -> None:
        """Takes the figures of what is asked for."""
        self._figures = figures
        self._show()

    def write_by(self, writing: Writing) -> None:
        """Names people anew."""
        self._writing = writing
        self._show()

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        for name, title in self._titles.items():
            title.setText(words[f"figures.{name}"])
        self._note.setText(words["figures.note"])
        self.area.setAccessibleName(words["figures.accessible"])
        self._show()

    def _card(self, name: str, plot: QWidget) -> QWidget:
        card = panel("card")
        column = QVBoxLayout(card)
        column.addWidget(self._titles[name])
        column.addWidget(plot, 1)
        return card

    def _show(self) -> None:
        figures, words, measure = self._figures, self._writing.words, self._measure
        if figures is None:
            return
        hours = [Bar(f"{hour}", n, not measure.opens <= hour < measure.closes) for hour, n in enumerate(figures.hours)]
        self.hours.show_bars(words["figures.hours"], hours, _told(hours))
        for kind in BY_DAY:
            self._show_days(kind, figures.days)
        people = [
            Against(
                Bar(self._writing.person(each.actor), each.a_day, each.a_day > FAR_ABOVE * each.others_a_day),
                each.others_a_day,
                words.format("figures.person", mean=f"{each.a_day:.1f}", others=f"{each.others_a_day:.1f}"),
            )
            for each in figures.people
        ]
        told = "\n".join(f"{each.bar.name}: {each.said}" for each in people)
        self.people.show_people(words["figures.people"], people, told)

    def _show_days(self, kind: Kind, days: ByDay) -> None:
        bars = [Bar(f"{day_of(days.first + at):%m-%d}", n) for at, n in enumerate(days.counts[kind])]
        every = -(-len(bars) // NAMED_DAYS)
        self.days[kind].show_bars(self._writing.words[f"figures.{kind}"], bars, _told(bars), every)


def _told(bars: list[Bar]) -> str:
    """What is above zero, in words; the whole of a long time would be read to nobody."""
    told = [f"{bar.name}: {bar.value:,.0f}" for bar in bars if bar.value]
    return ", ".join(told[:31]) or "0"
