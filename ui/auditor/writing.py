"""An entry in words: what stands in a row of the table, and all of it for whoever looks closer. Pure.

What whoever wrote an entry might have put there to deceive the eye is not shown: control and direction characters.
"""

from collections.abc import Mapping
from unicodedata import category

from terminal.access_log.entry import Entry
from terminal.certificate import JST
from terminal.failure_book.book import title
from terminal.problems import Problem
from ui.words.catalogue import Words, load

COLUMNS = ("seq", "at", "actor", "action", "patient", "method", "outcome", "reason")
_PROBLEMS = frozenset(Problem)


class Writing:
    """Writes entries in one language. `people` are names by id, `unsealed` what a patient may be called, by pseudonym.

    A pseudonym that is in no `unsealed` is never written.
    """

    def __init__(self, words: Words, people: Mapping[str, str], unsealed: Mapping[str, str]) -> None:
        self.words = words
        self._known = load(words.area, words.language)
        self._people = people
        self._unsealed = unsealed

    def cells(self, entry: Entry) -> tuple[str, ...]:
        """The row of an entry, as `COLUMNS` has it."""
        return (
            f"{entry.seq:,}",
            f"{entry.at.astimezone(JST):%Y-%m-%d %H:%M:%S}",
            clean(self._people.get(entry.actor, entry.actor)),
            self.word("action", entry.action),
            self.patient(entry.subject),
            self.word("method", entry.method),
            self.word("outcome", entry.outcome),
            self.reason(entry.reason),
        )

    def lines(self, entry: Entry) -> list[str]:
        """All that an entry says, a line for each field."""
        role = self.word("role", entry.role)
        fields = {
            "seq": f"{entry.seq:,}",
            "at": f"{entry.at.astimezone(JST):%Y-%m-%d %H:%M:%S.%f}"[:-3],
            "clock": self.word("clock", entry.clock),
            "terminal": entry.terminal,
            "actor": f"{self.person(entry.actor)} {role}".strip(),
            "sign_in": entry.sign_in,
            "helper": self.word("helper", entry.helper),
            "action": self.word("action", entry.action),
            "patient": self._patient_in_full(entry.subject),
            "visit": entry.visit,
            "purpose": self.word("purpose", entry.purpose),
            "items": entry.items,
            "method": self.word("method", entry.method),
            "outcome": self.word("outcome", entry.outcome),
            "reason": self.reason(entry.reason),
            "consent": "  ".join(f"{name}={value}" for name, value in entry.consent),
            "upstream": entry.upstream,
            "details": "  ".join(f"{name}={value}" for name, value in entry.details),
        }
        return [f"{self.words[f'field.{name}']}: {clean(text)}" for name, text in fields.items() if text]

    def person(self, id_: str) -> str:
        """Somebody of the staff, by name where that is known."""
        name = self._people.get(id_, "")
        return clean(f"{name} ({id_})" if name else id_)

    def patient(self, pseudonym: str) -> str:
        """A patient: what they are called here, or that they are sealed; nothing, where an entry is about nobody."""
        return self._unsealed.get(pseudonym, self.words["patient.sealed"]) if pseudonym else ""

    def is_sealed(self, pseudonym: str) -> bool:
        """Whether this stands for a patient whom nobody has unsealed."""
        return bool(pseudonym) and pseudonym not in self._unsealed

    def _patient_in_full(self, pseudonym: str) -> str:
        name = self.patient(pseudonym)
        return f"{name} ({pseudonym})" if pseudonym in self._unsealed else name

    def reason(self, text: str) -> str:
        """A problem's sentence, or what was typed."""
        return title(Problem(text), self.words.language) if text in _PROBLEMS else clean(text)

    def word(self, table: str, code: str) -> str:
        """A code in words; itself, where nobody has found words for it."""
        return self._known.get(f"{table}.{code}", clean(code)) if code else ""


def clean(text: str) -> str:
    """The text, with a mark in place of what cannot be seen."""
    return "".join(each if each.isprintable() or category(each) == "Zs" else "\ufffd" for each in text)
