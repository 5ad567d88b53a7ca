"""What would help the camera, in words: said at once, and left standing long enough to be read."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from ui.theme.parts import label
from ui.words.catalogue import Words

LEAST_MS = 1500


class HintLine:
    """A line `text` that is empty while nothing would help. Hints come with every frame, far too often to be read."""

    def __init__(self, role: str, words: Words) -> None:
        self.text: QLabel = label(role, has_ruby=True)
        self._words = words
        self._hint = ""
        self._rest = QTimer(self.text)
        self._rest.setSingleShot(True)
        self._rest.setInterval(LEAST_MS)
        self._rest.timeout.connect(self._say)
        self._next = ""

    def set_words(self, words: Words) -> None:
        """Says it in another language."""
        self._words = words
        self._write()

    def show_hint(self, hint: str) -> None:
        """The word of a hint, or "" for none; while one is being read, the newest waits."""
        self._next = hint
        if not self._rest.isActive():
            self._say()

    def _say(self) -> None:
        if self._next == self._hint:
            return
        self._hint = self._next
        self._write()
        self._rest.start()

    def _write(self) -> None:
        self.text.setText(self._words.with_ruby()[f"face_hint.{self._hint}"] if self._hint else "")
