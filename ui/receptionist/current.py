"""The check-in that is under way, or the one chosen in the list: what it is, what comes next, and what to press.

Made anew for each state, so that nothing of one patient is there for the next.
"""

from dataclasses import replace

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeySequence, QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.comparison.compare import verdict
from terminal.comparison.likeness import Verdict
from terminal.coverage import SecondSource
from terminal.events import (
    Cancelled,
    CardCodeEntered,
    Dismissed,
    DoubtSettled,
    Event,
    FaceRetried,
    LastTryConfirmed,
    LastTryDeclined,
    OperatorRecognised,
    OperatorRefused,
)
from terminal.ports import Camera
from terminal.states import (
    AwaitingCardCode,
    AwaitingOperator,
    Confirmed,
    ConfirmingLastTry,
    Ended,
    Idle,
    MatchingFace,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Unproved,
    Withheld,
    ladder_of,
)
from ui.hint import HintLine
from ui.preview import Preview
from ui.receptionist.facts import Fact, Shown
from ui.receptionist.ladder import LadderPart
from ui.receptionist.receipt import ReceiptPart
from ui.receptionist.still import Still
from ui.theme.parts import button, label, panel
from ui.theme.tokens import RECEPTION
from ui.words.catalogue import Words

SMALLEST_PICTURE_PX = 130
CARD_CODE = QRegularExpression(r"\d{14}")


