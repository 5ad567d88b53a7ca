"""The last try of a code: asked once more before it is sent, with equal weight for yes and no."""

from PySide6.QtWidgets import QHBoxLayout

from terminal.events import LastTryConfirmed, LastTryDeclined
from terminal.states import ConfirmingLastTry, ReadingHolder
from ui.patient.badge import Badge
from ui.patient.screen import Heard, Screen, word
from ui.speech.line import Line, line
from ui.words.catalogue import Words
from ui.words.laid import for_laid


class LastTryScreen(Screen):
    """Shows `ConfirmingLastTry`."""

    def __init__(self, state: ConfirmingLastTry, words: Words) -> None:
        super().__init__(words, word("last_try.title"))
        locked = "last_try.card_code" if isinstance(state.work, ReadingHolder) else for_laid("last_try.pin", state)
        self.notice(
            "notice",
            Badge("notice"),
            self.text("title", word("last_try.title"), is_centred=True, heard=Heard.PRIVATELY),
            self.text("body", word(locked), is_centred=True, heard=Heard.PRIVATELY),
        )
        self.use = self.press("secondary", word("last_try.use"), LastTryConfirmed())
        self.keep = self.press("secondary", word("last_try.keep"), LastTryDeclined())
        choice = QHBoxLayout()
        choice.addWidget(self.keep)
        choice.addWidget(self.use)
        self.column(choice)

    def set_portrait(self, is_portrait: bool) -> None:
        """The answers stand below the question on every window, as wide as each other."""
        super().set_portrait(True)

    def prompts(self) -> list[Line]:
        """Yes or no."""
        return [line(self.words, "ear.yes_or_no")]

    def accept(self) -> bool:
        """The last try is to be used."""
        self.use.click()
        return True

    def decline(self) -> bool:
        """It is to be kept."""
        self.keep.click()
        return True
