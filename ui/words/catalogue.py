"""The words of the windows: a TOML file for each area and language, read when first asked for.

A key is `table.name`. What `common` says is known in every area. The patient's words are there in ten languages, the
staff's in two; that each key is in each of them, with the same values to fill in, is kept by `tests/test_ui_words.py`.
"""

import tomllib
from copy import copy
from functools import cache
from pathlib import Path

from terminal.failure_book.book import LANGUAGES, PATIENT_LANGUAGES
from ui.words.ruby import without_ruby

__all__ = ["AREAS", "LANGUAGES", "PATIENT_LANGUAGES", "Words", "load"]

AREAS = ("patient", "receptionist", "practice", "setup", "signin", "auditor", "common")
FOLDER = Path(__file__).parent


class Words:
    """The words of one area in one language. A key that is missing raises `KeyError`."""

    def __init__(self, area: str, language: str) -> None:
        self.area = area
        self.language = language
        self._has_ruby = False
        self._texts = {**_own_names(), **load("common", language), **load(area, language)}

    def __getitem__(self, key: str) -> str:
        return self.said(self._texts[key])

    def format(self, key: str, **values: object) -> str:
        """The words with values filled in for `{names}`."""
        return self[key].format(**values)

    def said(self, text: str) -> str:
        """A text of another book as these words say it: without readings over its kanji, unless they are wanted."""
        return text if self._has_ruby else without_ruby(text)

    def with_ruby(self) -> "Words":
        """The same words with `《readings》`, for a label that draws them."""
        made = copy(self)
        made._has_ruby = True
        return made


@cache
def load(area: str, language: str) -> dict[str, str]:
    """Every key of one file with its text; not to be changed. Raises `FileNotFoundError` for what is not there."""
    return _read(f"{area}.{language}.toml")


@cache
def _own_names() -> dict[str, str]:
    return _read("languages.toml")


def _read(name: str) -> dict[str, str]:
    return dict(_flat(tomllib.loads((FOLDER / name).read_text("utf-8"))))


def _flat(table: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            pairs.append((prefix + name, value))
        else:
            raise TypeError(f"{prefix}{name} is not a text")
    return pairs
