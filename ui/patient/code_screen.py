"""A screen on which a secret is typed: the card code or the PIN. Each wrong one costs a try, so the tries stand there.

What was typed leaves the screen in one event and is forgotten with the screen.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel

from terminal.events import Event
from ui.patient.keypad import Keypad
from ui.patient.screen import Heard, Say, Screen, word
from ui.patient.typed_code import TypedCode
from ui.speech.line import Line, line
from ui.theme.parts import button
from ui.words.catalogue import Words


class CodeScreen(Screen):
    """Boxes, keypad, a button to see the digits, and one to send them, once all are there."""

    def __init__(self, words: Words, title: Say, *groups: int) -> None:
        super().__init__(words, title)
        self.code = TypedCode(*groups)
        self.keypad = Keypad()
        self.reveal = button("chip")
        self._is_revealed = False
        self.send = self.press("primary", word("code.send"))
        self.send.clicked.connect(self._send)
        self.keypad.digit.connect(self.code.type)
        self.keypad.erase.connect(self.code.erase)
        self.keypad.clear.connect(self.code.clear)
        self.say(word("code.erase"), self.keypad.keys["erase"].setText)
        self.say(word("code.clear"), self.keypad.keys["clear"].setText)
        self.reveal.clicked.connect(self._reveal)
        self.code.changed.connect(self._typed)
        self.say(self._typed_words, self.code.setAccessibleName)
        self.say(self._reveal_words, self.reveal.setText)
        self.send.setEnabled(False)

    def tries(self, left: int | None, table: str = "code") -> QLabel:
        """How many tries are left before the code locks; of a phone, with words of its own table."""
        said = word(f"{table}.tries_unknown") if left is None else word(f"{table}.tries", tries=left)
        return self.text("caption", said, heard=Heard.PRIVATELY)

    def event_of(self, digits: str) -> Event:
        """What sending the digits means here."""
        raise NotImplementedError

    def forget(self) -> None:
        """Forgets what was typed."""
        self.code.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Digits, Backspace and Delete do what the keypad does."""
        match event.key():
            case Qt.Key.Key_Backspace:
                self.code.erase()
            case Qt.Key.Key_Delete:
                self.code.clear()
            case _ if event.text().isascii() and event.text().isdigit():
                self.code.type(event.text())
            case _:
                super().keyPressEvent(event)

    def prompts(self) -> list[Line]:
        """How digits are typed, or that they are all there."""
        if self.code.is_complete:
            return [line(self.words, "ear.complete", all=len(self.code.digits))]
        return [line(self.words, "ear.send")]

    def accept(self) -> bool:
        """Sends the digits; where some are missing, how many there are is said."""
        if self.code.is_complete:
            self._send()
        else:
            self.spoken.emit([self.line(self._typed_words), *self.prompts()])
        return True

    def decline(self) -> bool:
        """Takes the last digit back."""
        if not self.code.digits:
            return False
        self.code.erase()
        return True

    def after_digit(self, count: int) -> list[Line]:
        """What is said of a digit that was typed or taken back: never which it was."""
        return self.prompts() if self.code.is_complete else [line(self.words, "ear.digit", typed=count)]

    def _typed(self, count: int) -> None:
        self.code.setAccessibleName(self._typed_words(self.words))
        self.send.setEnabled(self.code.is_complete)
        self.spoken.emit(self.after_digit(count))

    def _reveal(self) -> None:
        self._is_revealed = not self._is_revealed
        self.code.set_shown(self._is_revealed)
        self.reveal.setText(self._reveal_words(self.words))

    def _typed_words(self, words: Words) -> str:
        return words.format("code.typed", typed=len(self.code.digits), all=sum(self.code.groups))

    def _reveal_words(self, words: Words) -> str:
        return words["code.hide" if self._is_revealed else "code.show"]

    def _send(self) -> None:
        if self.code.is_complete:
            self.tell(self.event_of(self.code.digits))
