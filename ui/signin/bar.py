"""Who is signed in, always in sight at reception; and the ways to change places and to lock."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.certificate import JST
from terminal.staff.shift import MACHINE_LOGIN, OnDuty
from ui.theme.parts import button, label
from ui.words.catalogue import Words


class Bar(QWidget):
    """A row below reception's title. In practice it only says that nobody has to sign in."""

    change = Signal()
    lock = Signal()

    def __init__(self, words: Words, *, is_practice: bool) -> None:
        super().__init__()
        self._words = words
        self._is_practice = is_practice
        self._on_duty: OnDuty | None = None
        self._said = label("caption")
        self.changing = button("chip")
        self.locking = button("chip")
        self.changing.clicked.connect(self.change)
        self.locking.clicked.connect(self.lock)
        row = QHBoxLayout(self)
        row.addWidget(self._said, 1)
        for part in (self.changing, self.locking):
            row.addWidget(part)
        self.set_words(words)

    def show_on_duty(self, on_duty: OnDuty | None) -> None:
        """Says who is there."""
        self._on_duty = on_duty
        self._show()

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        self.changing.setText(words["bar.change"])
        self.locking.setText(words["bar.lock"])
        self._show()

    def _show(self) -> None:
        words, on_duty = self._words, self._on_duty
        is_person = on_duty is not None and on_duty.actor.sign_in != MACHINE_LOGIN
        self.changing.setVisible(is_person)
        self.locking.setVisible(is_person and on_duty is not None and on_duty.ends is None)
        if self._is_practice:
            self._said.setText(words["bar.practice"])
        elif on_duty is None:
            self._said.setText("")
        elif on_duty.ends is not None:
            self._said.setText(words.format("bar.emergency", ends=f"{on_duty.ends.astimezone(JST):%H:%M}"))
        elif not is_person:
            self._said.setText(words.format("bar.without_staff", name=on_duty.name))
        else:
            role = words[f"role.{on_duty.actor.role}"]
            self._said.setText(words.format("bar.signed_in", name=on_duty.name, role=role))
