"""A dialog that has something looked into beside the window, and then shows it: one sentence first, all of it to copy.

The work runs on a thread of its own; whoever closes the dialog meanwhile waits for nothing.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from terminal.failure_book.book import Audience, sentence, title
from terminal.problems import Problem, TerminalError
from ui.papers.listing import listing
from ui.papers.printing import Place, put
from ui.papers.sheet import Document
from ui.receptionist.place import Onto, PlaceButtons, ask_place
from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words


@dataclass(frozen=True)
class Told:
    """What was found: a sentence, whom to phone (or nobody), the whole; `to_copy` holds no person and no number."""

    sentence: str
    phone: str
    lines: tuple[str, ...]
    to_copy: str


Look = Callable[[str], Told]  # in a language; blocks; raises `TerminalError`


class LookedInto(QDialog):
    """Opens at once and shows what was found when it is there. `name` is its table of words."""

    _found = Signal(object)

    def __init__(self, words: Words, name: str, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self._to_copy = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words[f"{name}.title"])
        self.sentence = label("strong", words[f"{name}.looking"])
        self.phone = label("body")
        self.whole = QPlainTextEdit()
        self.whole.setReadOnly(True)
        self.whole.setAccessibleName(words[f"{name}.title"])
        self.copy = button("secondary", words["looked.copy"])
        self.sheet = PlaceButtons(words, "looked")
        close = button("primary", words["about.close"])
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.sheet)
        row.addStretch(1)
        row.addWidget(close)
        page = panel("page")
        QVBoxLayout(self).addWidget(page)
        column = QVBoxLayout(page)
        column.addWidget(label("title", words[f"{name}.title"]))
        for each in (self.sentence, self.phone, self.whole):
            column.addWidget(each)
        column.addLayout(row)
        for later in (self.phone, self.whole, self.copy, self.sheet):
            later.hide()
        self.copy.clicked.connect(self._copy)
        self.sheet.wanted.connect(self._place)
        close.clicked.connect(self.close)
        self._found.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self.setMinimumWidth(640)
        dress(self, theme(RECEPTION, language=words.language))
        threading.Thread(target=self._look, args=(look,), name=f"look into {name}", daemon=True).start()

    def _look(self, look: Look) -> None:
        try:
            told = look(self._words.language)
        except TerminalError as error:
            told = failed(error.problem, self._words)
        except Exception:
            told = failed(Problem.PROGRAM_ERROR, self._words)
            self._tell(told)
            raise
        self._tell(told)

    def _tell(self, told: Told) -> None:
        with contextlib.suppress(RuntimeError):  # it was closed meanwhile
            self._found.emit(told)

    def _show(self, told: Told) -> None:
        self._to_copy = told.to_copy
        self.sentence.setText(told.sentence)
        self.phone.setText(told.phone)
        self.phone.setVisible(bool(told.phone))
        self.whole.setPlainText("\n".join(told.lines))
        self.whole.setVisible(bool(told.lines))
        self.whole.setMinimumHeight(min(20, len(told.lines) + 2) * self.whole.fontMetrics().lineSpacing())
        for each in (self.copy, self.sheet):
            each.setVisible(bool(told.to_copy))

    def _place(self, onto: Onto) -> None:
        """Asks where what can be copied should go on paper."""
        document = listing(self.windowTitle(), self._to_copy.splitlines())
        try:
            ask_place(onto, document.title, document.title, self, partial(self._put, document))
        except TerminalError as error:
            self._show(failed(error.problem, self._words))

    def _put(self, document: Document, place: Place) -> None:
        try:
            put(document, place)
        except TerminalError as error:
            self._show(failed(error.problem, self._words))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._to_copy)
        self.copy.setText(self._words["looked.copied"])


def failed(problem: Problem, words: Words) -> Told:
    """What is said where nothing came of it."""
    language = words.language
    return Told(title(problem, language), sentence(problem, Audience.RECEPTIONIST, language), (), "")
