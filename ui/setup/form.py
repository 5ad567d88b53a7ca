"""The form of one step: a field for each setting, with its name, its explanation and its default.

What can be chosen is shown in words; the value as the configuration has it is what the field carries.
"""

from collections.abc import Mapping
from contextlib import suppress

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from terminal.configuration.draft import Setting, Value
from ui.setup.entry import row
from ui.theme.fields import Choice, Tick
from ui.words.catalogue import Words

Field = QLineEdit | QComboBox | QCheckBox


class Form(QWidget):
    """`changed` carries a setting's path and its new value; of a number that is none, what was typed."""

    changed = Signal(str, object)

    def __init__(self, settings: tuple[Setting, ...], draft: Mapping[str, Value], words: Words) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        for setting in settings:
            key = setting.path.replace(".", "-")
            name, told = words[f"setting.{key}"], words[f"why.{key}"]
            value = draft.get(setting.path, "" if setting.default is None else setting.default)
            if setting.choices:
                field: Field = self._choice(setting, str(value), words)
            else:
                field = self._field(setting, value)
            rows.addWidget(row(field, name, told, is_needed=setting.is_needed))
        rows.addStretch(1)

    def _choice(self, setting: Setting, value: str, words: Words) -> QComboBox:
        chosen = Choice()
        for each in setting.choices:
            chosen.addItem(words[f"choice.{setting.path.replace('.', '-')}-{each}"], str(each))
        chosen.setCurrentIndex(max(0, chosen.findData(value)))
        # the last signal of a change, for whoever hears of it may show another form and delete this one
        chosen.currentTextChanged.connect(lambda _: self.changed.emit(setting.path, chosen.currentData()))
        return chosen

    def _field(self, setting: Setting, value: Value) -> Field:
        path = setting.path
        if setting.kind is bool:
            ticked = Tick()
            ticked.setChecked(bool(value))
            ticked.toggled.connect(lambda is_on: self.changed.emit(path, is_on))
            return ticked
        line = QLineEdit(str(value))
        line.textChanged.connect(lambda text: self._typed(setting, text))
        return line

    def _typed(self, setting: Setting, text: str) -> None:
        value: Value = text.strip()
        if setting.kind in (int, float):
            with suppress(ValueError):  # refused when it is tried, by name
                value = setting.kind(text.strip())
        self.changed.emit(setting.path, value)
