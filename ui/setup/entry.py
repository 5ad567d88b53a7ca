"""A field with its name above and its explanation, as every page of the set-up has them."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.theme.parts import label
from ui.words.catalogue import Words


def row(field: QWidget, name: str, told: str, *, is_needed: bool = False) -> QWidget:
    """The field in its row; a screen reader hears its name and its explanation."""
    field.setAccessibleName(name)
    field.setAccessibleDescription(told)
    heading = label("strong", f"{name} *" if is_needed else name)
    heading.setBuddy(field)
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setObjectName("tight")
    for part in (heading, label("caption", told), field):
        column.addWidget(part)
    return whole


class Entry(QWidget):
    """Something to type that is no setting. What is secret shows as dots; `take` leaves nothing behind."""

    def __init__(self, key: str, words: Words, *, is_secret: bool = False) -> None:
        super().__init__()
        self.line = QLineEdit()
        if is_secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        QVBoxLayout(self).addWidget(row(self.line, words[f"entry.{key}"], words[f"hint.{key}"]))

    @property
    def text(self) -> str:
        """What stands there."""
        return self.line.text()
