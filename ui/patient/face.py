"""The living face is compared with the chip photo. The patient sees what the camera sees, or turns to the PIN."""

from terminal.events import FaceDeclined
from terminal.ports import Camera
from terminal.states import MatchingFace
from ui.hint import HintLine
from ui.patient.screen import Screen, word
from ui.preview import Preview
from ui.words.catalogue import Words


class FaceScreen(Screen):
    """Shows `MatchingFace`."""

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

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        super().set_words(words)
        self.hint.set_words(words)
