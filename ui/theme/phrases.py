"""Where a Japanese line may end: after a phrase, not inside a word. Pure, and roughly right without a dictionary.

A phrase is taken to end at punctuation, and where hiragana (an ending, a particle) meets something else. Everything
between is tied together with WORD JOINER (U+2060), which no font draws. A phrase longer than the line still breaks.
"""

import re
from typing import Final

JOINER: Final = "\u2060"
_JAPANESE: Final = "[\u3000-\u9fff]"
_HIRAGANA: Final = "[ぁ-ゖ]"
_CLOSING: Final = "[、。！？」）)]"
_COURTESY: Final = "[おご]"  # prefixes: they belong to what follows
# One expression, and not a loop over the characters: a window lays out some hundred texts each time that it changes.
_WITHIN: Final = re.compile(
    rf"(?<=\S)(?=\S)(?:(?<={_JAPANESE})|(?={_JAPANESE}))"
    rf"(?:(?={_CLOSING})|(?<!{_CLOSING})(?:(?<!{_HIRAGANA})|(?<={_COURTESY})|(?<=もう)(?=一)|(?={_HIRAGANA})))"
)


def tie(text: str) -> str:
    """The same text, with its phrases tied."""
    return _WITHIN.sub(JOINER, text)
