"""The words of the windows: a TOML file for each area and language, read when first asked for.

A key is `table.name`. What `common` says is known in every area. That each key stands in every language, with the
same values to fill in, is kept by `tests/test_ui_words.py`.
"""

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("ja", "en")
AREAS = ("patient", "receptionist", "practice", "common")
FOLDER = Path(__file__).parent


class Words:
    """The words of one area in one language. A key that is missing raises `KeyError`."""

    def __init__(self, area: str, language: str) -> None:
        self.area = area
        self.language = language
        self._texts = {**load("common", language), **load(area, language)}

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def format(self, key: str, **values: object) -> str:
        """The words with values filled in for `{names}`."""
        return self._texts[key].format(**values)


@cache
def load(area: str, language: str) -> dict[str, str]:
    """Every key of one file with its text; not to be changed. Raises `FileNotFoundError` for what is not there."""
    return dict(_flat(tomllib.loads((FOLDER / f"{area}.{language}.toml").read_text("utf-8"))))


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
