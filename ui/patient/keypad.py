"""Twelve large keys: the digits, taking one back, taking all back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from ui.theme.parts import button

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "erase")


class Keypad(QWidget):
    """A keypad for fingers; the keyboard of the screen goes the same ways."""

    digit = Signal(str)
    erase = Signal()
    clear = Signal()

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        self.keys: dict[str, QPushButton] = {}
        for at, name in enumerate(KEYS):
            key = button("key", name if name.isdigit() else "")
            key.setProperty("is_word", not name.isdigit())
            key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            key.setCursor(Qt.CursorShape.PointingHandCursor)
            key.clicked.connect(lambda _=False, name=name: self._pressed(name))
            grid.addWidget(key, at // 3, at % 3)
            self.keys[name] = key

    def _pressed(self, name: str) -> None:
        match name:
            case "clear":
                self.clear.emit()
            case "erase":
                self.erase.emit()
            case _:
                self.digit.emit(name)
