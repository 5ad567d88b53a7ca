"""What may the doctor look at: three questions, yes and no alike in size and colour, nothing chosen beforehand."""

import hashlib

from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout

from terminal.events import ConsentGiven
from terminal.people import Consent, ConsentText
from terminal.states import AwaitingConsent
from ui.patient.screen import Say, Screen, word
from ui.theme.parts import button, panel
from ui.words.catalogue import Words

ORDER = (Consent.MEDICINES, Consent.CHECKUPS, Consent.LIMIT_AMOUNT)
YES, NO = 1, 0


class ConsentScreen(Screen):
    """Shows `AwaitingConsent`. "Next" can be pressed once every question has an answer."""

    def __init__(self, _state: AwaitingConsent, words: Words) -> None:
        super().__init__(words, word("consent.title"))
        self.answers = {consent: QButtonGroup(self) for consent in ORDER}
        column = self.column(self.text("title", word("consent.title")), self.text("body", word("consent.body")))
        column.addStretch(1)
        for consent in ORDER:
            column.addWidget(self._question(consent))
        column.addStretch(1)
        self.main_action = self.next = self.press("primary", word("consent.next"))
        self.next.setEnabled(False)
        self.next.clicked.connect(self._next)

    def _question(self, consent: Consent) -> QFrame:
        asked = panel("card")
        row = QHBoxLayout(asked)
        texts = QVBoxLayout()
        texts.setObjectName("tight")
        texts.addWidget(self.text("strong", word(f"consent.{consent}")))
        texts.addWidget(self.text("caption", word(f"consent.{consent}_note")))
        row.addLayout(texts, 2)
        for answer, key in ((NO, "no"), (YES, "yes")):
            choice = button("secondary", is_checkable=True)
            self.say(word(f"consent.{key}"), choice.setText)
            self.say(self._full_words(consent, key), choice.setAccessibleName)
            self.answers[consent].addButton(choice, answer)
            row.addWidget(choice, 1)
        self.answers[consent].idClicked.connect(self._answered)
        return asked

    def _full_words(self, consent: Consent, key: str) -> Say:
        return lambda words: words.format(f"consent.{key}_to", what=words[f"consent.{consent}"])

    def _answered(self, _answer: int) -> None:
        self.next.setEnabled(all(group.checkedId() in (YES, NO) for group in self.answers.values()))

    def _next(self) -> None:
        agreed = frozenset(what for what, group in self.answers.items() if group.checkedId() == YES)
        self.tell(ConsentGiven(agreed, consent_text(self.words)))


def consent_text(words: Words) -> ConsentText:
    """Which words the patient answered to: every sentence of this screen, in the language that it stood there in."""
    keys = ["consent.title", "consent.body", *(f"consent.{each}{part}" for each in ORDER for part in ("", "_note"))]
    told = "".join(f"{words[key]}\n" for key in keys)
    return ConsentText("consent", words.language, hashlib.sha256(told.encode()).hexdigest())
