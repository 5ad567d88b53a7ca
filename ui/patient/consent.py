"""What may the doctor look at: three questions, yes and no alike in size and colour, nothing chosen beforehand."""

import hashlib

from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout

from terminal.events import ConsentGiven
from terminal.people import Consent, ConsentText
from terminal.states import AwaitingConsent
from ui.patient.screen import Heard, Say, Screen, word
from ui.speech.line import Line, line
from ui.theme.parts import button, panel
from ui.words.catalogue import Words
from ui.words.laid import for_laid

ORDER = (Consent.MEDICINES, Consent.CHECKUPS, Consent.LIMIT_AMOUNT)
YES, NO = 1, 0


class ConsentScreen(Screen):
    """Shows `AwaitingConsent`. "Next" can be pressed once every question has an answer."""

    def __init__(self, state: AwaitingConsent, words: Words) -> None:
        super().__init__(words, word("consent.title"))
        self.answers = {consent: QButtonGroup(self) for consent in ORDER}
        self._body = for_laid("consent.body", state)
        column = self.column(self.text("title", word("consent.title")), self.text("body", word(self._body)))
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
        texts.addWidget(self.text("strong", word(f"consent.{consent}"), heard=Heard.NOT))
        texts.addWidget(self.text("caption", word(f"consent.{consent}_note"), heard=Heard.NOT))
        row.addLayout(texts, 2)
        for answer, key in ((NO, "no"), (YES, "yes")):
            choice = button("secondary", is_checkable=True)
            self.say(word(f"consent.{key}"), choice.setText)
            self.say(self._full_words(consent, key), choice.setAccessibleName)
            self.answers[consent].addButton(choice, answer)
            row.addWidget(choice, 1)
        self.answers[consent].idClicked.connect(lambda answer: self._answer(consent, answer))
        return asked

    def prompts(self) -> list[Line]:
        """The next question, with yes and no in one breath; once all are answered, what was chosen."""
        if asked := self._asked():
            return [
                line(self.words, f"consent.{asked}"),
                line(self.words, f"consent.{asked}_note"),
                line(self.words, "ear.yes_or_no"),
            ]
        return [*(self._chosen(consent) for consent in ORDER), line(self.words, "ear.chosen_again")]

    def question(self) -> str:
        """Which of the three is asked."""
        asked = self._asked()
        return self.words[f"consent.{asked}"] if asked else ""

    def accept(self) -> bool:
        """Yes to the question; once all are answered, on."""
        if asked := self._asked():
            self._answer(asked, YES)
        else:
            self._next()
        return True

    def decline(self) -> bool:
        """No to the question; once all are answered, all over again."""
        if asked := self._asked():
            self._answer(asked, NO)
            return True
        for group in self.answers.values():
            group.setExclusive(False)
            for choice in group.buttons():
                choice.setChecked(False)
            group.setExclusive(True)
        self._answered()
        self.spoken.emit(self.prompts())
        return True

    def _asked(self) -> Consent | None:
        """The first question without an answer."""
        return next((consent for consent in ORDER if self.answers[consent].checkedId() not in (YES, NO)), None)

    def _answer(self, consent: Consent, answer: int) -> None:
        self.answers[consent].button(answer).setChecked(True)
        self._answered()
        self.spoken.emit([*([self._chosen(consent)] if self._asked() else []), *self.prompts()])

    def _chosen(self, consent: Consent) -> Line:
        key = "yes" if self.answers[consent].checkedId() == YES else "no"
        return self.line(self._full_words(consent, key), Heard.PRIVATELY)

    def _full_words(self, consent: Consent, key: str) -> Say:
        return lambda words: words.format(f"consent.{key}_to", what=words[f"consent.{consent}"])

    def _answered(self) -> None:
        self.next.setEnabled(all(group.checkedId() in (YES, NO) for group in self.answers.values()))

    def _next(self) -> None:
        agreed = frozenset(what for what, group in self.answers.items() if group.checkedId() == YES)
        self.tell(ConsentGiven(agreed, consent_text(self.words, self._body)))


def consent_text(words: Words, body: str) -> ConsentText:
    """Which words the patient answered to: every sentence of this screen, in the language that it stood there in.

    What is said of a phone under `body` is a text of its own, `consent_phone`.
    """
    keys = ["consent.title", body, *(f"consent.{each}{part}" for each in ORDER for part in ("", "_note"))]
    told = "".join(f"{words[key]}\n" for key in keys)
    return ConsentText(body.replace(".body", ""), words.language, hashlib.sha256(told.encode()).hexdigest())
