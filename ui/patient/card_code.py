"""The card code: 14 digits, in one go, or number by number with a picture of where each is printed.

A wrong one costs a try: how many are left, and why it is asked again, is said before anything is sent.
"""

from PySide6.QtWidgets import QHBoxLayout

from terminal.card_code import compose_printed
from terminal.events import CardCodeEntered, Event
from terminal.states import AwaitingCardCode
from ui.patient.card_picture import CardPicture
from ui.patient.code_screen import CodeScreen
from ui.patient.screen import kindly, word
from ui.theme.parts import button
from ui.words.catalogue import Words

PARTS = (6, 4, 4)
WHERE = ("birth", "expiry", "security", "done")


class CardCodeScreen(CodeScreen):
    """Shows `AwaitingCardCode`."""

    def __init__(self, state: AwaitingCardCode, words: Words) -> None:
        super().__init__(words, word("card_code.title"), *PARTS)
        self.main_action = self.send
        self.guide = button("chip")
        self.guide.clicked.connect(self._guide)
        self._is_guided = True
        self.say(self._guide_words, self.guide.setText)
        self.picture = CardPicture()
        self.say(word("card_code.picture"), self.picture.setAccessibleName)
        self.where = self.text("body", self._where_words)
        self.keep = button("chip", is_checkable=True)
        self.say(word("card_code.keep"), self.keep.setText)
        self.say(word("card_code.keep_how"), self.keep.setAccessibleDescription)
        choices = QHBoxLayout()
        choices.addWidget(self.tries(state.card.card_code_tries), 1)
        choices.addWidget(self.reveal)
        choices.addWidget(self.guide)
        column = self.column(self.text("title", word("card_code.title")), share=3)
        column.addWidget(
            self.text("strong", kindly(state.refused)) if state.refused else self.text("body", word("card_code.body"))
        )
        guidance = QHBoxLayout()
        guidance.addWidget(self.picture, 1)
        guidance.addWidget(self.where, 1)
        column.addLayout(guidance, 1)
        column.addWidget(self.code)
        column.addLayout(choices)
        keeping = QHBoxLayout()
        keeping.addWidget(self.text("caption", word("card_code.keep_how")), 1)
        keeping.addWidget(self.keep)
        column.addLayout(keeping)
        self.column(self.keypad, share=2)
        self.code.changed.connect(lambda _: self._point())

    def event_of(self, digits: str) -> Event:
        """The code as composed of its three printed numbers."""
        birth, expiry, security = digits[:6], digits[6:10], digits[10:]
        return CardCodeEntered(compose_printed(birth, int(expiry), security), keep=self.keep.isChecked())

    def _guide(self) -> None:
        self._is_guided = not self._is_guided
        self.picture.setVisible(self._is_guided)
        self.where.setVisible(self._is_guided)
        self.guide.setText(self._guide_words(self.words))

    def _point(self) -> None:
        self.picture.point_at(self.code.group)
        self.where.setText(self._where_words(self.words.with_ruby()))

    def _where_words(self, words: Words) -> str:
        return words[f"card_code.where_{WHERE[self.code.group]}"]

    def _guide_words(self, words: Words) -> str:
        return words["card_code.straight" if self._is_guided else "card_code.guided"]
