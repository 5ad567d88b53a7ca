"""Finding somebody in today's list by name, kana or birth date, however it is typed. Pure, but for the field itself.

Of a withheld answer nothing is found: only what the card said.
"""

from datetime import date

from PySide6.QtWidgets import QLineEdit

from terminal.comparison.folding import fold_kana_script, fold_kana_size, fold_kana_spelling, fold_width
from terminal.era import era_date
from terminal.states import Confirmed, State
from terminal.visits import Visit
from ui.receptionist.facts import holder_of
from ui.words.catalogue import Words


def matches(visit: Visit, typed: str) -> bool:
    """Whether what was typed is part of a visit's name, kana or birth date: ﾔﾏﾀﾞ, ヤマダ and やまだ are one."""
    sought = folded(typed)
    return not sought or any(sought in folded(text) for text in _texts(visit.state))


def folded(text: str) -> str:
    """Text for finding: one width, one script of kana, one size, one spelling, no spaces."""
    return fold_kana_spelling(fold_kana_size(fold_kana_script(fold_width(text))))


def _texts(state: State) -> tuple[str, ...]:
    told = holder_of(state)
    texts = (told.name, *_days(told.birth_date)) if told else ()
    if isinstance(state, Confirmed):
        record = state.record
        texts += (record.name or "", record.kana or "", *(_days(record.birth_date) if record.birth_date else ()))
    return texts


def _days(birth: date) -> tuple[str, ...]:
    return f"{birth:%Y%m%d}", f"{birth:%Y-%m-%d}", era_date(birth)


class FindField(QLineEdit):
    """Where it is typed."""

    def set_words(self, words: Words) -> None:
        """Says everything in a language."""
        self.setPlaceholderText(words["find.placeholder"])
        self.setAccessibleName(words["find.placeholder"])
