"""Ready for the next patient: lay the card. Or, with a problem: please wait."""

from PySide6.QtWidgets import QVBoxLayout

from terminal.states import Idle
from ui.patient.laying_picture import LayingPicture
from ui.patient.screen import Heard, Screen, kindly, word
from ui.speech.line import Line
from ui.words.catalogue import Words


class IdleScreen(Screen):
    """Shows `Idle`."""

    offers_languages = True

    def __init__(self, state: Idle, words: Words) -> None:
        super().__init__(words, word("idle.title" if state.problem is None else "idle.unavailable"))
        self._whole: QVBoxLayout | None = None
        if state.problem is None:
            picture = LayingPicture()
            self.say(word("idle.picture"), picture.setAccessibleName)
            other = self.text("body", word("idle.other_language"), is_centred=True, heard=Heard.NOT)
            other.setProperty("in_language", "en")  # a typeface with the tails of g and y, and Japanese too
            self._whole = self.column(picture, self.text("title", word("idle.title"), is_centred=True), other)
            self._whole.addStretch()
            self._whole.setStretchFactor(picture, 3)
        else:
            self.notice(
                "notice",
                self.text("title", word("idle.unavailable"), is_centred=True),
                self.text("body", kindly(state.problem, state), is_centred=True),
                self.text("body", word("idle.unavailable_next"), is_centred=True),
            )

    def set_portrait(self, is_portrait: bool) -> None:
        """On a tall window the words stand nearer to the picture than to the window's foot."""
        super().set_portrait(is_portrait)
        if self._whole is not None:
            self._whole.setStretch(self._whole.count() - 1, int(is_portrait))

    def prompts(self) -> list[Line]:
        """Nothing is to be pressed: a card is to be laid."""
        return []