class Current(QWidget):
    """One state. With `is_live` it can be acted on; `happened` carries what was pressed."""

    happened = Signal(object)
    number_wanted = Signal()
    sheet_wanted = Signal()

    def __init__(self, state: State, said: Shown, words: Words, camera: Camera, *, is_live: bool) -> None:
        super().__init__()
        self._words = words
        self.hint: HintLine | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        is_climbing = is_live and ladder_of(state) is not None  # the ladder says by now what comes next
        whole.addWidget(self._answer(replace(said, next_step="") if is_climbing else said))
        if is_live:
            match state:
                case AwaitingOperator():
                    whole.addWidget(self._visual_check(state, camera), 1)
                case MatchingFace():
                    self.hint = HintLine("strong", words)
                    whole.addWidget(self.hint.text)
                case AwaitingCardCode():
                    whole.addLayout(self._card_code())
                case Withheld(held=Confirmed() | Unconfirmed()) if verdict(state.comparison) is Verdict.DOUBTFUL:
                    whole.addWidget(self._second_source())
                case ConfirmingLastTry():
                    row = QHBoxLayout()
                    row.addWidget(self._press("secondary", "last_try.keep", "F4", LastTryDeclined()))
                    row.addWidget(self._press("secondary", "last_try.use", "F2", LastTryConfirmed()))
                    whole.addLayout(row)
                case Unconfirmed() | TurnedAway() | Stopped():
                    whole.addWidget(self._ladder(state))
                case Confirmed(receipt=standing) if standing is not None:
                    receipt = ReceiptPart(standing, words)
                    receipt.happened.connect(self.happened)
                    whole.addWidget(receipt)
                case _:
                    pass
        whole.addStretch(1)
        if is_live and (last := self._last_button(state)):
            whole.addWidget(last)

    def _answer(self, said: Shown) -> QFrame:
        frame = panel(said.tone)
        column = QVBoxLayout(frame)
        column.addWidget(label("title", f"{said.mark} {said.title}"))
        if said.next_step:
            column.addWidget(label("strong", said.next_step))
        if said.facts:
            column.addLayout(_pairs(said.facts))
        if said.compared:
            column.addWidget(label("strong", self._words["current.compared"]))
            column.addLayout(_pairs(said.compared))
        for note in said.notes:
            column.addWidget(label("body", f"・{note}"))
        return frame

    def _visual_check(self, state: AwaitingOperator, camera: Camera) -> QFrame:
        frame = panel("card")
        column = QVBoxLayout(frame)
        column.addWidget(label("strong", self._words["visual.title"]))
        pictures = QHBoxLayout()
        photo = state.face.portrait if state.face else None
        if photo:
            pictures.addLayout(_captioned(Still(photo), self._words["visual.photo"]), 1)
        else:
            pictures.addWidget(label("body", self._words["visual.no_photo"]), 1)
        live = Preview(camera, is_mirror=False)
        live.set_caption(self._words["visual.no_camera"])
        live.setMinimumSize(SMALLEST_PICTURE_PX, SMALLEST_PICTURE_PX)
        pictures.addLayout(_captioned(live, self._words["visual.live"]), 1)
        column.addLayout(pictures, 1)
        row = QHBoxLayout()
        row.addWidget(self._press("secondary", "visual.same", "F2", OperatorRecognised()))
        row.addWidget(self._press("secondary", "visual.not_same", "F4", OperatorRefused()))
        column.addLayout(row)
        if state.holder.portrait is not None:
            column.addWidget(self._press("secondary", "visual.again", "F6", FaceRetried()))
        return frame

    def _second_source(self) -> QFrame:
        frame = panel("card")
        column = QVBoxLayout(frame)
        column.addWidget(label("strong", self._words["settle.title"]))
        rows = QGridLayout()
        for number, source in enumerate(SecondSource):
            settled = self._press("secondary", f"settle.{source}", f"Ctrl+{number + 1}", DoubtSettled(source))
            rows.addWidget(settled, number // 2, number % 2)
        column.addLayout(rows)
        return frame

    def _ladder(self, state: Unproved) -> LadderPart:
        part = LadderPart(state, self._words)
        part.happened.connect(self.happened)
        part.number_wanted.connect(self.number_wanted)
        part.sheet_wanted.connect(self.sheet_wanted)
        return part

    def _card_code(self) -> QVBoxLayout:
        typed = QLineEdit()
        typed.setEchoMode(QLineEdit.EchoMode.Password)
        typed.setValidator(QRegularExpressionValidator(CARD_CODE, typed))
        typed.setAccessibleName(self._words["code.prompt"])
        send = button("secondary", self._words["code.send"])
        send.setEnabled(False)
        typed.textChanged.connect(lambda: send.setEnabled(typed.hasAcceptableInput()))
        typed.returnPressed.connect(lambda: self.happened.emit(CardCodeEntered(typed.text())))
        send.clicked.connect(lambda: self.happened.emit(CardCodeEntered(typed.text())))
        row = QHBoxLayout()
        row.addWidget(typed, 1)
        row.addWidget(send)
        column = QVBoxLayout()
        column.setObjectName("tight")
        column.addWidget(label("caption", self._words["code.prompt"]))
        column.addLayout(row)
        return column

    def _last_button(self, state: State) -> QPushButton | None:
        match state:
            case Idle():
                return None
            case _ if isinstance(state, Ended):
                return self._press("primary", "current.dismiss", "F9", Dismissed())
            case _:
                return self._press("secondary", "current.cancel", "F10", Cancelled())

    def _press(self, kind: str, key: str, shortcut: str, event: Event) -> QPushButton:
        made = button(kind, f"{self._words[key]} ({shortcut})")
        made.setShortcut(QKeySequence(shortcut))
        made.clicked.connect(lambda: self.happened.emit(event))
        return made


def _pairs(facts: tuple[Fact, ...]) -> QGridLayout:
    """Names with their values beside them, which can be selected and copied."""
    grid = QGridLayout()
    grid.setObjectName("tight")
    for row, (name, value) in enumerate(facts):
        grid.addWidget(label("caption", name), row, 0)
        told = label("body", value)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(told, row, 2)
    grid.setColumnMinimumWidth(1, RECEPTION.gap)
    grid.setColumnStretch(2, 1)
    return grid


def _captioned(picture: QWidget, caption: str) -> QVBoxLayout:
    picture.setAccessibleName(caption)
    column = QVBoxLayout()
    column.setObjectName("tight")
    column.addWidget(label("caption", caption, is_centred=True))
    column.addWidget(picture, 1)
    return column
