"""How like two names are, and two readings in kana. Pure.

A ● stands for one character that the service cannot write. Against a character that it can write it proves nothing: the
record may be a twin's.
"""

import re

from terminal.comparison.folding import (
    fold_both,
    fold_kana_script,
    fold_kana_size,
    fold_kana_spelling,
    fold_long_vowels,
    fold_width,
)
from terminal.comparison.likeness import MATCH, NOT_GIVEN, ONLY_UNKNOWN, OTHER_TEXT, SAME_TEXT, Finding, Likeness, Rule
from terminal.comparison.variants import UNKNOWN_CHARACTER, fold_unknown, fold_variants, may_be_unwritable

_SAME_BUT_WIDTH: Finding = (Likeness.EQUIVALENT, (Rule.WIDTH,))
_ALIAS = re.compile(r"(.+?)\s*[(（](.+)[)）]\s*")

_NAME_FOLDS = (
    (Rule.WIDTH, fold_width),
    (Rule.KANA_SIZE, fold_kana_size),
    (Rule.VARIANT_KANJI, fold_variants),
    (Rule.KANA_SPELLING, fold_kana_spelling),
)
_KANA_FOLDS = (
    (Rule.WIDTH, fold_width),
    (Rule.KANA_SCRIPT, fold_kana_script),
    (Rule.KANA_SIZE, fold_kana_size),
    (Rule.KANA_SPELLING, fold_kana_spelling),
    (Rule.LONG_VOWEL, fold_long_vowels),
)


def name_finding(ours: str | None, theirs: str | None) -> Finding:
    """How like two names are; swapping the two changes nothing."""
    ours, theirs = fold_unknown(ours or ""), fold_unknown(theirs or "")
    left, right = fold_width(ours), fold_width(theirs)
    if missing := _missing(left, right):
        return missing
    has_unknown = UNKNOWN_CHARACTER in left or UNKNOWN_CHARACTER in right
    if left == right and not has_unknown:
        return SAME_TEXT if ours == theirs else _SAME_BUT_WIDTH
    folded, other, rules = fold_both(ours, theirs, _NAME_FOLDS)
    if folded == other and not has_unknown:
        return Likeness.EQUIVALENT, rules
    if has_unknown and (unknown := _unknown_between(left, right)):
        return Likeness.EQUIVALENT, (*rules, unknown)
    return _by_alias(ours, theirs) or _unlike(ours, theirs)


def kana_finding(ours: str | None, theirs: str | None) -> Finding:
    """How like two readings are: half and full width, hiragana, small kana, sounds and long vowels are folded."""
    if not ours or not theirs:
        return NOT_GIVEN
    ours, theirs = fold_unknown(ours), fold_unknown(theirs)
    if missing := _missing(fold_width(ours), fold_width(theirs)):
        return missing
    if UNKNOWN_CHARACTER in ours or UNKNOWN_CHARACTER in theirs:
        return Likeness.MISSING, (Rule.UNKNOWN_FOR_PLAIN,)  # every kana can be written
    if ours == theirs:
        return SAME_TEXT
    left, right, rules = fold_both(ours, theirs, _KANA_FOLDS)
    return (Likeness.EQUIVALENT, rules) if left == right else OTHER_TEXT


def _missing(left: str, right: str) -> Finding | None:
    if not left or not right:
        return NOT_GIVEN
    return None if left.strip(UNKNOWN_CHARACTER) and right.strip(UNKNOWN_CHARACTER) else ONLY_UNKNOWN


def _unknown_between(left: str, right: str) -> Rule | None:
    """What the ● between two names of one length come to; None where the other characters are not the same."""
    if len(left) != len(right):
        return None
    found = Rule.UNKNOWN_CHARACTER
    for one, other in zip(left, right, strict=True):
        if UNKNOWN_CHARACTER not in (one, other):
            if _folded(one) != _folded(other):
                return None
        elif one == other or not may_be_unwritable(one if other == UNKNOWN_CHARACTER else other):
            found = Rule.UNKNOWN_FOR_PLAIN
    return found


def _by_alias(ours: str, theirs: str) -> Finding | None:
    """A foreign resident's two names, one behind the other in parentheses, against either of them alone."""
    left, right = _ALIAS.fullmatch(ours), _ALIAS.fullmatch(theirs)
    if bool(left) == bool(right):
        return None
    names, alone = (left.groups(), theirs) if left else (right.groups(), ours) if right else ((), "")
    for name in names:
        likeness, rules = name_finding(name, alone)
        if likeness in MATCH:
            return Likeness.EQUIVALENT, (*(rule for rule in rules if rule is not Rule.SAME_CHARACTERS), Rule.ALIAS)
    return None


def _unlike(ours: str, theirs: str) -> Finding:
    """Names that fold to different texts; some of them may still be one person's, or two forms of one foreign name."""
    left, right = _words(ours), _words(theirs)
    if sorted(left) == sorted(right) and all(word.isascii() for word in left):
        return Likeness.EQUIVALENT, (Rule.WORD_ORDER,)
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) > 1 and len(shorter) < len(longer) and set(shorter) < set(longer):
        return Likeness.DIFFERENT, (Rule.PART_OF_NAME,)
    if len(left) == len(right) == 2 and left[1] == right[1]:
        return Likeness.DIFFERENT, (Rule.OTHER_FAMILY_NAME,)
    return OTHER_TEXT


def _words(name: str) -> list[str]:
    return [_folded(fold_width(word)) for word in name.replace("・", " ").split()]


def _folded(text: str) -> str:
    return fold_kana_spelling(fold_variants(fold_kana_size(text)))
