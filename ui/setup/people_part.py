"""Enrolling the first people: who, in which roles, a password, and an app that scans a code and answers with its first.

The code's secret is made anew for each person, and what was typed is forgotten when they are enrolled.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from terminal.staff.one_time import enrolment_uri, new_secret
from terminal.staff.people import Role, enrolment_faults
from terminal.staff.signing_in import Claim
from ui.setup.entry import Entry
from ui.setup.held_part import HeldPart
from ui.setup.qr_picture import QrPicture
from ui.setup.trying import NewPerson
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words


class PeoplePart(QWidget):
    """The page of the people. `wanted` carries a `NewPerson` or `NewHeld`; `desk` is what their apps call this desk."""

    wanted = Signal(object)

    def __init__(self, words: Words, desk: str, *, has_passphrase: bool) -> None:
        super().__init__()
        self._desk = desk
        self._id, self._name, self._code = (Entry(key, words) for key in ("id", "name", "code"))
        self._password, self._again = (Entry(key, words, is_secret=True) for key in ("password", "again"))
        self._store = Entry("store", words, is_secret=True)
        self._store.setVisible(has_passphrase)
        self._by = Entry("by", words)
        self._by_password, self._by_code = (Entry(key, words, is_secret=True) for key in ("by_password", "by_code"))
        self._roles = {role: button("chip", words[f"role.{role}"], is_checkable=True) for role in Role}
        for role, ticked in self._roles.items():
            ticked.setAccessibleDescription(words[f"duty.{role}"])
        self._picture = QrPicture()
        self._picture.setAccessibleName(words["roles.picture"])
        self._secret = label("caption")
        self._secret_words = words["roles.secret"]
        self._enrol = button("secondary", words["roles.enrol"])
        self._signing = panel("notice")
        self._held = HeldPart(words, self._claim_of_it)
        self._held.wanted.connect(self.wanted)
        self._arrange(words)
        self.show_sign_in(is_needed=False)
        self._id.line.textChanged.connect(lambda _: self._draw())
        self._enrol.clicked.connect(self._tell)
        self.begin()

    @property
    def passphrase(self) -> str:
        """What opens the store, where a passphrase does."""
        return self._store.text

    def begin(self) -> None:
        """Forgets the last person, and has a new code ready."""
        self._new_secret = new_secret()
        for entry in (self._id, self._name, self._password, self._again, self._code, self._by_code):
            entry.line.clear()
        for ticked in self._roles.values():
            ticked.setChecked(False)
        self._held.begin()
        self._draw()

    def show_sign_in(self, *, is_needed: bool) -> None:
        """Asks, or not, who of IT enrols."""
        self._signing.setVisible(is_needed)

    def _draw(self) -> None:
        id_ = self._id.text.strip()
        is_fit = not enrolment_faults(id_, "-", [Role.RECEPTIONIST])
        self._picture.show_text(enrolment_uri(self._new_secret, id_, self._desk) if is_fit else "")
        groups = (self._new_secret[at : at + 4] for at in range(0, len(self._new_secret), 4))
        self._secret.setText(self._secret_words.format(secret=" ".join(groups)))
        for part in (self._picture, self._secret):
            part.setVisible(is_fit)
        self._none_yet.setVisible(not is_fit)

    def _tell(self) -> None:
        roles = frozenset(role for role, ticked in self._roles.items() if ticked.isChecked())
        typed = (self._password.text, self._again.text, self._new_secret, self._code.text.strip())
        self.wanted.emit(NewPerson(self._id.text.strip(), self._name.text.strip(), roles, *typed, self._claim_of_it()))

    def _claim_of_it(self) -> Claim:
        return Claim(self._by.text.strip(), self._by_password.text, self._by_code.text.strip())

    def _arrange(self, words: Words) -> None:
        signing = QVBoxLayout(self._signing)
        signing.addWidget(label("body", words["roles.by"]))
        for entry in (self._by, self._by_password, self._by_code):
            signing.addWidget(entry)
        roles = QGridLayout()
        for at, (role, ticked) in enumerate(self._roles.items()):
            roles.addWidget(ticked, at, 0)
            roles.addWidget(label("caption", words[f"duty.{role}"]), at, 1)
        roles.setColumnStretch(1, 1)
        self._none_yet = label("body", words["roles.none_yet"])
        left, right = QVBoxLayout(), QVBoxLayout()
        for part in (self._store, self._signing, self._id, self._name, label("strong", words["roles.roles"])):
            left.addWidget(part)
        left.addLayout(roles)
        for part in (self._password, self._again):
            left.addWidget(part)
        left.addStretch(1)
        scan = label("strong", words["roles.scan"])
        for each in (scan, self._none_yet, self._picture, self._secret, self._code, self._enrol):
            right.addWidget(each)
        right.addWidget(self._held)
        right.addStretch(1)
        columns = QHBoxLayout(self)
        columns.addLayout(left, 3)
        columns.addLayout(right, 2)
