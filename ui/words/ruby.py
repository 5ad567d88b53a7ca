"""Readings over kanji, as Aozora Bunko writes them: `市役所《しやくしょ》`, from a bar on, `｜14桁《けた》`. Pure."""

import re
from dataclasses import dataclass

_WITH_READING = re.compile(r"(?:｜([^｜《》]+)|([一-鿿々〆ヶ]+))《([^《》]+)》")


@dataclass(frozen=True)
class Ruby:
    """A reading, and the characters `start` to `end` of the text that it stands over."""

    start: int
    end: int
    reading: str


def without_ruby(text: str) -> str:
    """The text as it is said where no reading can be drawn: on buttons, and to a screen reader."""
    return _WITH_READING.sub(lambda found: found[1] or found[2], text)


def read_ruby(text: str) -> tuple[str, tuple[Ruby, ...]]:
    """The text without its readings, and the readings with their places in it."""
    plain, rubies, end = "", [], 0
    for found in _WITH_READING.finditer(text):
        plain += text[end : found.start()]
        base = found[1] or found[2]
        rubies.append(Ruby(len(plain), len(plain) + len(base), found[3]))
        plain += base
        end = found.end()
    return plain + text[end:], tuple(rubies)
