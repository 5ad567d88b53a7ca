"""The check-in that is under way, or the one chosen in the list: what it is, what comes next, and what to press.

Made anew for each state, so that nothing of one patient is there for the next.
"""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeySequence, QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.events import (
    Cancelled,
    CardCodeEntered,
    Dismissed,
    Event,
    FaceRetried,
    OperatorRecognised,
    OperatorRefused,
)
from terminal.ports import Camera
from terminal.states import AwaitingCardCode, AwaitingOperator, Ended, Idle, State
from ui.preview import Preview
from ui.receptionist.facts import Shown
from ui.receptionist.still import Still
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words

SMALLEST_PICTURE_PX = 130
CARD_CODE = QRegularExpression(r"\d{14}")


class Current(QWidget):
    """One state. With `is_live` it can be acted on; `happened` carries what was pressed."""

    happened = Signal(object)

    def __init__(self, state: State, said: Shown, words: Words, camera: Camera, *, is_live: bool) -> None:
        super().__init__()
        self._words = words
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._answer(said))
        if is_live:
            match state:
                case AwaitingOperator():
                    whole.addWidget(self._visual_check(state, camera), 1)
                case AwaitingCardCode():
                    whole.addLayout(self._card_code())
                case _:
                    pass
        whole.addStretch(1)
        if is_live and (last := self._last_button(state)):
            whole.addWidget(last)

    def _answer(self, said: Shown) -> QFrame:
        frame = panel(said.tone)
        column = QVBoxLayout(frame)
        column.addWidget(label("title", f"{said.mark} {said.title}"))
        column.addWidget(label("strong", said.next_step))
        if said.facts:
            facts = QGridLayout()
            facts.setObjectName("tight")
            for row, (name, value) in enumerate(said.facts):
                facts.addWidget(label("caption", name), row, 0, Qt.AlignmentFlag.AlignTop)
                told = label("body", value)
                told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                facts.addWidget(told, row, 1)
            facts.setColumnStretch(1, 1)
            column.addLayout(facts)
        for note in said.notes:
            column.addWidget(label("body", f"・{note}"))
        return frame

    def _visual_check(self, state: AwaitingOperator, camera: Camera) -> QFrame:
        frame = panel("card")
        column = QVBoxLayout(frame)
        column.addWidget(label("strong", self._words["visual.title"]))
        pictures = QHBoxLayout()
        photo = state.face.portrait if state.face else None
        pictures.addWidget(
            Still(photo, self._words["visual.photo"]) if photo else label("body", self._words["visual.no_photo"]), 2
        )
        live = Preview(camera)
        live.set_caption(self._words["visual.no_camera"])
        live.setAccessibleName(self._words["visual.live"])
        live.setMinimumHeight(SMALLEST_PICTURE_PX)
        pictures.addWidget(live, 3)
        column.addLayout(pictures, 1)
        row = QHBoxLayout()
        row.addWidget(self._press("secondary", "visual.same", "F2", OperatorRecognised()))
        row.addWidget(self._press("secondary", "visual.not_same", "F4", OperatorRefused()))
        column.addLayout(row)
        if state.holder.portrait is not None:
            column.addWidget(self._press("secondary", "visual.again", "F6", FaceRetried()))
        return frame

    def _card_code(self) -> QHBoxLayout:
        typed = QLineEdit()
        typed.setEchoMode(QLineEdit.EchoMode.Password)
        typed.setValidator(QRegularExpressionValidator(CARD_CODE, typed))
        typed.setPlaceholderText(self._words["code.prompt"])
        typed.setAccessibleName(self._words["code.prompt"])
        send = button("secondary", self._words["code.send"])
        send.setEnabled(False)
        typed.textChanged.connect(lambda: send.setEnabled(typed.hasAcceptableInput()))
        typed.returnPressed.connect(lambda: self.happened.emit(CardCodeEntered(typed.text())))
        send.clicked.connect(lambda: self.happened.emit(CardCodeEntered(typed.text())))
        row = QHBoxLayout()
        row.addWidget(typed, 1)
        row.addWidget(send)
        return row

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
