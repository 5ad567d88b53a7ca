"""A round of visits outside of the clinic: residents one after another, the reader carried along.

Whoever is there is noted with each card anew, so that nothing of one resident is there for the next.
"""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.attendance import ALONE, Attendance, Helper, Place
from terminal.events import Attended
from terminal.states import AwaitingCardCode, AwaitingConsent, AwaitingOperator, AwaitingPhonePin, State, card_of
from terminal.visits import Visit
from ui.receptionist.day import numbers
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words


@dataclass(frozen=True)
class Round:
    """Where it is, since when, and up to which card somebody was noted."""

    place: Place
    since: datetime
    noted: str = ""

    @property
    def attendance(self) -> Attendance:
        """Who is there: in a home for the aged its staff, at somebody's home their family."""
        return Attendance(Helper.CARER if self.place is Place.CARE_HOME else Helper.FAMILY, self.place)

    def to_note(self, state: State) -> Attended | None:
        """What is to be said of a card at its first wait; None where it was said, or cannot be said yet."""
        card = card_of(state)
        is_wait = isinstance(state, AwaitingCardCode | AwaitingPhonePin | AwaitingOperator | AwaitingConsent)
        if card is None or not is_wait or card.attendance != ALONE or card.insertion == self.noted:
            return None
        return Attended(self.attendance)


class RoundBar(QWidget):
    """Says how far a round has come; `ended` when it is over."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        frame = panel("notice")
        self._said = label("strong")
        self._how = label("body")
        self._end = button("secondary")
        told = QVBoxLayout()
        told.setObjectName("tight")
        told.addWidget(self._said)
        told.addWidget(self._how)
        row = QHBoxLayout(frame)
        row.addLayout(told, 1)
        row.addWidget(self._end)
        QHBoxLayout(self).addWidget(frame)
        self._end.clicked.connect(self.ended)
        self.hide()

    def show_round(self, going: Round | None, visits: tuple[Visit, ...], words: Words) -> None:
        """Says it, or is hidden while there is none."""
        self.setVisible(going is not None)
        if going is None:
            return
        so_far = numbers(tuple(visit for visit in visits if visit.started_at >= going.since))
        self._said.setText(words.format("round.said", place=words[f"visiting.{going.place}"], **so_far))
        self._how.setText(words["round.how"])
        self._end.setText(words["round.end"])
