"""What reception is told about one patient's visit beside its page: they call, or the next card was laid over it.

A notice stands until it was seen, and goes with the visit that it is about, so that it is never read of the next.
"""

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from terminal.certificate import JST
from terminal.states import Idle, State
from terminal.visits import Visit, is_next
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words


class Notices(QObject):
    """`banners` have their places in the window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._state: State = Idle()
        self._visits: tuple[Visit, ...] = ()
        self._laid_over: Visit | None = None
        self._call_seen, self._understood = button("secondary"), button("secondary")
        self._call, self._call_text = banner("notice", self._call_seen)
        self._left, self._left_text = banner("provisional", self._understood)
        self._call_seen.clicked.connect(self._call.hide)
        self._understood.clicked.connect(self._left.hide)
        for each in self.banners:
            each.hide()

    @property
    def banners(self) -> tuple[QFrame, ...]:
        """From top to bottom."""
        return self._call, self._left

    def show_call(self) -> None:
        """The patient calls."""
        self._call.show()

    def show_state(self, state: State, visits: tuple[Visit, ...], words: Words) -> None:
        """Takes the desk's new state, and the list as it is by then."""
        before, self._state = self._state, state
        laid_over = next(_newly_laid_over(self._visits, visits), None)
        self._visits = visits
        if is_next(before, state):
            self._call.hide()
            self._left.hide()
        if laid_over:
            self._laid_over = laid_over
            self._left.show()
        self.set_words(words)

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        self._call_text.setText(words["banner.help"])
        self._call_seen.setText(words["banner.seen"])
        self._understood.setText(words["banner.understood"])
        if self._laid_over:
            began = f"{self._laid_over.started_at.astimezone(JST):%H:%M}"
            self._left_text.setText(words.format("banner.laid_over", time=began))


def banner(tone: str, *buttons: QPushButton) -> tuple[QFrame, QLabel]:
    """A sentence across the window, and what can be pressed about it."""
    frame = panel(tone)
    text = label("strong")
    row = QHBoxLayout(frame)
    row.addWidget(text, 1)
    for each in buttons:
        row.addWidget(each)
    return frame, text


def _newly_laid_over(before: tuple[Visit, ...], visits: tuple[Visit, ...]) -> Iterator[Visit]:
    known = {visit.insertion for visit in before if visit.is_laid_over}
    return (visit for visit in visits if visit.is_laid_over and visit.insertion not in known)
