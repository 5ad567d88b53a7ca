"""The failure book: what to say of each `Problem` to patient, receptionist and IT, in each language.

One TOML file a language of the staff, one table a problem; for a patient's other languages one sentence a problem. A
book that is not whole is refused: unknown, missing or empty text.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files

from terminal.problems import Problem

LANGUAGES = ("ja", "en")  # what the staff reads
PATIENT_LANGUAGES = ("ja", "ja-easy", "en", "zh-Hans", "zh-Hant", "ko", "vi", "pt", "ne", "tl")
BOOKS = files("terminal.failure_book")


class Audience(StrEnum):
    """Who reads a sentence. The value is the sentence's key in the book."""

    PATIENT = "patient"
    RECEPTIONIST = "receptionist"
    IT = "it"


@dataclass(frozen=True)
class Page:
    """All that the book says of one problem."""

    title: str  # a few words
    patient: str  # one kind sentence, with what happens next
    receptionist: str  # the next step
    it: str  # cause, what to look at first, remedy


def sentence(problem: Problem, audience: Audience, language: str) -> str:
    """What to say of a problem to one audience, in やさしい日本語 with `《readings》`.

    Raises `ValueError` for a language that has no book.
    """
    if audience is Audience.PATIENT and language not in LANGUAGES:
        return _sentences(language)[problem]
    page = _book(language)[problem]
    match audience:
        case Audience.PATIENT:
            return page.patient
        case Audience.RECEPTIONIST:
            return page.receptionist
        case Audience.IT:
            return page.it


def title(problem: Problem, language: str) -> str:
    """A problem in a few words. Raises `ValueError` for a language that has no book."""
    return _book(language)[problem].title


def read_book(toml: str) -> Mapping[Problem, Page]:
    """Reads one language. Raises `ValueError` unless it has each problem's whole page, and nothing else."""
    book = {Problem(code): _page(code, table) for code, table in tomllib.loads(toml).items()}
    if missing := set(Problem) - set(book):
        raise ValueError(f"no page for {', '.join(sorted(missing))}")
    return book


def read_sentences(toml: str) -> Mapping[Problem, str]:
    """Reads a patient's language. Raises `ValueError` unless it has each problem's sentence, and nothing else."""
    said = {Problem(code): text for code, text in tomllib.loads(toml).items()}
    if missing := [problem for problem in Problem if not str(said.get(problem, "")).strip()]:
        raise ValueError(f"no sentence for {', '.join(sorted(missing))}")
    return said


def _page(code: str, table: Mapping[str, str]) -> Page:
    if set(table) != {field.name for field in fields(Page)} or not all(text.strip() for text in table.values()):
        raise ValueError(f"the page of {code} is not whole")
    return Page(**table)


@cache
def _book(language: str) -> Mapping[Problem, Page]:
    if language not in LANGUAGES:
        raise ValueError(f"no failure book in {language!r}")
    return read_book((BOOKS / f"{language}.toml").read_text("utf-8"))


@cache
def _sentences(language: str) -> Mapping[Problem, str]:
    if language not in PATIENT_LANGUAGES:
        raise ValueError(f"no failure book in {language!r}")
    return read_sentences((BOOKS / f"patient.{language}.toml").read_text("utf-8"))
