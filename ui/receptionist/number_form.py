"""Someone without a card: the numbers of a 資格確認書 are typed here, and looked at while they are typed.

What cannot be right goes nowhere, and a 個人番号 least of all. Nothing that was typed outlives the form.
"""

import secrets
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from terminal.eligibility.number_query import MOST_CHARACTERS, Look, Typed, look
from terminal.era import western_digits
from terminal.events import NumbersEntered
from terminal.people import Consent, Paper
from ui.theme.fields import Choice, Tick
from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

WIDTH, HEIGHT = 640, 600
WESTERN = ""
ERAS = (WESTERN, "令和", "平成", "昭和", "大正", "明治")
FIELDS = ("insurer_number", "symbol", "number", "branch")
_MOST = {"insurer_number": 12, "branch": 4}  # with room for separators


class NumberForms(QObject):
    """The one form that is open, made anew each time. `entered` carries what it carries."""

    entered = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._form: NumberForm | None = None
        self._is_free = True

    def set_free(self, is_free: bool) -> None:
        """Whether somebody can be asked about now."""
        self._is_free = is_free
        if self._form:
            self._form.set_free(is_free)

    def open(self, words: Words, today: date) -> None:
        """Shows the form; open already, it comes to the front."""
        if self._form is None:
            self._form = form = NumberForm(words, today, self._window)
            form.set_free(self._is_free)
            form.entered.connect(self.entered)
            form.finished.connect(self._close)
        self._form.show()
        self._form.raise_()

    def _close(self) -> None:
        """Nothing that was typed stays."""
        if self._form:
            self._form.deleteLater()
            self._form = None


class NumberForm(QDialog):
    """`entered` carries the event once all is right and someone asks. `today` is the desk's."""

    entered = Signal(object)

    def __init__(self, words: Words, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._today = words, today
        self._is_free = True
        self.setWindowTitle(words["by_number.title"])
        self.fields = {name: QLineEdit() for name in FIELDS}
        self.era = Choice()
        self.birth = [QLineEdit() for _ in range(3)]
        self.limit_amount = Tick(words["by_number.limit_amount"])
        self.told = label("strong")
        self.send = button("primary", words["by_number.send"])
        self._arrange()
        for typed in (*self.fields.values(), *self.birth):
            typed.textChanged.connect(self._look)
            typed.returnPressed.connect(self._enter)
        self.era.currentIndexChanged.connect(self._look)
        self.send.clicked.connect(self._enter)
        self._look()
        dress(self, theme(RECEPTION, language=words.language))
        self.resize(WIDTH, HEIGHT)

    def set_free(self, is_free: bool) -> None:
        """Whether somebody can be asked about now: not while another check-in is under way."""
        self._is_free = is_free
        self._look()

    def looked(self) -> Look:
        """What the fields as they stand come to."""
        year, month, day = (part.text() for part in self.birth)
        born = western_digits(ERAS[self.era.currentIndex()], year, month, day)
        insurer, symbol, number, branch = (self.fields[name].text() for name in FIELDS)
        return look(Typed(insurer, symbol, number, branch, born), self._today)

    def _look(self) -> None:
        seen, words = self.looked(), self._words
        wrongs = [words[f"wrong.{wrong}"] for wrong in seen.wrong]
        missing = "・".join(words[f"part.{part}"] for part in seen.missing)
        if not self._is_free:
            told = words["by_number.busy"]
        elif wrongs:
            told = "\n".join(f"! {wrong}" for wrong in wrongs)
        else:
            told = words.format("by_number.missing", parts=missing) if missing else words["by_number.ready"]
        self.told.setText(told)
        self.send.setEnabled(self._is_free and seen.insured is not None)

    def _enter(self) -> None:
        insured = self.looked().insured
        if insured is None or not self._is_free:
            return
        consents = frozenset({Consent.LIMIT_AMOUNT}) if self.limit_amount.isChecked() else frozenset[Consent]()
        self.entered.emit(NumbersEntered(Paper(secrets.token_hex(16), insured), consents))
        self.accept()

    def _arrange(self) -> None:
        words, page = self._words, panel("page")
        whole = QVBoxLayout(self)
        whole.addWidget(page)
        column = QVBoxLayout(page)
        column.addWidget(label("body", words["by_number.intro"]))
        grid = QGridLayout()
        grid.setObjectName("close")
        for at, (name, typed) in enumerate(self.fields.items()):
            typed.setMaxLength(_MOST.get(name, MOST_CHARACTERS + 10))
            typed.setAccessibleName(words[f"by_number.{name}"])
            grid.addWidget(label("caption", words[f"by_number.{name}"]), at, 0)
            grid.addWidget(typed, at, 1)
        grid.addWidget(label("caption", words["by_number.birth_date"]), len(FIELDS), 0)
        grid.addLayout(self._born(), len(FIELDS), 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addWidget(self.limit_amount)
        column.addWidget(self.told)
        column.addStretch(1)
        buttons = QHBoxLayout()
        close = button("secondary", words["by_number.close"])
        close.clicked.connect(self.reject)
        buttons.addWidget(close)
        buttons.addWidget(self.send, 1)
        column.addLayout(buttons)
        self.told.setMinimumHeight(3 * RECEPTION.body * 2)  # so that nothing moves while someone types

    def _born(self) -> QHBoxLayout:
        parts = QHBoxLayout()
        parts.setObjectName("close")
        for era in ERAS:
            self.era.addItem(era or self._words["by_number.western"])
        self.era.setAccessibleName(self._words["by_number.era"])
        parts.addWidget(self.era)
        for typed, name in zip(self.birth, ("year", "month", "day"), strict=True):
            typed.setMaxLength(4 if name == "year" else 2)
            typed.setAccessibleName(self._words[f"by_number.{name}"])
            parts.addWidget(typed, 1)
            parts.addWidget(label("caption", self._words[f"by_number.{name}"]))
        return parts
