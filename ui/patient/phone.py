"""A phone lies on the reader: its PIN opens it. There is no card code to type, and no photo to compare."""

from PySide6.QtWidgets import QHBoxLayout

from terminal.events import Event, PinEntered
from terminal.states import AwaitingPhonePin
from ui.patient.code_screen import CodeScreen
from ui.patient.operator import PIN_DIGITS
from ui.patient.screen import Heard, kindly, word
from ui.words.catalogue import Words


class PhonePinScreen(CodeScreen):
    """Shows `AwaitingPhonePin`."""

    def __init__(self, state: AwaitingPhonePin, words: Words) -> None:
        super().__init__(words, word("phone.title"), PIN_DIGITS)
        self.main_action = self.send
        boxes = QHBoxLayout()
        boxes.addWidget(self.code)
        boxes.addStretch(1)
        boxes.addWidget(self.reveal)
        said = (
            self.text("strong", kindly(state.refused, state), heard=Heard.PRIVATELY)
            if state.refused
            else self.text("body", word("phone.body"))
        )
        column = self.column(self.text("title", word("phone.title")), said, share=3)
        column.addStretch(1)
        column.addLayout(boxes)
        column.addWidget(self.tries(state.card.pin_tries, "phone"))
        self.column(self.keypad, share=2)

    def event_of(self, digits: str) -> Event:
        """The PIN, entered."""
        return PinEntered(digits)
