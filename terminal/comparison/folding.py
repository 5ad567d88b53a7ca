"""Folds that take away how a text is written and keep what it says: width, spaces, kana size, house numbers. Pure.

Folded text is for comparing only; it is never stored, shown or sent.
"""

import re
import unicodedata

from terminal.comparison.variants import fold_variants

_SMALL = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
_LARGE = "あいうえおつやゆよわかけアイウエオツヤユヨワカケ"
_TO_LARGE = str.maketrans(_SMALL + "‐‑‒–—―−ｰ-", _LARGE + "ー" * 9)  # dashes are typed for the long-vowel mark

_NUMERALS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")}
_NUMERAL = re.compile("([〇一二三四五六七八九十]+)(?=丁目|番|号)")
_HOUSE_NUMBER = re.compile("(?<=[0-9])(?:丁目|番地の?|番|号|の(?=[0-9])|[ー‐-―−])")
_HYPHEN_AT_END = re.compile("(?<=[0-9])-(?![0-9])")


def fold_width(text: str) -> str:
    """NFKC (UAX #15), case folded, without spaces and without variation selectors."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if not character.isspace() and not _is_selector(character))


def fold_kana_size(text: str) -> str:
    """Small kana as large ones, every dash as ー."""
    return text.translate(_TO_LARGE)


def fold_address(text: str) -> str:
    """An address with its house numbers as 1-2-3, variant kanji folded."""
    digits = _NUMERAL.sub(lambda match: str(_value(match[1])), fold_variants(fold_width(text)))
    return _HYPHEN_AT_END.sub("", _HOUSE_NUMBER.sub("-", digits))


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _value(numerals: str) -> int:
    """十二 is 12, 二十 is 20; numerals without 十 are read digit by digit."""
    if "十" not in numerals:
        return int("".join(str(_NUMERALS[numeral]) for numeral in numerals))
    tens, _, ones = numerals.partition("十")
    return 10 * _NUMERALS.get(tens, 1) + _NUMERALS.get(ones, 0)
