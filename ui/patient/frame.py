"""What stands around every screen: clinic and settings above, and below what can always be pressed."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.theme.parts import button, label
from ui.theme.tokens import TEXT_SCALES
from ui.words.catalogue import Words

TEXT_SIZES = dict(zip(TEXT_SCALES, ("normal", "large", "largest"), strict=True))


class Header(QWidget):
    """The clinic's name, and how the patient would like to read."""

    languages_asked = Signal()
    text_scale_chosen = Signal(float)
    high_contrast_chosen = Signal(bool)
    voice_chosen = Signal(bool)

    def __init__(self, clinic_name: str) -> None:
        super().__init__()
        self._clinic_name = clinic_name
        self._clinic = label("clinic")
        self._clinic.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._sizes = {scale: button("chip", is_checkable=True) for scale in TEXT_SIZES}
        self._contrast = button("chip", is_checkable=True)
        self._voice = button("chip", is_checkable=True)
        self._language = button("chip")
        for scale, chip in self._sizes.items():
            chip.setProperty("sample", TEXT_SIZES[scale])
        settings = QHBoxLayout()
        settings.setObjectName("close")
        for chip in (*self._sizes.values(), self._contrast, self._voice, self._language):
            settings.addWidget(chip)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addWidget(self._clinic)
        self._row.addLayout(settings)
        _one_of(self, self._sizes.values())
        for scale, chip in self._sizes.items():
            chip.clicked.connect(lambda _=False, scale=scale: self.text_scale_chosen.emit(scale))
        self._contrast.clicked.connect(self.high_contrast_chosen)
        self._voice.clicked.connect(self.voice_chosen)
        self._language.clicked.connect(self.languages_asked)

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        self._clinic.setText(self._clinic_name or words["window.clinic"])
        self._contrast.setText(words["window.contrast"])
        self._contrast.setAccessibleName(words["window.contrast_name"])
        for scale, chip in self._sizes.items():
            chip.setText(words["window.text_sample"])
            chip.setAccessibleName(words[f"window.text_size_{TEXT_SIZES[scale]}"])
        self._voice.setText(words["ear.chip"])
        self._language.setText(words["window.language"])

    def show_choice(self, text_scale: float, *, is_high_contrast: bool, is_guided: bool) -> None:
        """Marks what is chosen."""
        for scale, chip in self._sizes.items():
            chip.setChecked(scale == text_scale)
        self._contrast.setChecked(is_high_contrast)
        self._voice.setChecked(is_guided)

    def set_portrait(self, is_portrait: bool) -> None:
        """Puts the settings below the name on a tall window."""
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if is_portrait else direction.LeftToRight)


class Footer(QWidget):
    """Calling someone and stopping, always at the same place; the screen's main action at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.call = button("secondary")
        self.cancel = button("secondary")
        self.call.clicked.connect(self._called)
        self._call_words = "", ""
        self._action: QWidget = QWidget()
        self._row = QHBoxLayout(self)
        for part in (self.call, self.cancel, self._action):
            self._row.addWidget(part, 1)
        keeps_its_place = self.cancel.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self.cancel.setSizePolicy(keeps_its_place)

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        self._call_words = words["window.call"], words["window.called"]
        self.call.setText(self._call_words[not self.call.isEnabled()])
        self.cancel.setText(words["window.cancel"])

    def show_action(self, action: QPushButton | None, *, can_cancel: bool) -> None:
        """Shows what a screen offers, in place of what the screen before it offered."""
        self.call.setEnabled(True)
        self.call.setText(self._call_words[0])
        self.cancel.setVisible(can_cancel)
        before, self._action = self._action, action or QWidget()
        self._row.replaceWidget(before, self._action)
        keeps_its_place = self.call.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self._action.setSizePolicy(keeps_its_place)
        self._action.show()
        before.hide()
        before.deleteLater()

    def set_action_shown(self, is_shown: bool) -> None:
        """Hides what the screen offers while something lies over it."""
        self._action.setVisible(is_shown)

    def _called(self) -> None:
        self.call.setEnabled(False)
        self.call.setText(self._call_words[1])


def _one_of(owner: QWidget, chips: Iterable[QPushButton]) -> None:
    group = QButtonGroup(owner)
    for chip in chips:
        group.addButton(chip)
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
