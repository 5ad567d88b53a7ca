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
    """The page. `claimed` gives a `Claim`, `emergency_typed` a sealed code, `back` that all stays as it is."""

    claimed = Signal(object)
    emergency_typed = Signal(str)
    id_changed = Signal(str)
    back = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._is_emergency = False
        self._is_one_enough = False
        self._title = label("title")
        self._note = label("body")
        self._patient = label("strong")
        self._said = label("strong")
        self._heading = ""
        self._card = panel("card")
        self._people_row = QWidget()
        self._people = QHBoxLayout(self._people_row)
        self._people_shown: Sequence[tuple[str, str]] = ()
        self.id, self.password, self.code, self.sealed = (QLineEdit() for _ in range(4))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.sealed.setEchoMode(QLineEdit.EchoMode.Password)
        self.go = button("primary")
        self.other = button("chip")
        self.stay = button("chip")
        self._arrange()
        for field in (self.id, self.password, self.code, self.sealed):
            field.returnPressed.connect(self._next)
        self.id.textChanged.connect(self.id_changed)
        self.go.clicked.connect(self._go)
        self.other.clicked.connect(lambda: self.show_emergency(not self._is_emergency))
        self.stay.clicked.connect(self.back)
        self.set_words(words)

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

    def set_needed(self, *, one: bool) -> None:
        """Whether one factor is enough for the person whose id stands there."""
        self._is_one_enough = one
        self._note.setText(self._words["page.one_is_enough" if one else "page.both"])

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
        self.clear()
        self.set_words(self._words)
        (self.sealed if is_emergency else self.password if self.id.text() else self.id).setFocus()

    def set_enabled(self, is_enabled: bool) -> None:
        """Whether a try can be made: not while one is being checked."""
        self.go.setEnabled(is_enabled)

    def clear(self) -> None:
        """Forgets what was typed, but for the id."""
        for field in (self.password, self.code, self.sealed):
            field.clear()

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        for field, key in ((self.id, "page.id"), (self.password, "page.password"), (self.code, "page.code")):
            field.setPlaceholderText(words[key])
            field.setAccessibleName(words[key])
        self.sealed.setPlaceholderText(words["emergency.code"])
        self.sealed.setAccessibleName(words["emergency.code"])
        self.go.setText(words["emergency.use" if self._is_emergency else "page.sign_in"])
        self.other.setText(words["page.back" if self._is_emergency else "emergency.open"])
        self.stay.setText(words["page.back"])
        self.set_needed(one=self._is_one_enough)
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
        for field in (self.id, self.password, self.code, self.sealed):
            column.addWidget(field)
        column.addWidget(self._said)
        column.addWidget(self.go)
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
        self._patient.hide()
        self._said.hide()

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
            self.claimed.emit(claim)
