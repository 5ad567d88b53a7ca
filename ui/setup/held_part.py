"""Enrolling what somebody holds: a security key that is touched now, or a staff card that is laid down now.

Whoever holds it types their own password: what was enrolled is tried at once, by signing in with it.
"""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.staff.signing_in import Claim
from ui.setup.entry import Entry
from ui.setup.trying import NewHeld
from ui.theme.parts import button, label
from ui.words.catalogue import Words


class HeldPart(QWidget):
    """`wanted` carries a `NewHeld`; `by` gives who of IT enrols, where somebody has to."""

    wanted = Signal(object)

    def __init__(self, words: Words, by: Callable[[], Claim]) -> None:
        super().__init__()
        self._by = by
        self._words = words
        self._whose = Entry("whose", words)
        self._password, self._pin = (Entry(key, words, is_secret=True) for key in ("own_password", "key_pin"))
        self._now = label("strong")
        self._now.hide()
        column = QVBoxLayout(self)
        for part in (label("strong", words["held.title"]), self._whose, self._password, self._pin, self._now):
            column.addWidget(part)
        ways = QHBoxLayout()
        for is_card, name in ((False, "key"), (True, "card")):
            pressed = button("secondary", words[f"held.{name}"])
            pressed.clicked.connect(lambda _=False, is_card=is_card: self._tell(is_card))
            ways.addWidget(pressed)
        column.addLayout(ways)

    def begin(self) -> None:
        """Forgets what was typed, but for whose it is."""
        self._password.line.clear()
        self._pin.line.clear()
        self._now.hide()

    def _tell(self, is_card: bool) -> None:
        self._now.setText(self._words["held.lay" if is_card else "held.touch"])
        self._now.show()
        typed = (self._password.text, self._pin.text)
        self.wanted.emit(NewHeld(self._whose.text.strip(), is_card, *typed, self._by()))
