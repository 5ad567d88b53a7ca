"""What a signed-in auditor sees: the log's state, its entries, figures and review queue; and the work behind them.

Law: what the auditor does is on record before anything of it is shown. All reading, verifying, counting and writing is
done beside the window.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.access_log.access import Access, Actor
from terminal.access_log.entry import Entry
from terminal.access_log.review_acts import Conclusion, opened, signed_off, unsealed
from terminal.access_log.review_index import Index, Places
from terminal.access_log.review_rules import Item, Measure, items_of
from terminal.failure_book.book import title
from terminal.problems import Problem
from terminal.staff.key_words import KeyFault
from terminal.staff.people import Member
from terminal.staff.policy import Act, Policy, may, suffice, takes_two
from terminal.staff.signing_in import Accepted, Refused
from ui.auditor.archive import Archive, Verification
from ui.auditor.background import Background
from ui.auditor.entries import EntriesPage
from ui.auditor.figures import Figures, FiguresPage, count
from ui.auditor.refusals import refused
from ui.auditor.review import Queue, ReviewPage, queue_of
from ui.auditor.showing import Show, Showing
from ui.auditor.state_panel import StatePanel
from ui.auditor.unsealing import UnsealPage
from ui.auditor.writing import Writing
from ui.signin.laid import LaidOwner
from ui.theme.parts import button, label
from ui.theme.tokens import Theme
from ui.words.catalogue import Words

PAGES = ("entries", "figures", "review")
NOBODY = Actor("")
Read = tuple[Index, Queue]


@dataclass(frozen=True)
class Called:
    """An unsealing that is on record, and what the patient is called; empty where no name was asked for or kept."""

    name: str = field(repr=False)


class Room(QWidget):
    """The room. `touched`: somebody did something there."""

    touched = Signal()

    def __init__(
        self, archive: Archive, background: Background, laid: LaidOwner, words: Words, measure: Measure
    ) -> None:
        super().__init__()
        self._archive, self._background, self._words, self._measure = archive, background, words, measure
        self._actor, self._policy = NOBODY, Policy()
        self._member: Member | None = None
        self._people: dict[str, str] = {}
        self._unsealed: dict[str, str] = {}
        self._entry: Entry | None = None
        self._places: Places = np.zeros(0, np.intp)
        self._counted: Places | None = None
        self._counts = 0
        self.index: Index | None = None
        self.state = StatePanel(words)
        writing = Writing(words, {}, {})
        self.entries, self.review = EntriesPage(writing), ReviewPage(writing)
        self.figures = FiguresPage(writing, measure)
        self.unsealing = UnsealPage(words)
        self.second = Showing(self.unsealing.second, archive.held, laid)
        self.said = label("strong")
        self.stack = QStackedWidget()
        self.chips = {name: button("chip", is_checkable=True) for name in PAGES}
        for page in (self.entries, self.figures, self.review, self.unsealing):
            self.stack.addWidget(page)
        self._chip_row = QHBoxLayout()
        for at, chip in enumerate(self.chips.values()):
            self._chip_row.addWidget(chip)
            chip.clicked.connect(lambda _=False, at=at: self.turn_to(at))
        self._chip_row.addWidget(self.said, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.state)
        column.addLayout(self._chip_row)
        column.addWidget(self.stack, 1)
        self._connect()
        self.set_words(words)
        self.turn_to(0)

    def begin(self, member: Member, actor: Actor, policy: Policy, people: dict[str, str]) -> None:
        """Shows the log to somebody who has signed in, once that is on record."""
        self._member, self._actor, self._policy, self._people = member, actor, policy, people
        self._write()
        self.entries.table.setFocus()
        self._read(opened_by=actor)

    def end(self) -> None:
        """Seals every patient again, and turns back to the first page."""
        self._actor, self._member = NOBODY, None
        self.second.stop()
        self._unsealed.clear()
        self.entries.seeking.offer_patients({})
        self._write()
        self._say("")
        self.turn_to(0)

    def read_again(self) -> None:
        """Reads what has come since, and verifies the whole log anew."""
        if self.state.again.isEnabled() and self._member is not None:
            self._read()

    def turn_to(self, page: int) -> None:
        """Shows one of the pages."""
        self.stack.setCurrentIndex(page)
        for at, chip in enumerate(self.chips.values()):
            chip.setChecked(at == page)
        self._count()
        self.touched.emit()

    def seek(self) -> None:
        """Goes to the fields of what is asked for."""
        self.turn_to(0)
        self.entries.seeking.first.setFocus()

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes."""
        self.entries.set_theme(worn)
        self.review.set_theme(worn)
        self.unsealing.set_density(worn.density)

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        for part in (self.state, self.unsealing):
            part.set_words(words)
        self._write()
        for page in (self.entries, self.figures, self.review):
            page.set_words(words)
        self._name_chips()

    def _connect(self) -> None:
        self.state.wanted.connect(self.read_again)
        self.entries.found.connect(self._take_places)
        self.entries.unseal_wanted.connect(self._begin_unsealing)
        self.entries.table.looked_at.connect(lambda _: self.touched.emit())
        self.entries.table.verticalScrollBar().valueChanged.connect(lambda _: self.touched.emit())
        self.review.list.chosen.connect(lambda _: self.touched.emit())
        self.review.reason.textChanged.connect(lambda _: self.touched.emit())
        self.review.entries_wanted.connect(self._show_entries)
        self.review.signed_off.connect(self._sign_off)
        self.unsealing.asked.connect(self._unseal)
        self.second.claimed.connect(self.unsealing.ask)
        self.unsealing.back.connect(lambda: self.turn_to(0))

    def _read(self, opened_by: Actor | None = None) -> None:
        archive, known = self._archive, self.index
        self.state.show_progress("reading", 0, 0)

        def work() -> Verification:
            index = archive.read(known, self._told_reading)
            if opened_by is not None:
                archive.record([opened(opened_by, index.end)])
                index = archive.read(index, lambda _: None)
            read = index, queue_of(index, items_of(index, self._measure))
            self._background.tell(lambda: self._take(read))
            return archive.verify(self._told_verifying)

        self._background.begin(work, self._verified)

    def _told_reading(self, done: int) -> None:
        self._background.tell(lambda: self.state.show_progress("reading", done, 0))

    def _told_verifying(self, done: int, total: int) -> None:
        self._background.tell(lambda: self.state.show_progress("verifying", done, total))

    def _verified(self, found: Verification | Problem) -> None:
        self.state.show_found(found, self.index.end if self.index else 0)

    def _take(self, read: Read) -> None:
        index, queue = read
        if self.index is not None and index.end < self.index.end:  # another piece of work has read more meanwhile
            return
        self.index = index
        if self._member is not None:
            self.entries.show_index(index, self._people)
            self.review.show_queue(index, queue, self._actor)
            self._name_chips()

    def _take_places(self, places: Places) -> None:
        self._places = places
        self.touched.emit()
        self._count()

    def _count(self) -> None:
        """Counts anew what is found, where the figures are looked at."""
        index, places = self.index, self._places
        if index is None or self._counted is places or self.stack.currentWidget() is not self.figures:
            return
        self._counted = places
        self._counts += 1
        number = self._counts

        def counted(figures: Figures | Problem) -> None:
            if number == self._counts and not isinstance(figures, Problem):
                self.figures.show_figures(figures)

        self._background.begin(lambda: count(index, places), counted)

    def _show_entries(self, numbers: tuple[int, ...]) -> None:
        self.entries.show_only(numbers)
        self.turn_to(0)

    def _sign_off(self, item: Item, conclusion: Conclusion, reason: str) -> None:
        actor = self._actor
        self._do(lambda: list(signed_off(actor, item, conclusion, reason)))

    def _do(self, acts: Callable[[], list[Access]]) -> None:
        archive, known = self._archive, self.index

        def work() -> Read:
            archive.record(acts())
            index = archive.read(known, lambda _: None)
            return index, queue_of(index, items_of(index, self._measure))

        def done(read: Read | Problem) -> None:
            if isinstance(read, Problem):
                self._say(title(read, self._words.language))
                return
            self._say("")
            self._take(read)
            self.state.show_end(read[0].end)

        self._background.begin(work, done)

    def _begin_unsealing(self, entry: Entry | None) -> None:
        if entry is None or self._member is None:
            return
        if not may(self._member, Act.UNSEAL_PATIENT):
            self._say(self._words["refused.role"])
            return
        self._entry = entry
        self.turn_to(len(PAGES))
        self.unsealing.begin(takes_two=takes_two(Act.UNSEAL_PATIENT, self._policy))
        self.second.look(self._background)

    def _unseal(self, reason: str, show: Show | None) -> None:
        archive, first, actor, entry = self._archive, self._member, self._actor, self._entry
        key = self.unsealing.take_key()
        if first is None or entry is None or (show is None and takes_two(Act.UNSEAL_PATIENT, self._policy)):
            return
        self.unsealing.wait()

        def work() -> Refused | KeyFault | str | Called:
            second = ""
            if show is not None:
                claim = show()
                verdict = claim if isinstance(claim, KeyFault) else archive.sign_in(claim, Act.SECOND)
                if not isinstance(verdict, Accepted):
                    return verdict
                if not suffice(first, verdict.member, Act.UNSEAL_PATIENT):
                    return "refused.not_two"
                second = verdict.member.id
            return Called(archive.unseal(unsealed(actor, second, entry.seq, reason), entry.subject, key))

        def done(found: Refused | KeyFault | str | Problem | Called) -> None:
            self.second.ended(found)
            if self._actor is not actor:  # locked meanwhile: nothing is shown to whoever came after
                return
            if isinstance(found, Called):
                self._show_unsealed(entry.subject, found.name)
            else:
                self.unsealing.say(refused(found, self._words))

        self._background.begin(work, done)

    def _show_unsealed(self, pseudonym: str, name: str) -> None:
        number = len(self._unsealed) + 1
        self._unsealed[pseudonym] = name or self._words.format("patient.unsealed", number=number)
        self._write()
        self.turn_to(0)
        self.entries.seeking.offer_patients(self._unsealed, pseudonym)
        self.entries.table.setFocus()
        self._do(list)  # its entry comes into sight, too

    def _write(self) -> None:
        writing = Writing(self._words, self._people, dict(self._unsealed))
        for page in (self.entries, self.figures, self.review):
            page.write_by(writing)

    def _name_chips(self) -> None:
        for name, chip in self.chips.items():
            chip.setText(self._words.format(f"page.{name}", open=f"{self.review.open_items:,}"))

    def _say(self, text: str) -> None:
        self.said.setText(text)
