"""Is an answer's record about the person on the chip? Five attributes, each judged apart, then one verdict. Pure.

The same person: name and birth date equal or equivalent, and the sex not different. What is missing is never a match,
with one exception: an insurer may leave the sex unset, which is tolerated unless the name holds a ●. The chip has no
kana, and the insurer's address may be older than the chip's: both are shown and decide nothing.
"""

from datetime import date

from terminal.comparison.folding import fold_address, fold_kana_size, fold_width
from terminal.comparison.likeness import Attribute, Comparison, Likeness
from terminal.comparison.variants import fold_variants
from terminal.coverage import Record
from terminal.people import Holder, Sex

UNKNOWN_CHARACTER = "●"  # U+25CF, written by the service for a character that it cannot map

_Judgement = tuple[Likeness, str]
_MATCH = (Likeness.EQUAL, Likeness.EQUIVALENT)


def compare(holder: Holder, record: Record) -> Comparison:
    """Each attribute's likeness, with the rule that gave it in a few words and without any of the values."""
    sex = sex_likeness(holder.sex, record.sex)
    name = name_likeness(holder.name, record.name)
    if name[0] in _MATCH and unknown_characters(record) and sex[0] is not Likeness.EQUAL:
        name = Likeness.MISSING, "● says too little while the sex is not known"
    return Comparison(
        (
            (Attribute.NAME, *name),
            (Attribute.KANA, Likeness.MISSING, "the chip holds no kana"),
            (Attribute.BIRTH_DATE, *birth_date_likeness(holder.birth_date, record.birth_date)),
            (Attribute.SEX, *sex),
            (Attribute.ADDRESS, *address_likeness(holder.address, record.address)),
        )
    )


def is_same_person(comparison: Comparison) -> bool:
    """The verdict. Whatever is not surely the same is not the same."""
    return (
        comparison.likeness(Attribute.NAME) in _MATCH
        and comparison.likeness(Attribute.BIRTH_DATE) in _MATCH
        and comparison.likeness(Attribute.SEX) is not Likeness.DIFFERENT
    )


def unknown_characters(record: Record) -> bool:
    """Whether the record's name holds a character that the service could not write."""
    return UNKNOWN_CHARACTER in (record.name or "")


def name_likeness(ours: str, theirs: str | None) -> _Judgement:
    """How like two names are; the order of the two does not matter."""
    theirs = theirs or ""
    if not all(fold_width(name).replace(UNKNOWN_CHARACTER, "") for name in (ours, theirs)):
        return Likeness.MISSING, "no name, or nothing but ●"
    if ours == theirs and UNKNOWN_CHARACTER not in ours:
        return Likeness.EQUAL, "the same characters"
    left, right = fold_width(ours), fold_width(theirs)
    rules = (
        (str, "width, case and spaces"),
        (fold_kana_size, "small and large kana"),
        (fold_variants, "variant kanji"),
    )
    for fold, rule in rules:
        left, right = fold(left), fold(right)
        if left == right and UNKNOWN_CHARACTER not in left:
            return Likeness.EQUIVALENT, rule
    if len(left) == len(right) and all(_is_like(*pair) for pair in zip(left, right, strict=True)):
        return Likeness.EQUIVALENT, "● stands for one character"
    return Likeness.DIFFERENT, "other characters"


def birth_date_likeness(ours: date, theirs: date | None) -> _Judgement:
    """Equal or different; there is nothing between."""
    if theirs is None:
        return Likeness.MISSING, "no birth date"
    return (Likeness.EQUAL, "the same day") if ours == theirs else (Likeness.DIFFERENT, "another day")


def sex_likeness(ours: Sex, theirs: Sex | None) -> _Judgement:
    """Only male and female are compared; "unknown" and "not applicable" say nothing."""
    if not {ours, theirs} <= {Sex.MALE, Sex.FEMALE}:
        return Likeness.MISSING, "not set"
    return (Likeness.EQUAL, "the same") if ours is theirs else (Likeness.DIFFERENT, "the other")


def address_likeness(ours: str, theirs: str | None) -> _Judgement:
    """How like two addresses are; 一丁目２番３号 and 1-2-3 are equivalent."""
    if not ours.strip() or not theirs or not theirs.strip():
        return Likeness.MISSING, "no address"
    if ours == theirs:
        return Likeness.EQUAL, "the same characters"
    if fold_address(ours) == fold_address(theirs):
        return Likeness.EQUIVALENT, "width, spaces, variant kanji and house numbers"
    return Likeness.DIFFERENT, "other characters"


def _is_like(left: str, right: str) -> bool:
    return left == right or UNKNOWN_CHARACTER in (left, right)
