"""Where a Japanese line may end: after a phrase, not inside a word. Pure, and roughly right without a dictionary.

A phrase is taken to end at punctuation, and where hiragana (an ending, a particle) meets something else. Everything
between is tied together with WORD JOINER (U+2060), which no font draws. A phrase longer than the line still breaks.
"""

from itertools import pairwise

JOINER = "\u2060"
CLOSING = "、。！？」）)"
PREFIXES = "おご"  # of courtesy: they belong to what follows


def tie(text: str) -> str:
    """The same text, with its phrases tied."""
    tied = [text[:1]]
    for before, after in pairwise(text):
        if _is_japanese(before + after) and not _may_end(before, after):
            tied.append(JOINER)
        tied.append(after)
    return "".join(tied)


def _may_end(before: str, after: str) -> bool:
    if before.isspace() or after.isspace():
        return True
    if after in CLOSING:
        return False
    return before in CLOSING or (_is_hiragana(before) and before not in PREFIXES and not _is_hiragana(after))


def _is_hiragana(character: str) -> bool:
    return "ぁ" <= character <= "ゖ"


def _is_japanese(pair: str) -> bool:
    return any("\u3000" <= character <= "\u9fff" for character in pair)
