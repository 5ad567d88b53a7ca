"""What every screen of the patient's window is: a state, its words, and the one main thing to press.

A screen is made for one state and thrown away with it, so nothing typed or answered outlives the state. Words are
said through `say`, which says them again when the language changes; what was typed stays.
"""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from terminal.events import Event
from terminal.problems import Problem
from terminal.states import State
from ui.speech.line import Line
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words
from ui.words.laid import of_problem

Say = Callable[[Words], str]


def word(key: str, **values: object) -> Say:
    """What the catalogue says under a key."""
    return lambda words: words.format(key, **values) if values else words[key]


def kindly(problem: Problem, state: State) -> Say:
    """What the patient of a state is told of a problem."""
    return lambda words: of_problem(problem, state, words)


class Heard(StrEnum):
    """How a text is read aloud to who is guided by voice."""

    ALOUD = "aloud"
    PRIVATELY = "privately"  # through earphones alone: it is about this very person
    NOT = "not"


class Screen(QWidget):
    """One screen. `happened` carries an event; `main_action` stands at the lower right of the window.

    `spoken` carries lines to be said to who is guided by voice, as the answer to what they did.
    """

    happened = Signal(object)
    spoken = Signal(object)
    offers_languages = False  # the No key does, where nothing else is asked

    def __init__(self, words: Words, title: Say) -> None:
        super().__init__()
        self.main_action: QPushButton | None = None
        self.words = words
        self._said: list[tuple[Say, Callable[[str], object]]] = []
        self._heard: list[tuple[Say, Heard]] = []
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setObjectName("wide")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.say(title, self.setAccessibleName)

    def say(self, what: Say, how: Callable[[str], object]) -> None:
        """Says `what` by calling `how`, now and in every language to come."""
        self._said.append((what, how))
        how(what(self.words))

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        self.words = words
        for what, how in self._said:
            how(what(words))

    def set_portrait(self, is_portrait: bool) -> None:
        """Puts the columns below each other on a tall window, beside each other on a wide one."""
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if is_portrait else direction.LeftToRight)

    def line(self, what: Say, heard: Heard = Heard.ALOUD) -> Line:
        """A sentence to be said in the screen's language."""
        return Line(what(self.words), self.words.language, is_personal=heard is Heard.PRIVATELY)

    def lines(self) -> list[Line]:
        """Everything on the screen that is read aloud, from top to bottom."""
        return [self.line(what, heard) for what, heard in self._heard if heard is not Heard.NOT]

    def prompts(self) -> list[Line]:
        """What is asked just now, and which key does what."""
        return [self.line(word("ear.nothing"))]

    def question(self) -> str:
        """What yes and no answer just now, where the screen itself does not say it."""
        return ""

    def accept(self) -> bool:
        """The Yes key was pressed by who is guided; False: it means nothing here."""
        return False

    def decline(self) -> bool:
        """The No key was pressed by who is guided; False: it means nothing here."""
        return False

    def forget(self) -> None:
        """Drops whatever personal a screen holds; called before it goes."""

    def tell(self, event: Event) -> None:
        """Says that something happened here."""
        self.happened.emit(event)

    def text(self, role: str, what: Say, *, is_centred: bool = False, heard: Heard = Heard.ALOUD) -> QLabel:
        """A label that says something."""
        self._heard.append((what, heard))
        made = label(role, is_centred=is_centred, has_ruby=True)
        self.say(lambda words: what(words.with_ruby()), made.setText)
        return made

    def press(self, kind: str, what: Say, event: Event | None = None) -> QPushButton:
        """A button that says something, and tells of an event when it is pressed."""
        made = button(kind)
        self.say(what, made.setText)
        if event is not None:
            made.clicked.connect(lambda: self.tell(event))
        return made

    def notice(self, kind: str, *parts: QWidget) -> QFrame:
        """A panel that fills a column of its own, its parts gathered in the middle."""
        made = panel(kind)
        inside = QVBoxLayout(made)
        inside.addStretch(1)
        for part in parts:
            inside.addWidget(part)
        inside.addStretch(1)
        self.column(made)
        return made

    def column(self, *parts: QWidget | QLayout, share: int = 1) -> QVBoxLayout:
        """A new column with parts from top to bottom."""
        column = QVBoxLayout()
        for part in parts:
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        self._columns.addLayout(column, share)
        return column
