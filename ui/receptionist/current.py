"""The check-in that is under way, or the one chosen in the list: what it is, what comes next, and what to press.

Made anew for each state, so that nothing of one patient is there for the next.
"""

from dataclasses import replace

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeySequence, QPixmap, QRegularExpressionValidator
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
    LastTryConfirmed,
    LastTryDeclined,
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
from ui.receptionist.differences import Difference
from ui.receptionist.facts import Fact, Shown
from ui.receptionist.ladder import LadderPart
from ui.receptionist.mirror import Mirror, is_mirrored
from ui.receptionist.place import PlaceButtons
from ui.receptionist.receipt import ReceiptPart
from ui.receptionist.visual import VisualCheck
from ui.theme.parts import button, label, panel
from ui.theme.rolling import Rolling
from ui.theme.tokens import RECEPTION
from ui.words.catalogue import Words

CARD_CODE = QRegularExpression(r"\d{14}")


class Current(QWidget):
    """One state. With `is_live` it can be acted on; `happened` carries what was pressed."""

    happened = Signal(object)
    number_wanted = Signal()
    sheet_wanted = Signal(object)  # how: `place.Onto`
    case_wanted = Signal(str)  # which case of `what_now`; empty: all of them

    def __init__(self, state: State, said: Shown, words: Words, camera: Camera, *, is_live: bool) -> None:
        super().__init__()
        self._words = words
        self.hint: HintLine | None = None
        whole = QVBoxLayout(self)
        rolled = said
        if is_live and ladder_of(state) is not None:
            rolled = replace(said, next_step="")  # the ladder says by now what comes next
        elif is_live and isinstance(state, AwaitingCardCode):
            rolled = replace(said, facts=())  # the tries stand beside where the code is typed
        whole.addWidget(Rolling(self._answer(rolled)))
        if said.warnings:
            whole.addWidget(_warning(said.warnings))
        if is_live:
            match state:
                case AwaitingOperator():
                    check = VisualCheck(state, words, camera)
                    check.happened.connect(self.happened)
                    whole.addWidget(check, int(state.holder.portrait is not None))  # pictures take what room there is
                case MatchingFace():
                    self.hint = HintLine("strong", words)
                    whole.addWidget(self.hint.text)
                    look = button("secondary", f"{words['visual.instead']} (F5)")
                    look.setShortcut(QKeySequence("F5"))
                    look.setEnabled(state.look is None)
                    look.clicked.connect(lambda: self.case_wanted.emit("look"))
                    whole.addWidget(look)
                case AwaitingCardCode():
                    whole.addLayout(self._card_code(said.facts))
                case Withheld():
                    if state.held is not None and verdict(state.comparison) is Verdict.DOUBTFUL:
                        whole.addWidget(self._second_source())
                    report = PlaceButtons(words, "mismatch")
                    report.wanted.connect(self.sheet_wanted)
                    whole.addWidget(report)
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
        self._mirrored = QVBoxLayout()
        whole.addLayout(self._mirrored)
        whole.addStretch()
        self.has_mirror = is_live and is_mirrored(state)
        if is_live:
            whole.addLayout(self._last_row(state))

    def show_mirror(self, picture: QPixmap) -> None:
        """Shows what the patient sees, where there is room for it."""
        if not self.has_mirror or self._mirrored.count():
            return
        row = QHBoxLayout()
        mirror = Mirror(picture)
        mirror.setAccessibleName(self._words["mirror.caption"])
        caption = label("caption", self._words["mirror.caption"])
        row.addWidget(mirror)
        row.addWidget(caption, 1)
        self._mirrored.addLayout(row)
        mirror.show()  # with the state, and not a moment after it
        caption.show()

    def _answer(self, said: Shown) -> QFrame:
        frame = panel(said.tone)
        column = QVBoxLayout(frame)
        column.addWidget(label("title", f"{said.mark} {said.title}"))
        if said.next_step:
            column.addWidget(label("strong", said.next_step))
        if said.aloud:
            column.addWidget(label("body", self._words.format("say.label", sentence=said.aloud)))
        if said.facts:
            column.addLayout(_pairs(said.facts))
        if said.compared:
            column.addWidget(label("strong", self._words["current.compared"]))
            column.addLayout(_pairs(said.compared))
        if said.differing:
            column.addWidget(label("strong", self._words["difference.title"]))
            column.addLayout(_beside(said.differing, self._words))
        for note in (*said.meanwhile, *said.notes):
            column.addWidget(label("body", f"・{note}"))
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

    def _card_code(self, tries: tuple[Fact, ...]) -> QVBoxLayout:
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
        column.addLayout(_pairs(tries))
        column.addWidget(label("caption", self._words["code.prompt"]))
        column.addLayout(row)
        return column

    def _last_row(self, state: State) -> QHBoxLayout:
        """What to do when it does not go its usual way, and the way on to the next patient."""
        row = QHBoxLayout()
        what_now = button("secondary", f"{self._words['what_now.open']} (F3)")
        what_now.setShortcut(QKeySequence("F3"))
        what_now.clicked.connect(lambda: self.case_wanted.emit(""))
        row.addWidget(what_now)
        match state:
            case Idle():
                row.addStretch(1)
            case _ if isinstance(state, Ended):
                row.addWidget(self._press("primary", "current.dismiss", "F9", Dismissed()), 1)
            case _:
                row.addWidget(self._press("secondary", "current.cancel", "F10", Cancelled()), 1)
        return row

    def _press(self, kind: str, key: str, shortcut: str, event: Event) -> QPushButton:
        is_named = shortcut.startswith("F")  # the others have too little room, and stand in the list of keys
        made = button(kind, f"{self._words[key]} ({shortcut})" if is_named else self._words[key])
        made.setShortcut(QKeySequence(shortcut))
        made.clicked.connect(lambda: self.happened.emit(event))
        return made


def _warning(sentences: tuple[str, ...]) -> QFrame:
    """In a colour of its own: a green answer is not read to its end."""
    frame = panel("provisional")
    column = QVBoxLayout(frame)
    for each in sentences:
        column.addWidget(label("strong", f"! {each}"))
    return frame


def _beside(differing: tuple[Difference, ...], words: Words) -> QGridLayout:
    """What each of the three says, one beside the other."""
    grid = QGridLayout()
    grid.setObjectName("tight")
    grid.setColumnMinimumWidth(1, RECEPTION.gap)
    for row, each in enumerate(differing, 1):
        grid.addWidget(label("caption", each.name), row, 0)
    for column, name in enumerate(("card", "service", "last_visit"), 2):
        told = [getattr(each, name) for each in differing]
        if not any(told):
            continue  # a heading over nothing would only take room
        grid.addWidget(label("caption", words[f"difference.{name}"]), 0, column)
        grid.setColumnStretch(column, 1)
        for row, text in enumerate(told, 1):
            grid.addWidget(label("strong", text), row, column)
    return grid


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
