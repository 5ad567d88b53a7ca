"""Whether two records are about one person: hard pairs by hand, what is missing, ●, and promises for any records."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.comparison.compare import compare, compare_records, is_same_person, unknown_characters, verdict
from terminal.comparison.likeness import Attribute, Comparison, Likeness, Rule, Verdict
from terminal.comparison.names import kana_finding, name_finding
from terminal.comparison.variants import UNKNOWN_CHARACTER, fold_variants, groups, may_be_unwritable
from terminal.coverage import Record
from terminal.people import Holder, IssuerTrust, Sex

HOLDER = Holder(
    name="見本　花子",
    address="東京都架空区見本町一丁目２番３号",
    birth_date=date(1992, 4, 12),
    sex=Sex.FEMALE,
    portrait=None,
    card_expires=date(2034, 4, 12),
    issuer=IssuerTrust.CHECKED,
)
RECORD = Record("見本　花子", "ﾐﾎﾝ ﾊﾅｺ", date(1992, 4, 12), Sex.FEMALE, "東京都架空区見本町１－２－３")

NAMES = st.text(st.sampled_from("見本花子太郎髙高﨑崎邉邊辺ァアッツー●　 aＡ𠮷吉（）\ufe00\ue000"), max_size=8)
ADDRESSES = st.text(st.sampled_from("東京都架空市大字霞ヶが丘一二三十１2-－丁目番地号●荘の"), max_size=14)
DATES = st.dates(date(1900, 1, 1), date(2026, 12, 31))
RECORDS = st.builds(
    Record,
    name=st.none() | NAMES,
    kana=st.none() | st.text(st.sampled_from("ｱｲｳｶｷﾞーヴァヂジおう●"), max_size=6),
    birth_date=st.none() | DATES,
    sex=st.none() | st.sampled_from(Sex),
    address=st.none() | ADDRESSES,
)


def hard_pairs() -> list[tuple[str, Verdict, str | None, str | None]]:
    """Attribute, verdict and the two values of each pair of the file beside this one."""
    found = []
    attribute = said = ""
    for line in (Path(__file__).parent / "hard_pairs.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            attribute, said = line[1 : line.index("]")].split()
        elif not line.startswith("#"):
            for pair in filter(None, line.split(" ")):
                ours, theirs = (None if value == "-" else value.replace("_", " ") for value in pair.split("/"))
                found.append((attribute, Verdict(said), ours, theirs))
    return found


def value_of(attribute: str, written: str | None) -> Any:
    match attribute:
        case "birth_date":
            return written and date.fromisoformat(written)
        case "sex":
            return written and Sex(written)
        case _:
            return written


def same(**changed: Any) -> bool:
    return is_same_person(compare(HOLDER, replace(RECORD, **changed)))


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_there_are_at_least_300_hard_pairs_and_none_stands_twice() -> None:
    assert len(hard_pairs()) == len(set(hard_pairs())) >= 300


@pytest.mark.parametrize(("attribute", "expected", "ours", "theirs"), hard_pairs())
def test_a_hard_pair_comes_to_its_verdict_whichever_is_ours(
    attribute: str, expected: Verdict, ours: str | None, theirs: str | None
) -> None:
    left = replace(RECORD, **{"kana": None, attribute: value_of(attribute, ours)})
    right = replace(RECORD, **{"kana": None, attribute: value_of(attribute, theirs)})
    assert verdict(compare_records(left, right)) is expected
    assert verdict(compare_records(right, left)) is expected


def test_the_same_attributes_are_the_same_person() -> None:
    comparison = compare(HOLDER, RECORD)
    assert is_same_person(comparison)
    assert [judgement.attribute for judgement in comparison.attributes] == list(Attribute)
    assert comparison.likeness(Attribute.NAME) is Likeness.EQUAL
    assert comparison.likeness(Attribute.KANA) is Likeness.MISSING
    assert comparison.judgement(Attribute.ADDRESS).rules == (Rule.HOUSE_NUMBER,)


@pytest.mark.parametrize(
    ("ours", "theirs", "rules"),
    [
        ("見本　花子", "見本花子", (Rule.WIDTH,)),
        ("髙﨑　ﾊﾅｺ", "高崎ハナコ", (Rule.WIDTH, Rule.VARIANT_KANJI)),
        ("見本　キョウコ", "見本　キヨウコ", (Rule.KANA_SIZE,)),
        ("德田　みづき", "徳田　みずき", (Rule.VARIANT_KANJI, Rule.KANA_SPELLING)),
        ("髙﨑　花子", "\ue000崎　花子", (Rule.VARIANT_KANJI, Rule.UNKNOWN_CHARACTER)),
        ("SAMPLE JOHN", "JOHN SAMPLE", (Rule.WORD_ORDER,)),
    ],
)
def test_a_match_carries_the_rules_that_it_needed_and_no_other(ours: str, theirs: str, rules: tuple[Rule, ...]) -> None:
    assert name_finding(ours, theirs) == (Likeness.EQUIVALENT, rules)


def test_a_namesake_of_the_same_birth_date_is_never_chosen() -> None:
    assert not same(address="大阪府架空市見本町９－９")
    assert not same(address=None)


@pytest.mark.parametrize("sex", [None, Sex.UNKNOWN, Sex.NOT_APPLICABLE])
def test_a_sex_that_is_not_set_is_tolerated_but_never_beside_an_unknown_character(sex: Sex | None) -> None:
    holder = replace(HOLDER, name="見本　𠮷子")
    record = replace(RECORD, name="見本　●子")
    assert same(sex=sex)
    assert is_same_person(compare(holder, record))
    assert not is_same_person(compare(holder, replace(record, sex=sex)))


def test_an_unknown_character_for_a_plain_one_is_settled_by_the_kana() -> None:
    record = replace(RECORD, name="見本　●子")
    assert verdict(compare(HOLDER, record)) is Verdict.DOUBTFUL
    assert verdict(compare_records(RECORD, record)) is Verdict.SAME
    assert verdict(compare_records(replace(RECORD, kana="ﾐﾎﾝ ﾓﾓｺ"), record)) is Verdict.DOUBTFUL


@pytest.mark.parametrize("changed", [{"name": "架空　太郎"}, {"birth_date": date(1961, 8, 30)}, {"sex": Sex.MALE}])
def test_two_differences_are_another_person(changed: dict[str, Any]) -> None:
    record = replace(RECORD, address="別市遠方町9", **changed)
    assert verdict(compare(HOLDER, record)) is Verdict.DIFFERENT


def test_unknown_characters_are_seen_in_the_name_only() -> None:
    assert unknown_characters(replace(RECORD, name="●本　花子"))
    assert unknown_characters(replace(RECORD, name="\ue000本　花子"))
    assert not unknown_characters(replace(RECORD, address="●町"))
    assert not unknown_characters(replace(RECORD, name=None))


def test_each_variant_belongs_to_one_group_and_folds_to_one_character() -> None:
    characters = [character for group in groups() for character in group]
    assert len(set(characters)) == len(characters) > 400
    assert all(len({fold_variants(variant) for variant in group}) == 1 for group in groups())


@pytest.mark.parametrize(("character", "expected"), [("髙", True), ("高", True), ("𠮷", True), ("子", False)])
def test_a_character_may_be_unwritable_if_a_register_may_hold_another_form(character: str, expected: bool) -> None:
    assert may_be_unwritable(character) is expected


# --- promises ---------------------------------------------------------------------------------------------------------


@given(RECORDS, RECORDS)
def test_nothing_depends_on_which_record_is_ours(ours: Record, theirs: Record) -> None:
    assert verdict(compare_records(ours, theirs)) is verdict(compare_records(theirs, ours))


@given(RECORDS)
def test_a_whole_record_is_the_same_as_itself_unless_it_holds_unknown_characters(record: Record) -> None:
    comparison = compare_records(record, record)
    is_whole = all(
        judgement.likeness is Likeness.EQUAL
        for judgement in comparison.attributes
        if judgement.attribute is not Attribute.KANA
    )
    assert is_same_person(comparison) or not is_whole


@given(RECORDS, RECORDS)
def test_whoever_is_the_same_person_has_name_birth_date_address_and_no_other_sex(ours: Record, theirs: Record) -> None:
    if is_same_person(compare_records(ours, theirs)):
        assert ours.birth_date == theirs.birth_date is not None
        assert (theirs.name or "").replace(UNKNOWN_CHARACTER, "").strip()
        assert theirs.address
        assert {ours.sex, theirs.sex} != {Sex.MALE, Sex.FEMALE}


@given(RECORDS, RECORDS, st.sampled_from(("name", "birth_date", "address")))
def test_what_is_missing_never_makes_the_same_person(ours: Record, theirs: Record, missing: str) -> None:
    comparison = compare_records(ours, replace(theirs, **{missing: None}))
    assert comparison.likeness(Attribute(missing)) is Likeness.MISSING
    assert not is_same_person(comparison)


@given(RECORDS, RECORDS)
def test_every_likeness_has_its_rules_and_no_value_is_in_them(ours: Record, theirs: Record) -> None:
    comparison: Comparison = compare_records(ours, theirs)
    assert all(judgement.rules for judgement in comparison.attributes)


@given(st.integers(-30_000, 30_000).filter(bool))
def test_no_other_birth_date_is_the_same(days: int) -> None:
    assert not same(birth_date=HOLDER.birth_date + timedelta(days=days))


@given(st.integers(0, 3), st.integers(0, 5))
def test_unknown_characters_never_match_another_length(position: int, count: int) -> None:
    characters = list("髙﨑𠮷德")
    characters[position] = UNKNOWN_CHARACTER * count
    assert (name_finding("髙﨑𠮷德", "".join(characters))[0] is Likeness.EQUIVALENT) == (count == 1)


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_whatever_is_compared(ours: str, theirs: str) -> None:
    assert name_finding(ours, theirs)[0] is name_finding(theirs, ours)[0]
    assert kana_finding(ours, theirs)[0] is kana_finding(theirs, ours)[0]
    record = Record(ours, ours, None, None, ours)
    assert not is_same_person(compare_records(record, replace(record, address=theirs)))
