"""Where a patient is unsealed: a reason first, then a second person where two are wanted. Nothing is shown before."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from terminal.access_log.reason import MOST_REASON, is_reason
from ui.auditor.archive import GivenKey
from ui.auditor.showing import Show
from ui.signin.page import Page
from ui.theme.parts import button, label
from ui.words.catalogue import Words


class UnsealPage(QWidget):
    """The page. `asked` carries the reason, and the second person's `Show` or None; `back`: nothing is unsealed."""

    asked = Signal(str, object)
    back = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._takes_two = True
        self.title, self.note, self.said = label("title"), label("body"), label("strong")
        self.reason = QLineEdit()
        self.reason.setMaxLength(MOST_REASON)
        self.key, self.phrase = QLineEdit(), QLineEdit()
        self.phrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.second = Page(Words("signin", words.language))
        self.go, self.stay = button("primary"), button("chip")
        column = QVBoxLayout(self)
        for part in (self.title, self.note, self.reason):
            column.addWidget(part)
        naming = QHBoxLayout()
        naming.addWidget(self.key, 2)
        naming.addWidget(self.phrase, 1)
        column.addLayout(naming)
        column.addWidget(self.said)
        column.addWidget(self.second, 1)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.stay)
        line.addWidget(self.go)
        column.addLayout(line)
        self.reason.textChanged.connect(lambda _: self._enable())
        self.second.back.connect(self.back)
        self.stay.clicked.connect(self.back)
        self.go.clicked.connect(lambda: self.ask(None))
        self.set_words(words)
        self.begin(takes_two=True)  # what is hidden then takes no room

    def begin(self, *, takes_two: bool) -> None:
        """Asks for a reason, and for a second person if two are wanted."""
        self._takes_two = takes_two
        for line in (self.reason, self.key, self.phrase):
            line.clear()
        self.second.id.clear()
        self.second.show_page(self._words["unseal.second"], (), can_go_back=True)
        self.second.other.hide()
        self.second.setVisible(takes_two)
        self.go.setVisible(not takes_two)
        self.stay.setVisible(not takes_two)
        self.say("")
        self._enable()
        self.reason.setFocus()

    def take_key(self) -> GivenKey | None:
        """The auditors' key that was named, None for no name to be shown; the passphrase is not kept here."""
        path, phrase = self.key.text().strip(), self.phrase.text()
        self.phrase.clear()
        return GivenKey(Path(path), phrase) if path else None

    def ask(self, show: Show | None) -> None:
        """Asks for the unsealing, with what the second person shows."""
        if is_reason(self.reason.text()):
            self.asked.emit(self.reason.text(), show)

    def say(self, text: str) -> None:
        """Says how it stands."""
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self._enable()

    def wait(self) -> None:
        """Says that it is being looked at; nothing can be asked meanwhile."""
        self.say(self._words["unseal.waiting"])
        self.second.set_enabled(False)
        self.go.setEnabled(False)

    def set_density(self, density: float) -> None:
        """Grows with the window."""
        self.second.set_density(density)

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        self.title.setText(words["unseal.title"])
        self.note.setText(words["unseal.note"])
        self.reason.setPlaceholderText(words["unseal.reason"])
        self.reason.setAccessibleName(words["unseal.reason"])
        for line, name in ((self.key, "unseal.key"), (self.phrase, "unseal.phrase")):
            line.setPlaceholderText(words[name])
            line.setAccessibleName(words[name])
        self.go.setText(words["unseal.begin"])
        self.stay.setText(words["unseal.back"])
        self.second.set_words(Words("signin", words.language))

    def _enable(self) -> None:
        is_enough = is_reason(self.reason.text())
        self.second.set_enabled(is_enough)
        self.go.setEnabled(is_enough)
