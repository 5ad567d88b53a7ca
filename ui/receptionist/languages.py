"""The buttons for the window's language, the one that is spoken pressed in."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from ui.theme.parts import button
from ui.words.catalogue import LANGUAGES, Words


class LanguageButtons(QWidget):
    """`chosen` carries the language that was pressed."""

    chosen = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        group, row = QButtonGroup(self), QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for language in LANGUAGES:
            group.addButton(made := button("chip", words[f"language.{language}"], is_checkable=True))
            made.setChecked(language == words.language)
            made.clicked.connect(lambda _, which=language: self.chosen.emit(which))
            row.addWidget(made)
