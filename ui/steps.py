"""The four steps of a check-in, as both windows show them."""

from typing import assert_never

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    Idle,
    MatchingFace,
    OpeningPhone,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
)
from ui.theme.parts import label, panel, set_mark
from ui.words.catalogue import Words

STEPS = ("card", "identity", "consent", "done")


class Steps(QWidget):
    """The four steps, the present one marked."""

    def __init__(self) -> None:
        super().__init__()
        self._marks = {step: label("mark", str(number), is_centred=True) for number, step in enumerate(STEPS, 1)}
        self._names = {step: label("chip") for step in STEPS}
        row = QHBoxLayout(self)
        row.setObjectName("close")
        row.addStretch(2)
        for step in STEPS:
            if step != STEPS[0]:
                rule = panel("rule")
                rule.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                row.addWidget(rule, 1)
            self._names[step].setWordWrap(False)
            row.addWidget(self._marks[step])
            row.addWidget(self._names[step])
        row.addStretch(2)

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        for step, name in self._names.items():
            name.setText(words[f"steps.{step}"])

    def show_step(self, now: str | None) -> None:
        """Marks the present step; None marks no step."""
        for step in STEPS:
            set_mark(self._marks[step], "is_now", step == now)
            set_mark(self._names[step], "is_now", step == now)


def step_of(state: State) -> str | None:
    """Which of the four steps a state belongs to; None for an end that is not the last step."""
    match state:
        case Idle() | ReadingCard() | AwaitingCardCode() | ReadingHolder():
            return "card"
        case ConfirmingLastTry(work):
            return step_of(work)
        case MatchingFace() | AwaitingOperator() | CheckingPin() | AwaitingPhonePin() | OpeningPhone():
            return "identity"
        case AwaitingConsent() | CheckingEligibility():
            return "consent"
        case Confirmed() | Provisional():
            return "done"
        case Unconfirmed() | Withheld() | TurnedAway() | Stopped():
            return None
        case _:
            assert_never(state)
