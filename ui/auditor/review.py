"""The page of what should be looked at: each with its rule in words, its entries, and the auditor's sign-off."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from terminal.access_log.access import Actor
from terminal.access_log.reason import MOST_REASON, is_reason
from terminal.access_log.review_acts import Conclusion, SignOff, may_sign_off, sign_offs
from terminal.access_log.review_index import Index
from terminal.access_log.review_rules import Item
from terminal.certificate import JST
from ui.auditor.review_list import ReviewList
from ui.auditor.writing import Writing
from ui.theme.parts import button, label, panel
from ui.theme.tokens import Theme
from ui.words.catalogue import Words

Queue = tuple[tuple[Item, ...], dict[Item, SignOff]]


def queue_of(index: Index, items: tuple[Item, ...]) -> Queue:
    """The items with what was said of them. Pure."""
    return items, sign_offs(index, items)


class ReviewPage(QWidget):
    """The page. `entries_wanted` carries numbers of entries; `signed_off` an `Item`, a `Conclusion` and a reason."""

    entries_wanted = Signal(object)
    signed_off = Signal(object, object, str)

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self._writing = writing
        self._actor = Actor("")
        self._index: Index | None = None
        self._queue: Queue = ((), {})
        self._item: Item | None = None
        self.list = ReviewList(writing)
        self.is_open_only = button("chip", is_checkable=True)
        self.is_open_only.setChecked(True)
        self.count = label("caption")
        self.title, self.rule, self.word = label("strong"), label("body"), label("body")
        self.why_not = label("caption")
        self.entries = button("secondary")
        self.reason = QLineEdit()
        self.reason.setMaxLength(MOST_REASON)
        self.conclude = {each: button("primary" if each is Conclusion.IN_ORDER else "secondary") for each in Conclusion}
        self._arrange()
        self.is_open_only.toggled.connect(lambda _: self._show())
        self.list.chosen.connect(self._choose)
        self.entries.clicked.connect(lambda: self.entries_wanted.emit(self._item.entries if self._item else ()))
        self.reason.textChanged.connect(lambda _: self._enable())
        for each, pressed in self.conclude.items():
            pressed.clicked.connect(lambda _=False, each=each: self._sign_off(each))
        self.set_words(writing.words)

    @property
    def open_items(self) -> int:
        """How many nobody has looked at."""
        items, known = self._queue
        return len(items) - len(known)

    def show_queue(self, index: Index, queue: Queue, actor: Actor) -> None:
        """Takes what stands out, and who looks at it."""
        self._index, self._queue, self._actor = index, queue, actor
        self._show()

    def write_by(self, writing: Writing) -> None:
        """Writes everything anew."""
        self._writing = writing
        self._show()

    def set_theme(self, worn: Theme) -> None:
        """Takes new sizes."""
        self.list.set_theme(worn)
        self._card.setMinimumWidth(worn.px(430))

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self.list.setAccessibleName(words["review.accessible"])
        self.is_open_only.setText(words["review.open_only"])
        self.entries.setText(words["review.show_entries"])
        self.reason.setPlaceholderText(words["review.reason"])
        self.reason.setAccessibleName(words["review.reason"])
        for each, pressed in self.conclude.items():
            pressed.setText(words[f"conclude.{each}"])
        self._show()

    def _arrange(self) -> None:
        left = QVBoxLayout()
        line = QHBoxLayout()
        line.addWidget(self.count, 1)
        line.addWidget(self.is_open_only)
        left.addLayout(line)
        left.addWidget(self.list, 1)
        self._card = panel("card")
        side = QVBoxLayout(self._card)
        for part in (self.title, self.rule, self.entries, self.word, self.why_not, self.reason):
            side.addWidget(part)
        for pressed in self.conclude.values():
            side.addWidget(pressed)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.addLayout(left, 3)
        row.addWidget(self._card, 2)

    def _show(self) -> None:
        items, known = self._queue
        shown = tuple(item for item in items if item not in known) if self.is_open_only.isChecked() else items
        self.count.setText(
            self._writing.words.format("review.count", open=f"{self.open_items:,}", all=f"{len(items):,}")
        )
        self.list.show_items(shown, known, self._writing)

    def _choose(self, item: Item | None) -> None:
        if item != self._item:
            self.reason.clear()
        self._item, words = item, self._writing.words
        known = self._queue[1].get(item) if item else None
        self.title.setText(words[f"concern.{item.concern}"] if item else words["review.nothing"])
        self.rule.setText(words[f"rule.{item.concern}"] if item else words["review.nothing_note"])
        if known is not None:
            said = words.format(
                "review.said",
                conclusion=words[f"conclusion.{known.conclusion}"],
                actor=self._writing.person(known.actor),
                at=f"{known.at.astimezone(JST):%Y-%m-%d %H:%M}",
                entry=f"{known.entry:,}",
            )
            self.word.setText(f"{said}\n{self._writing.reason(known.reason)}")
        self.word.setVisible(known is not None)
        for part in (self.entries, self.reason, *self.conclude.values()):
            part.setVisible(item is not None)
        self._enable()

    def _enable(self) -> None:
        item, index, words = self._item, self._index, self._writing.words
        may = item is not None and index is not None and may_sign_off(self._actor, item, index)
        for pressed in self.conclude.values():
            pressed.setEnabled(may and is_reason(self.reason.text()))
        self.why_not.setText(words["review.reason_note"] if may else words["review.own"])
        self.why_not.setVisible(item is not None)

    def _sign_off(self, conclusion: Conclusion) -> None:
        if self._item is not None:
            self.signed_off.emit(self._item, conclusion, self.reason.text())
            self.reason.clear()
