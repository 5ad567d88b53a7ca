"""The machine is at work: what it does, that the card stays or may go, and what it does not read."""

from terminal.states import CheckingEligibility, CheckingPin, OpeningPhone, ReadingCard, ReadingHolder
from ui.patient.busy_ring import BusyRing
from ui.patient.screen import Screen, word
from ui.words.catalogue import Words
from ui.words.laid import for_laid

Working = ReadingCard | ReadingHolder | OpeningPhone | CheckingPin | CheckingEligibility
KEYS = {
    ReadingCard: "reading_card",
    ReadingHolder: "reading_holder",
    CheckingPin: "checking_pin",
    OpeningPhone: "opening_phone",
    CheckingEligibility: "checking_eligibility",
}


class WorkingScreen(Screen):
    """Shows what the machine does; the states differ in words only."""

    def __init__(self, state: Working, words: Words) -> None:
        key = KEYS[type(state)]
        note = for_laid(f"{key}.note", state) if isinstance(state, CheckingEligibility) else f"{key}.note"
        super().__init__(words, word(f"{key}.title"))
        column = self.column(
            BusyRing(),
            self.text("title", word(f"{key}.title"), is_centred=True),
            self.text("body", word(f"{key}.body"), is_centred=True),
            self.text("caption", word(note), is_centred=True),
        )
        column.insertStretch(0, 1)
        column.addStretch(1)
