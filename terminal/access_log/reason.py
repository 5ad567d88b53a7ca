"""What may stand in the log as a reason: some words, on one line. Pure."""

from typing import Final
from unicodedata import east_asian_width

MOST_REASON: Final = 200  # characters
FEWEST_REASON: Final = 8  # letters; a kanji or kana says as much as two


def is_reason(text: str) -> bool:
    """Whether it can be a reason."""
    width = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text.strip())
    return width >= FEWEST_REASON and len(text.strip()) <= MOST_REASON and text.replace("\u3000", " ").isprintable()
