"""The receptionist will look. Meanwhile the holder may type the PIN, unless it is locked."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from terminal.events import Event, FaceRetried, PinEntered
from terminal.problems import Problem
from terminal.states import AwaitingOperator
from ui.patient.badge import Badge
from ui.patient.code_screen import CodeScreen
from ui.patient.screen import Heard, Screen, kindly, word
from ui.speech.line import Line, line
from ui.words.catalogue import Words

PIN_DIGITS = 4
NO_CAMERA_WILL_HELP = {Problem.PHOTO_ABSENT, Problem.PHOTO_UNUSABLE, Problem.CAMERA_ABSENT, Problem.FACE_ENGINE_FAILED}


class OperatorScreen(Screen):
    """Shows `AwaitingOperator` where a PIN is out of the question."""

    def __init__(self, state: AwaitingOperator, words: Words) -> None:
        super().__init__(words, word("operator.title"))
        self.notice("notice", Badge("notice"), *_texts(self, state, is_centred=True))
        self.main_action = self.retry = _retry(self, state, "secondary")

    def prompts(self) -> list[Line]:
        """The camera again, where it could help."""
        return [line(self.words, "ear.retry")] if self.retry else super().prompts()

    def accept(self) -> bool:
        """The camera again, where it could help."""
        return _retried(self.retry)


class PinScreen(CodeScreen):
    """Shows `AwaitingOperator` where a PIN may be typed."""

    def __init__(self, state: AwaitingOperator, words: Words) -> None:
        super().__init__(words, word("operator.title"), PIN_DIGITS)
        self.main_action = self.send
        boxes = QHBoxLayout()
        boxes.addWidget(self.code)
        boxes.addStretch(1)
        boxes.addWidget(self.reveal)
        self.retry = _retry(self, state, "chip")
        if self.retry:
            boxes.addWidget(self.retry)
        column = self.column(*_texts(self, state), share=3)
        column.addStretch(1)
        column.addWidget(self.text("strong", word("operator.pin_title")))
        column.addLayout(boxes)
        column.addWidget(self.tries(state.card.pin_tries))
        self.column(self.keypad, share=2)

    def event_of(self, digits: str) -> Event:
        """The PIN, entered."""
        return PinEntered(digits)

    def prompts(self) -> list[Line]:
        """The digits, or as long as there are none the camera again."""
        is_offered = self.retry is not None and not self.code.digits
        return [*super().prompts(), *([line(self.words, "ear.retry")] if is_offered else [])]

    def accept(self) -> bool:
        """Sends the PIN; before the first digit the camera again."""
        return (not self.code.digits and _retried(self.retry)) or super().accept()


def _retried(retry: QPushButton | None) -> bool:
    if retry is None:
        return False
    retry.click()
    return True


def has_pin(state: AwaitingOperator) -> bool:
    """Whether a PIN may be typed: it is not locked."""
    return state.card.pin_tries != 0 and state.refused is not Problem.PIN_LOCKED


def _texts(screen: Screen, state: AwaitingOperator, *, is_centred: bool = False) -> list[QLabel]:
    role, problem = ("strong", state.refused) if state.refused else ("body", state.reason)
    return [
        screen.text("title", word("operator.title"), is_centred=is_centred),
        screen.text(role, kindly(problem, state), is_centred=is_centred, heard=Heard.PRIVATELY),
        screen.text("caption", word("operator.body"), is_centred=is_centred),
    ]


def _retry(screen: Screen, state: AwaitingOperator, kind: str) -> QPushButton | None:
    if state.holder.portrait is None or state.reason in NO_CAMERA_WILL_HELP:
        return None
    return screen.press(kind, word("operator.retry_face"), FaceRetried())
