"""The form of one step: a field for each setting, with its name, its explanation and its default."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from terminal.configuration.draft import Setting, Value
from ui.theme.parts import label
from ui.words.catalogue import Words

Field = QLineEdit | QComboBox | QCheckBox


class Form(QWidget):
    """`changed` carries a setting's path and its new value; of a number that is none, nothing is carried."""

    changed = Signal(str, object)

    def __init__(self, settings: tuple[Setting, ...], draft: Mapping[str, Value], words: Words) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        self.fields: dict[str, Field] = {}
        for setting in settings:
            name = words[f"setting.{setting.path.replace('.', '-')}"]
            told = words[f"why.{setting.path.replace('.', '-')}"]
            field = self._field(setting, draft.get(setting.path, "" if setting.default is None else setting.default))
            field.setAccessibleName(name)
            field.setAccessibleDescription(told)
            self.fields[setting.path] = field
            heading = label("strong", f"{name} *" if setting.is_needed else name)
            heading.setBuddy(field)
            for part in (heading, label("caption", told), field):
                rows.addWidget(part)
        rows.addStretch(1)

    def _field(self, setting: Setting, value: Value) -> Field:
        path = setting.path
        if setting.choices:
            chosen = QComboBox()
            chosen.addItems(setting.choices)
            chosen.setCurrentText(str(value) or setting.choices[0])
            chosen.currentTextChanged.connect(lambda text: self.changed.emit(path, text))
            return chosen
        if setting.kind is bool:
            ticked = QCheckBox()
            ticked.setChecked(bool(value))
            ticked.toggled.connect(lambda is_on: self.changed.emit(path, is_on))
            return ticked
        line = QLineEdit(str(value))
        line.textChanged.connect(lambda text: self._typed(setting, text))
        return line

    def _typed(self, setting: Setting, text: str) -> None:
        if setting.kind not in (int, float):
            self.changed.emit(setting.path, text.strip())
            return
        try:
            self.changed.emit(setting.path, setting.kind(text.strip()))
        except ValueError:
            self.changed.emit(setting.path, text.strip())  # refused when it is tried, by name
