"""How like two records are, attribute by attribute, by which rules, and what follows from it. Pure.

A judgement carries codes and never a value, so that it may be shown, logged and printed.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import NamedTuple


class Attribute(StrEnum):
    """The five that a record is held against."""

    NAME = auto()
    KANA = auto()
    BIRTH_DATE = auto()
    SEX = auto()
    ADDRESS = auto()


class Likeness(StrEnum):
    """`MISSING` on either side is never a match."""

    EQUAL = auto()
    EQUIVALENT = auto()
    DIFFERENT = auto()
    MISSING = auto()


class Rule(StrEnum):
    """Why an attribute is as like as it is. The value says it in a few words."""

    # equal
    SAME_CHARACTERS = "the same characters"
    SAME_DAY = "the same day"
    SAME_SEX = "the same sex"

    # equivalent
    WIDTH = "width, case and spaces"
    KANA_SIZE = "small and large kana"
    KANA_SCRIPT = "hiragana and katakana"
    KANA_SPELLING = "kana of one sound"  # ヂ and ジ, ヴァ and バ
    LONG_VOWEL = "long vowels"
    VARIANT_KANJI = "variant kanji"
    UNKNOWN_CHARACTER = "● for a character that cannot be written"
    WORD_ORDER = "order of the words"
    ALIAS = "a name and its alias"  # 通称, in parentheses behind a foreign resident's name
    OLD_PLACE_FORM = "older forms of a place"  # 大字, 字, ヶ and が
    HOUSE_NUMBER = "forms of a house number"
    PREFECTURE_LEFT_OUT = "prefecture left out"
    BUILDING_LEFT_OUT = "building left out"

    # equivalent, and yet not enough
    UNKNOWN_FOR_PLAIN = "● for a character that can be written"

    # different, but what one and the same person's records may come to
    OTHER_FAMILY_NAME = "the same given name, another family name"
    PART_OF_NAME = "one name is part of the other"
    ONE_DIGIT_OFF = "one digit of the date is another"
    DAY_AND_MONTH_SWAPPED = "day and month are swapped"

    # different
    OTHER_CHARACTERS = "other characters"
    OTHER_DAY = "another day"
    OTHER_SEX = "the other sex"

    # missing
    NOT_GIVEN = "not given"
    ONLY_UNKNOWN = "nothing but ●"


class Verdict(StrEnum):
    """`SAME` only where nothing speaks against it; `DOUBTFUL` is for a person to decide and never for a program."""

    SAME = auto()
    DOUBTFUL = auto()
    DIFFERENT = auto()


MATCH = (Likeness.EQUAL, Likeness.EQUIVALENT)
NEAR = frozenset({Rule.OTHER_FAMILY_NAME, Rule.PART_OF_NAME, Rule.ONE_DIGIT_OFF, Rule.DAY_AND_MONTH_SWAPPED})

Finding = tuple[Likeness, tuple[Rule, ...]]


_PLACES = {attribute: place for place, attribute in enumerate(Attribute)}


SAME_TEXT: Finding = (Likeness.EQUAL, (Rule.SAME_CHARACTERS,))
OTHER_TEXT: Finding = (Likeness.DIFFERENT, (Rule.OTHER_CHARACTERS,))
NOT_GIVEN: Finding = (Likeness.MISSING, (Rule.NOT_GIVEN,))
ONLY_UNKNOWN: Finding = (Likeness.MISSING, (Rule.ONLY_UNKNOWN,))


class Judgement(NamedTuple):
    """One attribute, how like it is, and the rules that say so, in the order in which they were needed."""

    attribute: Attribute
    likeness: Likeness
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Comparison:
    """The five judgements, in the order of `Attribute`."""

    attributes: tuple[Judgement, Judgement, Judgement, Judgement, Judgement]

    def likeness(self, attribute: Attribute) -> Likeness:
        """The likeness of one attribute."""
        return self.judgement(attribute).likeness

    def judgement(self, attribute: Attribute) -> Judgement:
        """The judgement of one attribute."""
        return self.attributes[_PLACES[attribute]]
