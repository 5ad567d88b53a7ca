"""Ready for the next patient: lay the card. Or, with a problem: please wait."""

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
        if state.problem is None:
            picture = LayingPicture()
            self.say(word("idle.picture"), picture.setAccessibleName)
            column = self.column(
                self.text("title", word("idle.title"), is_centred=True),
                self.text("body", word("idle.other_language"), is_centred=True, heard=Heard.NOT),
            )
            column.insertWidget(0, picture, 1)
        else:
            self.notice(
                "notice",
                self.text("title", word("idle.unavailable"), is_centred=True),
                self.text("body", kindly(state.problem), is_centred=True),
                self.text("body", word("idle.unavailable_next"), is_centred=True),
            )

    def prompts(self) -> list[Line]:
        """Nothing is to be pressed: a card is to be laid."""
        return []
