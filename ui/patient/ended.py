"""The check-in has ended: confirmed, taken in for now, or someone will help. Three looks that cannot be mistaken.

Nothing of the person or the insurance is shown here: whoever stands behind may read along.
"""

from typing import assert_never

from PySide6.QtWidgets import QWidget

from terminal.events import PatientLeft
from terminal.problems import Problem
from terminal.states import Confirmed, Ended, Provisional, Stopped, TurnedAway, Unconfirmed, Withheld
from ui.patient.badge import Badge
from ui.patient.laid_picture import DRAWN, LaidPicture
from ui.patient.screen import Heard, Say, Screen, kindly, word
from ui.speech.line import Line, line
from ui.words.catalogue import Words
from ui.words.laid import for_laid

FOR_THE_PATIENT = (Problem.CERTIFICATE_ENDS_SOON, Problem.CERTIFICATE_IN_GRACE)


class EndedScreen(Screen):
    """Shows `Confirmed`, `Provisional`, `Unconfirmed`, `Withheld`, `TurnedAway` and `Stopped`."""

    def __init__(self, state: Ended, words: Words) -> None:
        look, sentences, after = told(state)
        # what stopped says its own next step, such as to lay the card again, and that alone
        heading = kindly(state.problem, state) if isinstance(state, Stopped) else word(f"{look}.title")
        super().__init__(words, heading)
        self.main_action = self.press("primary", word("ended.finish"), PatientLeft())
        self.notice(
            look,
            _sign(state, look),
            self.text("title", heading, is_centred=True),
            *(self.text("body", each, is_centred=True, heard=Heard.PRIVATELY) for each in sentences),
            *(() if after is None else (self.text("strong", after, is_centred=True),)),
        )

    def prompts(self) -> list[Line]:
        """Only the end is left."""
        return [line(self.words, "ear.finish")]

    def accept(self) -> bool:
        """Seen, or heard."""
        self.tell(PatientLeft())
        return True


class ReceptionScreen(Screen):
    """What stands once the patient has left an end about which reception has more to do: nothing of that patient."""

    def __init__(self, state: Ended, words: Words) -> None:
        super().__init__(words, word("refused.title"))
        self.notice(
            "notice",
            Badge("notice"),
            self.text("title", word("refused.title"), is_centred=True),
            self.text("strong", word(for_laid("refused.next", state)), is_centred=True),
        )


def _sign(state: Ended, look: str) -> QWidget:
    """What lay there, where that is what there is to see; else the badge of the look."""
    if isinstance(state, Stopped) and state.problem in DRAWN:
        return LaidPicture(state.problem)
    return Badge(look)


def told(state: Ended) -> tuple[str, list[Say], Say | None]:
    """How an end looks, what is said of it, and what comes next where that does not say so itself."""
    match state:
        case Confirmed():
            notes = [kindly(note, state) for note in state.notes if note in FOR_THE_PATIENT]
            return "confirmed", [word(for_laid("confirmed.body", state)), *notes], word("confirmed.next")
        case Provisional():
            return "provisional", [word("provisional.body")], word(for_laid("provisional.next", state))
        case Unconfirmed() | Withheld() | TurnedAway():
            return "refused", [kindly(state.reason, state)], word(for_laid("refused.next", state))
        case Stopped():
            return "refused", [], None
        case _:
            assert_never(state)
