"""How a confirmed answer stands with the receipt computer; characters that it cannot take are for a person to spell."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QVBoxLayout

from terminal.events import HandOverRetried, SpellingChosen
from terminal.failure_book.book import Audience, sentence
from terminal.handing_over import HandedOver, HandingOver, HeldBack, Looking, NotHandedOver, Standing
from ui.theme.parts import button, label
from ui.words.catalogue import Words


class ReceiptPart(QFrame):
    """One visit's result. `happened` carries what the receptionist chose."""

    happened = Signal(object)

    def __init__(self, standing: Standing, words: Words) -> None:
        super().__init__()
        self.setProperty("panel", "card" if isinstance(standing, Looking | HandingOver | HandedOver) else "provisional")
        self._words = words
        self._column = QVBoxLayout(self)
        match standing:
            case Looking() | HandingOver():
                self._column.addWidget(label("body", f"… {words['receipt.handing']}"))
            case HandedOver():
                self._column.addWidget(label("body", f"✓ {words['receipt.handed']}"))
            case NotHandedOver(problem):
                said = sentence(problem, Audience.RECEPTIONIST, words.language)
                self._column.addWidget(label("strong", f"! {words['receipt.not_handed']}"))
                self._column.addWidget(label("body", said))
                again = button("secondary", f"{words['receipt.again']} (F6)")
                again.setShortcut("F6")
                again.clicked.connect(lambda: self.happened.emit(HandOverRetried()))
                self._column.addWidget(again)
            case HeldBack(untaken):
                self._spell(untaken)

    def _spell(self, untaken: tuple[tuple[str, str], ...]) -> None:
        words = self._words
        self._column.addWidget(label("strong", f"! {words['receipt.held']}"))
        self._column.addWidget(label("body", words["receipt.spell"]))
        grid = QGridLayout()
        grid.setObjectName("close")
        fields: dict[str, list[str]] = {}
        for name, character in untaken:
            fields.setdefault(character, []).append(words[f"receipt_field.{name}"])
        typed = {character: QLineEdit() for character in fields}
        for row, (character, names) in enumerate(fields.items()):
            grid.addWidget(label("title", character), row, 0)
            grid.addWidget(label("caption", "・".join(names)), row, 1)
            typed[character].setMaxLength(4)
            typed[character].setAccessibleName(words.format("receipt.instead_of", character=character))
            grid.addWidget(typed[character], row, 2)
        grid.setColumnStretch(2, 1)
        self._column.addLayout(grid)
        send = button("secondary", words["receipt.send"])
        send.setEnabled(False)
        for field in typed.values():
            field.textChanged.connect(lambda: send.setEnabled(all(each.text() for each in typed.values())))
        send.clicked.connect(
            lambda: self.happened.emit(SpellingChosen(tuple((one, each.text()) for one, each in typed.items())))
        )
        self._column.addWidget(send)
