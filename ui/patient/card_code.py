"""The card code: 14 digits, in one go, or number by number with a picture of where each is printed.

A wrong one costs a try: how many are left, and why it is asked again, is said before anything is sent.
"""

from PySide6.QtWidgets import QHBoxLayout

from terminal.card_code import compose_printed
from terminal.events import CardCodeEntered, Event
from terminal.states import AwaitingCardCode
from ui.patient.card_picture import CardPicture
from ui.patient.code_screen import CodeScreen
from ui.patient.screen import Heard, kindly, word
from ui.speech.line import Line, line
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
        self._is_asked_to_keep = False
        self.where = self.text("body", self._where_words, heard=Heard.NOT)
        self.keep = button("chip", is_checkable=True)
        self.say(word("card_code.keep"), self.keep.setText)
        self.say(word("card_code.keep_how"), self.keep.setAccessibleDescription)
        choices = QHBoxLayout()
        choices.addWidget(self.tries(state.card.card_code_tries), 1)
        choices.addWidget(self.reveal)
        choices.addWidget(self.guide)
        column = self.column(self.text("title", word("card_code.title")), share=3)
        column.setObjectName("close")  # or large text would not fit
        column.addWidget(
            self.text("strong", kindly(state.refused, state), heard=Heard.PRIVATELY)
            if state.refused
            else self.text("body", word("card_code.body"))
        )
        guidance = QHBoxLayout()
        guidance.addWidget(self.picture, 1)
        guidance.addWidget(self.where, 1)
        column.addLayout(guidance, 1)
        column.addWidget(self.code)
        column.addLayout(choices)
        keeping = QHBoxLayout()
        keeping.addWidget(self.text("caption", word("card_code.keep_how"), heard=Heard.NOT), 1)
        keeping.addWidget(self.keep)
        column.addLayout(keeping)
        self.column(self.keypad, share=2)
        self.code.changed.connect(lambda _: self._point())

    def event_of(self, digits: str) -> Event:
        """The code as composed of its three printed numbers."""
        birth, expiry, security = digits[:6], digits[6:10], digits[10:]
        return CardCodeEntered(compose_printed(birth, int(expiry), security), keep=self.keep.isChecked())

    def prompts(self) -> list[Line]:
        """Where the next number is printed; once all are there, whether they are to be kept."""
        if self._is_asked_to_keep:
            return [line(self.words, key) for key in ("ear.keep", "card_code.keep_how", "ear.yes_or_no")]
        return super().prompts() if self.code.is_complete else [self.line(self._where_words), *super().prompts()]

    def question(self) -> str:
        """Whether the digits are to be kept."""
        return self.words["ear.keep"] if self._is_asked_to_keep else ""

    def accept(self) -> bool:
        """Sends the digits, after the question whether they are to be kept; here yes is the answer to it."""
        if self.code.is_complete and not self._is_asked_to_keep:
            self._is_asked_to_keep = True
            self.spoken.emit(self.prompts())
            return True
        if self._is_asked_to_keep:
            self.keep.setChecked(True)
        return super().accept()

    def decline(self) -> bool:
        """Takes the last digit back; to the question whether they are to be kept no is the answer, and they go."""
        if not self._is_asked_to_keep:
            return super().decline()
        self.keep.setChecked(False)
        return super().accept()

    def after_digit(self, count: int) -> list[Line]:
        """The next number, where one has just begun."""
        self._is_asked_to_keep = False
        begins = count in (sum(PARTS[:1]), sum(PARTS[:2]))
        return [*super().after_digit(count), *([self.line(self._where_words)] if begins else [])]

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
