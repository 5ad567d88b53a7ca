"""The languages to choose from, each by its own name in its own characters: nobody needs to read another one for it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.parts import button, label
from ui.words.catalogue import PATIENT_LANGUAGES, Words

COLUMNS = 3


class Languages(QWidget):
    """Lies over a screen until a language is chosen. What the screen holds stays."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = label("title", is_centred=True)
        self._names = {language: button("secondary", is_checkable=True) for language in PATIENT_LANGUAGES}
        grid = QGridLayout()
        for at, (language, name) in enumerate(self._names.items()):
            name.setProperty("in_language", language)
            name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            name.clicked.connect(lambda _=False, language=language: self.chosen.emit(language))
            grid.addWidget(name, at // COLUMNS, at % COLUMNS)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addLayout(grid)
        column.addStretch(1)

    def set_words(self, words: Words) -> None:
        """Marks the language that is spoken."""
        self._title.setText(words["window.language"])
        self.setAccessibleName(words["window.language"])
        for language, name in self._names.items():
            name.setText(words[f"language.{language}"])
            name.setChecked(language == words.language)
