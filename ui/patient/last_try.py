"""The last try of a code: asked once more before it is sent, with equal weight for yes and no."""

from PySide6.QtWidgets import QHBoxLayout

from terminal.events import LastTryConfirmed, LastTryDeclined
from terminal.states import ConfirmingLastTry, ReadingHolder
from ui.patient.badge import Badge
from ui.patient.screen import Screen, word
from ui.words.catalogue import Words


class LastTryScreen(Screen):
    """Shows `ConfirmingLastTry`."""

    def __init__(self, state: ConfirmingLastTry, words: Words) -> None:
        super().__init__(words, word("last_try.title"))
        what = "card_code" if isinstance(state.work, ReadingHolder) else "pin"
        self.notice(
            "notice",
            Badge("notice"),
            self.text("title", word("last_try.title"), is_centred=True),
            self.text("body", word(f"last_try.{what}"), is_centred=True),
        )
        self.use = self.press("secondary", word("last_try.use"), LastTryConfirmed())
        self.keep = self.press("secondary", word("last_try.keep"), LastTryDeclined())
        choice = QHBoxLayout()
        choice.addWidget(self.keep)
        choice.addWidget(self.use)
        self.column(choice)
