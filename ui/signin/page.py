"""Where somebody types who they are. What is typed leaves by one signal, and the fields are empty at once."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.staff.signing_in import Claim
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words

WIDTH = 460  # of the 1280 × 800 window
MOST_PEOPLE = 6  # of this shift, each a button


class Page(QWidget):
    """The page. `claimed` gives a `Claim`, `emergency_typed` a sealed code, `back` that all stays as it is.

    `key_claimed` gives a `Claim` that a security key shall prove, and the key's PIN; `key_stopped` takes that back.
    """

    claimed = Signal(object)
    key_claimed = Signal(object, str)
    key_stopped = Signal()
    emergency_typed = Signal(str)
    id_changed = Signal(str)
    back = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._is_emergency = False
        self._is_one_enough = False
        self._has_card = False
        self._takes_keys = False
        self._is_key_awaited = False
        self._title = label("title")
        self._note = label("body")
        self._patient = label("strong")
        self._said = label("strong")
        self._heading = ""
        self._card = panel("card")
        self._people_row = QWidget()
        self._people = QHBoxLayout(self._people_row)
        self._people_shown: Sequence[tuple[str, str]] = ()
        self.id, self.password, self.code, self.pin, self.sealed = (QLineEdit() for _ in range(5))
        for secret in (self.password, self.pin, self.sealed):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.go = button("primary")
        self.key = button("chip")
        self.other = button("chip")
        self.stay = button("chip")
        self._arrange()
        for field in (self.id, self.password, self.code, self.sealed):
            field.returnPressed.connect(self._next)
        self.id.textChanged.connect(self.id_changed)
        self.pin.returnPressed.connect(self._ask_key)
        self.go.clicked.connect(self._go)
        self.key.clicked.connect(self._ask_key)
        self.other.clicked.connect(self._show_other)
        self.stay.clicked.connect(self.back)
        self.set_words(words)

    @property
    def language(self) -> str:
        """The language that it speaks."""
        return self._words.language

    def show_page(self, title: str, people: Sequence[tuple[str, str]], *, can_go_back: bool) -> None:
        """Says why the page is there; `people`, id and name, need only one factor."""
        self._heading = title
        self._people_shown = people[:MOST_PEOPLE]
        self._show_people()
        self.stay.setVisible(can_go_back)
        self.say("")
        self.show_emergency(False)

    def set_density(self, density: float) -> None:
        """Grows with the window."""
        self._card.setFixedWidth(round(WIDTH * density))

    def set_needed(self, *, one: bool, has_card: bool) -> None:
        """Whether one factor is enough for the person whose id stands there, and whether their card lies there."""
        self._is_one_enough, self._has_card = one, has_card
        note = {
            (True, True): "page.card_and_password",
            (False, True): "page.card_known",
            (True, False): "page.one_is_enough",
            (False, False): "page.both",
        }
        self._note.setText(self._words[note[one, has_card]])

    def set_takes_keys(self, takes_keys: bool) -> None:
        """Whether anybody may sign in here by a security key."""
        self._takes_keys = takes_keys
        self.key.setVisible(takes_keys and not self._is_emergency)

    def await_key(self, is_awaited: bool) -> None:
        """Whether a security key is being waited for; its button then takes that back."""
        self._is_key_awaited = is_awaited
        self.key.setText(self._words["page.key_stop" if is_awaited else "page.key"])

    def ask_pin(self, is_asked: bool) -> None:
        """Whether the security key wants its PIN."""
        self.pin.setVisible(is_asked and not self._is_emergency)
        if is_asked:
            self.password.setFocus()

    def say(self, text: str) -> None:
        """Says how it stands: that it is being checked, or why not."""
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def say_of_patient(self, text: str) -> None:
        """Says that a check-in is under way, and nothing of whom."""
        self._patient.setText(text)
        self._patient.setVisible(bool(text))

    def show_emergency(self, is_emergency: bool) -> None:
        """Shows the field of the sealed code in place of the others, or those again."""
        self._is_emergency = is_emergency
        for part in (self.id, self.password, self.code):
            part.setVisible(not is_emergency)
        self.sealed.setVisible(is_emergency)
        self.set_takes_keys(self._takes_keys)
        self.ask_pin(False)
        self.clear()
        self.set_words(self._words)
        (self.sealed if is_emergency else self.password if self.id.text() else self.id).setFocus()

    def set_enabled(self, is_enabled: bool) -> None:
        """Whether a try can be made: not while one is being checked."""
        self.go.setEnabled(is_enabled)

    @property
    def is_emergency(self) -> bool:
        """Whether the sealed code is asked for."""
        return self._is_emergency

    def clear(self) -> None:
        """Forgets what was typed, but for the id."""
        for field in (self.password, self.code, self.pin, self.sealed):
            field.clear()

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        fields = (self.id, self.password, self.code, self.pin, self.sealed)
        keys = ("page.id", "page.password", "page.code", "page.key_pin", "emergency.code")
        for field, key in zip(fields, keys, strict=True):
            field.setPlaceholderText(words[key])
            field.setAccessibleName(words[key])
        self.await_key(self._is_key_awaited)
        self.go.setText(words["emergency.use" if self._is_emergency else "page.sign_in"])
        self.other.setText(words["page.back" if self._is_emergency else "emergency.open"])
        self.stay.setText(words["page.back"])
        self.set_needed(one=self._is_one_enough, has_card=self._has_card)
        self._emergency_note.setText(words["emergency.note"])
        self._emergency_note.setVisible(self._is_emergency)
        self._note.setVisible(not self._is_emergency)
        self._title.setText(words["emergency.title"] if self._is_emergency else self._heading)
        self._people_row.setVisible(bool(self._people_shown) and not self._is_emergency)

    def _arrange(self) -> None:
        self._emergency_note = label("body")
        column = QVBoxLayout(self._card)
        parts: list[QWidget] = [self._title, self._note, self._emergency_note, self._patient]
        for part in parts:
            column.addWidget(part)
        column.addWidget(self._people_row)
        for field in (self.id, self.password, self.code, self.pin, self.sealed):
            column.addWidget(field)
        column.addWidget(self._said)
        column.addWidget(self.go)
        column.addWidget(self.key)
        ways = QHBoxLayout()
        ways.addWidget(self.other)
        ways.addStretch(1)
        ways.addWidget(self.stay)
        column.addLayout(ways)
        middle = QVBoxLayout(self)
        middle.addStretch(1)
        row = QHBoxLayout()  # an alignment would cut words off that wrap
        row.addStretch(1)
        row.addWidget(self._card)
        row.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(2)
        for part in (self._patient, self._said, self.pin, self.key):
            part.hide()

    def _show_people(self) -> None:
        while (item := self._people.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for id_, name in self._people_shown:
            self._people.addWidget(self._person(id_, name))

    def _person(self, id_: str, name: str) -> QPushButton:
        made = button("chip", name)
        made.clicked.connect(lambda: self._choose(id_))
        return made

    def _show_other(self) -> None:
        self.say("")  # what was said is about the fields that go
        self.show_emergency(not self._is_emergency)

    def _choose(self, id_: str) -> None:
        self.id.setText(id_)
        self.password.setFocus()

    def _next(self) -> None:
        """Return goes on to the next empty field, and from the last one sends."""
        fields = (self.sealed,) if self._is_emergency else (self.id, self.password, self.code)
        here = self.focusWidget()
        is_one_enough = self._is_one_enough and (self.password.text() or self.code.text())
        for field in fields[fields.index(here) + 1 :] if here in fields else ():
            if not field.text() and not is_one_enough:
                field.setFocus()
                return
        self._go()

    def _ask_key(self) -> None:
        if self._is_key_awaited:
            self.key_stopped.emit()
        elif self.go.isEnabled():
            claim, pin = Claim(self.id.text().strip(), self.password.text()), self.pin.text()
            self.clear()
            self.key_claimed.emit(claim, pin)

    def _go(self) -> None:
        if not self.go.isEnabled():
            return
        if self._is_emergency:
            typed = self.sealed.text()
            self.clear()
            self.emergency_typed.emit(typed)
        else:
            claim = Claim(self.id.text().strip(), self.password.text(), self.code.text().strip())
            self.clear()
            (self.password if claim.id else self.id).setFocus()  # where the next try begins
            if claim.password or claim.code:  # nothing typed is no try
                self.claimed.emit(claim)
