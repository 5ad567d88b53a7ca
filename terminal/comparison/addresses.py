"""How like two addresses are, whichever of the ways of writing an address each is in. Pure.

一丁目２番３号 is 1-2-3, 大字 and 字 are left out, ヶ is が; a prefecture or a building may be missing on one side.
"""

import re

from terminal.comparison.folding import fold_both, fold_width
from terminal.comparison.likeness import NOT_GIVEN, ONLY_UNKNOWN, OTHER_TEXT, SAME_TEXT, Finding, Likeness, Rule
from terminal.comparison.variants import UNKNOWN_CHARACTER, fold_unknown, fold_variants

MOST_UNKNOWN = 1 / 3  # of the characters; an address with more ● says too little

_DIGIT = dict(zip("〇一二三四五六七八九壱弐参", "0123456789123", strict=True))
_UNITS = {"十": 10, "百": 100}
_NUMERAL = re.compile("[〇一二三四五六七八九十百壱弐参]+(?=丁目|番|号|条|線|地割|の[〇一二三四五六七八九十])")
# Here and below the sign comes first, and what stands around it after: the sign is rare.
_HOUSE_NUMBER = re.compile(
    "[丁番号のー‐-―−](?<=[0-9].)(?:(?<=丁)目|(?<=番)(?:地の?)?|(?<=号)室?|(?<=の)(?=[0-9])|(?<=[ー‐-―−]))"
)
_HYPHEN_AT_END = re.compile("-(?<=[0-9]-)(?![0-9])")
_KANJI = "[\u3400-\u9fff々]"
_PLACE_FORMS = (
    (re.compile(f"大字|字(?<!文字)(?={_KANJI})"), ""),
    (re.compile(f"[ヶケがガヵ箇](?<={_KANJI}.)(?={_KANJI})"), "ケ"),
    (re.compile(f"[のノ之](?<={_KANJI}.)(?={_KANJI})"), "の"),
)
_BOUNDARY = re.compile("[市区町村]")
_PREFECTURE = re.compile("東京都|北海道|(?:京都|大阪)府|(?:神奈川|和歌山|鹿児島|[^市区町村郡]{2})県")
_AFTER_A_WHOLE_NUMBER = re.compile("(?![0-9条線区町村丁番号地])")
_THREE_NUMBERS = re.compile("[0-9]+-[0-9]+-[0-9]+$")


def address_finding(ours: str | None, theirs: str | None) -> Finding:
    """How like two addresses are; swapping the two changes nothing."""
    ours, theirs = fold_unknown(ours or "").strip(), fold_unknown(theirs or "").strip()
    if not ours or not theirs:
        return NOT_GIVEN
    if _says_little(ours) or _says_little(theirs):
        return ONLY_UNKNOWN
    if ours == theirs:
        return SAME_TEXT
    left, right, rules = fold_both(*_from_where_they_part(ours, theirs), _FOLDS)
    if bool(_PREFECTURE.match(left)) != bool(_PREFECTURE.match(right)):
        left, right = _PREFECTURE.sub("", left, count=1), _PREFECTURE.sub("", right, count=1)
        rules = (*rules, Rule.PREFECTURE_LEFT_OUT)
    if left == right:
        return Likeness.EQUIVALENT, rules
    if _is_like(left, right):
        return Likeness.EQUIVALENT, (*rules, Rule.UNKNOWN_CHARACTER)
    if _is_without_building(*sorted((left, right), key=len)):
        return Likeness.EQUIVALENT, (*rules, Rule.BUILDING_LEFT_OUT)
    return OTHER_TEXT


def fold_place_forms(text: str) -> str:
    """大字 and 字 left out; ヶ, ケ, が, ガ and 箇 as one between kanji, and so の, ノ and 之."""
    for form, one in _PLACE_FORMS:
        text = form.sub(one, text)
    return text


def fold_house_numbers(text: str) -> str:
    """House numbers as 1-2-3."""
    digits = _NUMERAL.sub(lambda match: _DIGIT.get(match[0]) or _value(match[0]), text)
    return _HYPHEN_AT_END.sub("", _HOUSE_NUMBER.sub("-", digits))


_FOLDS = (
    (Rule.WIDTH, fold_width),
    (Rule.VARIANT_KANJI, fold_variants),
    (Rule.OLD_PLACE_FORM, fold_place_forms),
    (Rule.HOUSE_NUMBER, fold_house_numbers),
)


def _from_where_they_part(ours: str, theirs: str) -> tuple[str, str]:
    """Both from the last 市, 区, 町 or 村 that they share: what stands before it is the same and need not be folded."""
    start = 0
    for boundary in _BOUNDARY.finditer(ours):
        if not theirs.startswith(ours[: boundary.end()]):
            break
        start = boundary.start()
    return ours[start:], theirs[start:]


def _says_little(address: str) -> bool:
    return UNKNOWN_CHARACTER in address and address.count(UNKNOWN_CHARACTER) > MOST_UNKNOWN * len(address)


def _is_like(left: str, right: str) -> bool:
    """Whether ● in one or the other makes them the same. A digit is never unknown: it can always be written."""
    if UNKNOWN_CHARACTER not in left + right or len(left) != len(right):
        return False
    return all(
        one == other or (UNKNOWN_CHARACTER in (one, other) and _no_digit(one + other))
        for one, other in zip(left, right, strict=True)
    )


def _no_digit(text: str) -> bool:
    return not any(character.isdecimal() for character in text)


def _is_without_building(shorter: str, longer: str) -> bool:
    """Whether the longer goes on after the shorter's whole house number: a building, or a room after three numbers."""
    if not longer.startswith(shorter) or not shorter[-1].isdecimal():
        return False
    rest = longer[len(shorter) :]
    if rest.startswith("-"):
        return bool(_THREE_NUMBERS.search(shorter))
    return bool(_AFTER_A_WHOLE_NUMBER.match(rest))


def _value(numerals: str) -> str:
    """十二 is 12, 百二十 is 120; numerals without 十 and 百 are read digit by digit."""
    if _UNITS.keys().isdisjoint(numerals):
        return str(int("".join(_DIGIT[numeral] for numeral in numerals)))
    total = digit = 0
    for numeral in numerals:
        if unit := _UNITS.get(numeral):
            total, digit = total + (digit or 1) * unit, 0
        else:
            digit = int(_DIGIT[numeral])
    return str(total + digit)
