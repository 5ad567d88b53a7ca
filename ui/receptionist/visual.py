"""The receptionist's own look at photo and person, or at a child's guardian: for this patient only, and on record."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal.attendance import Guardian, GuardianProof
from terminal.events import Event, FaceRetried, OperatorRecognised, OperatorRefused, Vouched
from terminal.ports import Camera
from terminal.states import AwaitingOperator
from ui.preview import Preview
from ui.receptionist.still import Still
from ui.theme.parts import button, label
from ui.words.catalogue import Words

SMALLEST_PICTURE_PX = 130


class VisualCheck(QFrame):
    """Chip photo and camera side by side, and what to say of them. `happened` carries what was pressed."""

    happened = Signal(object)

    def __init__(self, state: AwaitingOperator, words: Words, camera: Camera) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        self._words = words
        self._column = QVBoxLayout(self)
        if state.holder.portrait is None:
            self._guardian()
        else:
            self._pictures(state, camera)

    def _guardian(self) -> None:
        """Nobody is recognised without a photo: a guardian's word, by what they show."""
        self._column.addWidget(label("strong", self._words["visual.guardian"]))
        for proof, key in zip(GuardianProof, ("F2", "F5", "F7"), strict=True):
            self._column.addWidget(self._press(f"guardian.{proof}", key, Vouched(Guardian(proof))))
        self._column.addWidget(self._press("visual.not_same", "F4", OperatorRefused()))

    def _pictures(self, state: AwaitingOperator, camera: Camera) -> None:
        words = self._words
        self._column.addWidget(label("strong", words["visual.title"]))
        pictures = QHBoxLayout()
        photo = state.face.portrait if state.face else None
        if photo:
            pictures.addLayout(_captioned(Still(photo), words["visual.photo"]), 1)
        else:
            pictures.addWidget(label("body", words["visual.no_photo"]), 1)
        live = _Live(camera, is_mirror=False)
        live.set_caption(words["visual.no_camera"])
        pictures.addLayout(_captioned(live, words["visual.live"]), 1)
        self._column.addLayout(pictures, 1)
        row = QHBoxLayout()
        row.addWidget(self._press("visual.same", "F2", OperatorRecognised()))
        row.addWidget(self._press("visual.not_same", "F4", OperatorRefused()))
        self._column.addLayout(row)
        self._column.addWidget(self._press("visual.again", "F6", FaceRetried()))

    def _press(self, key: str, shortcut: str, event: Event) -> QPushButton:
        made = button("secondary", f"{self._words[key]} ({shortcut})")
        made.setShortcut(QKeySequence(shortcut))
        made.clicked.connect(lambda: self.happened.emit(event))
        return made


class _Live(Preview):
    """A preview that leaves the room to the words where there is little."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """As small as a photo can be."""
        return QSize(SMALLEST_PICTURE_PX, SMALLEST_PICTURE_PX)


def _captioned(picture: QWidget, caption: str) -> QVBoxLayout:
    picture.setAccessibleName(caption)
    column = QVBoxLayout()
    column.setObjectName("tight")
    column.addWidget(label("caption", caption, is_centred=True))
    column.addWidget(picture, 1)
    return column
