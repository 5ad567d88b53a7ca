"""Is a record about this person? Five attributes, each judged apart, then one verdict. Pure.

The same person: name, birth date and address match, and neither sex nor kana speaks against it. What is missing is
never a match, with one exception: an insurer may leave the sex unset, which is tolerated unless the name holds a ●.
Two people may share name and birth date, so an address that differs or is missing makes the record doubtful: an older
address looks no different from a namesake's.
"""

from datetime import date

from terminal.comparison.addresses import address_finding
from terminal.comparison.likeness import (
    MATCH,
    NEAR,
    NOT_GIVEN,
    Attribute,
    Comparison,
    Finding,
    Judgement,
    Likeness,
    Rule,
    Verdict,
)
from terminal.comparison.names import kana_finding, name_finding
from terminal.comparison.variants import UNKNOWN_CHARACTER, fold_unknown
from terminal.coverage import Record
from terminal.people import Holder, Sex

_NAME, _KANA, _BIRTH_DATE, _SEX, _ADDRESS = Attribute
_EQUAL, _, _DIFFERENT, _ = Likeness
_MALE_OR_FEMALE = (Sex.MALE, Sex.FEMALE)
_SAME_DAY: Finding = (_EQUAL, (Rule.SAME_DAY,))
_SAME_SEX: Finding = (_EQUAL, (Rule.SAME_SEX,))
_OTHER_SEX: Finding = (_DIFFERENT, (Rule.OTHER_SEX,))


def compare(holder: Holder, record: Record) -> Comparison:
    """A record against the person on the chip, which holds no kana."""
    return _compare(holder, None, record)


def compare_records(ours: Record, theirs: Record) -> Comparison:
    """Each attribute's likeness, with the rules that gave it; swapping the two records changes nothing."""
    return _compare(ours, ours.kana, theirs)


def _compare(ours: Holder | Record, kana: str | None, theirs: Record) -> Comparison:
    return Comparison(
        (
            Judgement(_NAME, *name_finding(ours.name, theirs.name)),
            Judgement(_KANA, *kana_finding(kana, theirs.kana)),
            Judgement(_BIRTH_DATE, *birth_date_finding(ours.birth_date, theirs.birth_date)),
            Judgement(_SEX, *sex_finding(ours.sex, theirs.sex)),
            Judgement(_ADDRESS, *address_finding(ours.address, theirs.address)),
        )
    )


def verdict(comparison: Comparison) -> Verdict:
    """What the five come to. Whatever is not surely the same is not the same."""
    name, _, birth_date, sex, _ = comparison.attributes
    differing = [judgement for judgement in (name, birth_date, sex) if judgement.likeness is _DIFFERENT]
    if differing:
        is_doubtful = len(differing) == 1 and _may_be_one_person(comparison, differing[0].attribute)
        return Verdict.DOUBTFUL if is_doubtful else Verdict.DIFFERENT
    return Verdict.SAME if _is_surely_same(comparison) else Verdict.DOUBTFUL


def is_same_person(comparison: Comparison) -> bool:
    """Whether the verdict is `SAME`."""
    return verdict(comparison) is Verdict.SAME


def unknown_characters(record: Record) -> bool:
    """Whether the record's name holds a character that the service could not write."""
    return UNKNOWN_CHARACTER in fold_unknown(record.name or "")


def birth_date_finding(ours: date | None, theirs: date | None) -> Finding:
    """Equal or different; there is nothing between, but a slip is named."""
    if ours is None or theirs is None:
        return NOT_GIVEN
    if ours == theirs:
        return _SAME_DAY
    if (ours.year, ours.month, ours.day) == (theirs.year, theirs.day, theirs.month):
        return _DIFFERENT, (Rule.DAY_AND_MONTH_SWAPPED,)
    digits_apart = sum(one != other for one, other in zip(f"{ours:%Y%m%d}", f"{theirs:%Y%m%d}", strict=True))
    return _DIFFERENT, (Rule.ONE_DIGIT_OFF if digits_apart == 1 else Rule.OTHER_DAY,)


def sex_finding(ours: Sex | None, theirs: Sex | None) -> Finding:
    """Only male and female are compared; "unknown" and "not applicable" say nothing."""
    if ours not in _MALE_OR_FEMALE or theirs not in _MALE_OR_FEMALE:
        return NOT_GIVEN
    return _SAME_SEX if ours is theirs else _OTHER_SEX


def _is_surely_same(comparison: Comparison) -> bool:
    name, kana, birth_date, sex, address = comparison.attributes
    if kana.likeness is _DIFFERENT or not (
        name.likeness in MATCH and birth_date.likeness in MATCH and address.likeness in MATCH
    ):
        return False
    if Rule.UNKNOWN_FOR_PLAIN in name.rules:
        return kana.likeness in MATCH and sex.likeness is _EQUAL
    return sex.likeness is _EQUAL or Rule.UNKNOWN_CHARACTER not in name.rules


def _may_be_one_person(comparison: Comparison, differing: Attribute) -> bool:
    """Whether one difference may be a slip or a change of name. A twin's record is no doubt: it is different."""
    name, _, birth_date, _, address = comparison.attributes
    is_at_home = name.likeness in MATCH and address.likeness in MATCH
    match differing:
        case Attribute.NAME:
            return birth_date.likeness is _EQUAL and not NEAR.isdisjoint(name.rules)
        case Attribute.BIRTH_DATE:
            return is_at_home and not NEAR.isdisjoint(birth_date.rules)
        case _:
            return is_at_home and birth_date.likeness is _EQUAL
