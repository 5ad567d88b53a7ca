"""One line above the buttons: in writing what is said aloud last, for who helps or hears badly; and more time.

It is there only for who is guided, or is about to be asked whether they are still there, in place of the steps.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from ui.theme.parts import button, label
from ui.words.catalogue import Words


class Bar(QFrame):
    """A sentence, and with `ask_for_time` a button that gives more of it."""

    more_time = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        self._text = label("chip")
        self._go_on = button("chip")
        self._go_on.clicked.connect(self.more_time)
        row = QHBoxLayout(self)
        row.addWidget(self._text, 1)
        row.addWidget(self._go_on)
        self._go_on.hide()
        self.hide()

    def set_words(self, words: Words) -> None:
        """Says the button in a language."""
        self._go_on.setText(words["ear.go_on"])

    def show_text(self, text: str) -> None:
        """A sentence; "" for none."""
        self._text.setText(text)
        self._go_on.hide()
        self.setVisible(bool(text))

    def ask_for_time(self, text: str) -> None:
        """A sentence, with the button."""
        self.show_text(text)
        self._go_on.show()
