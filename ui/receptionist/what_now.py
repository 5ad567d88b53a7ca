"""What to do when a check-in does not go its usual way: a case, then a reason, and no more than three taps in all.

The cases stand in one order under one digit each, whatever is under way; one that has to wait says for what.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from terminal.attendance import (
    PROXIES,
    Attendance,
    Emergency,
    EmergencyReason,
    Guardian,
    GuardianProof,
    Helper,
    LookReason,
    Place,
    Proxy,
)
from terminal.events import Attended, Event, LookChosen, Vouched
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    Ended,
    Idle,
    MatchingFace,
    State,
    card_of,
)
from ui.theme.parts import button, dress, label, panel
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

CASES = ("look", "infant", "helper", "proxy", "emergency", "no_card", "visiting")
WIDTH = 620


@dataclass(frozen=True)
class Choice:
    """One press: its words' key, and what it does: an event of the check-in, or the form, or a round of visits."""

    key: str
    does: "Event | Place | None"  # None: the form for whoever has no card


def choices(case: str, state: State) -> tuple[Choice, ...]:
    """What can be chosen in a case now; none while it has to wait."""
    match case, state:
        case "look", MatchingFace(look=None):
            return tuple(Choice(f"look.{why}", LookChosen(why)) for why in LookReason)
        case "infant", AwaitingOperator(holder=holder) if holder.portrait is None:
            return tuple(Choice(f"guardian.{proof}", Vouched(Guardian(proof))) for proof in GuardianProof)
        case "helper", AwaitingCardCode() | AwaitingPhonePin() | AwaitingOperator() | AwaitingConsent():
            card = card_of(state)
            place = card.attendance.place if card else Place.CLINIC
            there = [(f"helper.{who}", Attendance(who, place)) for who in Helper]
            there.append(("helper.nobody", Attendance(None, place)))
            return tuple(Choice(key, Attended(attendance)) for key, attendance in there)
        case "proxy", MatchingFace() | AwaitingOperator():
            return tuple(Choice(f"proxy.{who}", Vouched(Proxy(who))) for who in PROXIES)
        case "emergency", MatchingFace() | AwaitingOperator() | AwaitingConsent():
            return tuple(Choice(f"emergency.{why}", Vouched(Emergency(why))) for why in EmergencyReason)
        case "no_card", _ if isinstance(state, Idle | Ended):
            return (Choice("by_number.open", None),)
        case "visiting", _:
            return tuple(Choice(f"visiting.{place}", place) for place in Place)
        case _:
            return ()


def waits_for(case: str, state: State) -> str:
    """Under which word stands why a case cannot be chosen: mostly its own."""
    is_late = isinstance(state, AwaitingConsent) and case in ("look", "proxy")
    return "verified" if is_late else case


class WhatNow(QDialog):
    """The cases, or with `case` at once what can be chosen in it. It closes itself when something was chosen."""

    happened = Signal(object)
    number_wanted = Signal()
    round_wanted = Signal(object)

    def __init__(self, state: State, words: Words, parent: QWidget, case: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._state, self._words = state, words
        self.setWindowTitle(words["what_now.title"])
        self._whole = QVBoxLayout(self)
        self._page: QWidget = QWidget()
        self._whole.addWidget(self._page)
        self.setMinimumWidth(WIDTH)
        if case:
            self._choose_case(case)
        else:
            self._show_cases()

    def _show_cases(self) -> None:
        rows = QGridLayout()
        for row, case in enumerate(CASES):
            can_now = bool(choices(case, self._state))
            made = self._numbered(row, f"case.{case}")
            made.setEnabled(can_now)
            made.clicked.connect(lambda _=False, case=case: self._choose_case(case))
            rows.addWidget(made, row, 0)
            told = f"case_does.{case}" if can_now else f"case_waits.{waits_for(case, self._state)}"
            rows.addWidget(label("caption", self._words[told]), row, 1)
        rows.setColumnStretch(1, 1)
        self._put("what_now.title", rows)

    def _choose_case(self, case: str) -> None:
        found = choices(case, self._state)
        if len(found) == 1:
            self._take(found[0])
            return
        rows = QGridLayout()
        for row, choice in enumerate(found):
            made = self._numbered(row, choice.key)
            made.clicked.connect(lambda _=False, choice=choice: self._take(choice))
            rows.addWidget(made, row, 0)
        self._put(f"case_asks.{case}", rows)

    def _take(self, choice: Choice) -> None:
        self.accept()
        match choice.does:
            case None:
                self.number_wanted.emit()
            case Place() as place:
                self.round_wanted.emit(place)
            case event:
                self.happened.emit(event)

    def _numbered(self, row: int, key: str) -> QPushButton:
        made = button("secondary", f"{row + 1}  {self._words[key]}")
        made.setShortcut(str(row + 1))
        return made

    def _put(self, title: str, rows: QGridLayout) -> None:
        before, self._page = self._page, panel("page")
        column = QVBoxLayout(self._page)
        column.addWidget(label("title", self._words[title]))
        column.addLayout(rows)
        back = button("chip", self._words["what_now.close"])
        back.clicked.connect(self.reject)
        column.addWidget(back)
        self._whole.replaceWidget(before, self._page)
        before.hide()
        before.deleteLater()
        self._page.show()
        dress(self, theme(RECEPTION, language=self._words.language))
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # or the sizes would be those before the style sheet
        column.invalidate()
        self._whole.activate()
        self.resize(self.sizeHint())
        self._page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._page.setFocus()  # so that nothing is chosen by a key that was meant for something else
