"""The living face is compared with the chip photo. The patient sees what the camera sees, or turns to the PIN."""

from PySide6.QtCore import QTimer, Signal

from terminal.events import FaceDeclined
from terminal.ports import Camera
from terminal.states import MatchingFace
from ui.hint import HintLine
from ui.patient.screen import Screen, word
from ui.preview import Preview
from ui.speech.line import Line, line
from ui.words.catalogue import Words

HINT_MS = 4000  # from one spoken hint to the next: time to do what it says


class FaceScreen(Screen):
    """Shows `MatchingFace`. Nobody has to press anything: the No key goes on without the camera."""

    hinted = Signal(object)  # lines to be said after what is being said

    def __init__(self, state: MatchingFace, words: Words, camera: Camera) -> None:
        super().__init__(words, word("face.title"))
        preview = Preview(camera)
        self.say(word("face.preview"), preview.setAccessibleName)
        self.say(word("face.no_picture"), preview.set_caption)
        self.column(preview, share=3)
        self.hint = HintLine("strong", words)
        column = self.column(
            self.text("title", word("face.title")),
            self.text("body", word("face.body" if state.attempt == 1 else "face.again")),
            self.hint.text,
            self.text("caption", word("face.note")),
            share=2,
        )
        column.insertStretch(0, 1)
        column.addStretch(1)
        self.main_action = self.press("secondary", word("face.use_pin"), FaceDeclined())
        self._next_hint = self._last_hint = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(HINT_MS)
        self._pause.timeout.connect(self._say_hint)

    def show_hint(self, hint: str) -> None:
        """Shows what would help the camera, and says it, the newest as often as one can follow."""
        self.hint.show_hint(hint)
        self._next_hint = hint
        if not self._pause.isActive():
            self._say_hint()

    def prompts(self) -> list[Line]:
        """How to go on without the camera."""
        return [line(self.words, "ear.use_pin")]

    def decline(self) -> bool:
        """The PIN in place of the camera."""
        self.tell(FaceDeclined())
        return True

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        super().set_words(words)
        self.hint.set_words(words)

    def _say_hint(self) -> None:
        if self._next_hint and self._next_hint != self._last_hint:
            self._last_hint = self._next_hint
            self.hinted.emit([line(self.words, f"face_hint.{self._next_hint}")])
            self._pause.start()
