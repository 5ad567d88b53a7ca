"""Whether a record is about the holder: names, dates, sex, ● and what is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.comparison.compare import (
    UNKNOWN_CHARACTER,
    compare,
    is_same_person,
    name_likeness,
    unknown_characters,
)
from terminal.comparison.likeness import Attribute, Likeness
from terminal.comparison.variants import _GROUPS, fold_variants
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
RECORD = Record(
    name="見本　花子",
    kana="ﾐﾎﾝ ﾊﾅｺ",
    birth_date=date(1992, 4, 12),
    sex=Sex.FEMALE,
    address="東京都架空区見本町１－２－３",
)

NAMES = st.text(st.sampled_from("見本花子太郎髙高﨑崎邉邊辺ァアッツー●　 aＡ𠮷吉\ufe00"), max_size=8)
DATES = st.dates(date(1900, 1, 1), date(2026, 12, 31))
RECORDS = st.builds(
    Record,
    name=st.none() | NAMES,
    kana=st.none() | NAMES,
    birth_date=st.none() | DATES,
    sex=st.none() | st.sampled_from(Sex),
    address=st.none() | NAMES,
)
HOLDERS = st.builds(
    lambda name, born, sex: replace(HOLDER, name=name, birth_date=born, sex=sex), NAMES, DATES, st.sampled_from(Sex)
)


def same(**changed: object) -> bool:
    return is_same_person(compare(HOLDER, replace(RECORD, **changed)))  # type: ignore[arg-type]  # any field


def test_the_same_attributes_are_the_same_person() -> None:
    comparison = compare(HOLDER, RECORD)
    assert is_same_person(comparison)
    assert comparison.likeness(Attribute.NAME) is Likeness.EQUAL
    assert comparison.likeness(Attribute.KANA) is Likeness.MISSING
    assert comparison.likeness(Attribute.ADDRESS) is Likeness.EQUIVALENT
    assert all(rule for _, _, rule in comparison.attributes)


@pytest.mark.parametrize(
    ("ours", "theirs", "rule"),
    [
        ("見本　花子", "見本 花子", "width, case and spaces"),
        ("見本　花子", "見本花子", "width, case and spaces"),
        ("ＳＡＭＰＬＥ　ＪＯＨＮ", "Sample John", "width, case and spaces"),
        ("見本　ﾊﾅｺ", "見本　ハナコ", "width, case and spaces"),
        ("見本　葛\U000e0100子", "見本　葛子", "width, case and spaces"),
        ("見本　キョウコ", "見本　キヨウコ", "small and large kana"),
        ("見本　エリー", "見本　エリ－", "small and large kana"),
        ("髙﨑　德子", "高崎　徳子", "variant kanji"),
        ("渡邉　𠮷子", "渡辺　吉子", "variant kanji"),
        ("斎藤　花子", "齊藤　花子", "variant kanji"),
        ("髙橋　花子", "●橋　花子", "● stands for one character"),
        ("𠮷野　花子", "●野　花子", "● stands for one character"),
        ("髙﨑　花子", "●崎　花子", "● stands for one character"),
    ],
)
def test_names_written_otherwise_are_equivalent(ours: str, theirs: str, rule: str) -> None:
    assert name_likeness(ours, theirs) == (Likeness.EQUIVALENT, rule)


@pytest.mark.parametrize(
    "theirs", ["見本　花江", "見本　太郎", "見本　花", "試作　花子", "見本　●", "見本　●子子", "●本　花代"]
)
def test_other_names_are_different(theirs: str) -> None:
    assert name_likeness("見本　花子", theirs)[0] is Likeness.DIFFERENT
    assert not same(name=theirs)


@pytest.mark.parametrize("theirs", [None, "", "　", "●●●●", "● ●"])
def test_a_name_that_says_nothing_is_missing(theirs: str | None) -> None:
    assert name_likeness("見本　花子", theirs)[0] is Likeness.MISSING
    assert not same(name=theirs)


def test_twins_are_told_apart_by_their_names() -> None:
    assert not same(name="見本　桜子")


def test_namesakes_are_told_apart_by_their_birth_dates() -> None:
    assert not same(birth_date=date(1992, 4, 13))


def test_a_missing_birth_date_is_no_match() -> None:
    assert not same(birth_date=None)


def test_another_sex_is_no_match() -> None:
    assert not same(sex=Sex.MALE)


@pytest.mark.parametrize("sex", [None, Sex.UNKNOWN, Sex.NOT_APPLICABLE])
def test_a_sex_that_is_not_set_is_tolerated_but_never_beside_an_unknown_character(sex: Sex | None) -> None:
    assert same(sex=sex)
    assert not same(sex=sex, name="見本　●子")
    assert same(name="見本　●子")


def test_an_older_address_and_any_kana_decide_nothing() -> None:
    assert same(address="大阪府架空市見本町９－９", kana="ﾀﾆﾝ")
    assert same(address=None, kana=None)


@pytest.mark.parametrize(
    ("ours", "theirs", "likeness"),
    [
        ("東京都架空区見本町１－２－３", "東京都架空区見本町1丁目2番3号", Likeness.EQUIVALENT),
        ("架空市見本十二番地の３", "架空市見本１２－３", Likeness.EQUIVALENT),
        ("架空市見本三十一番地", "架空市見本31", Likeness.EQUIVALENT),
        ("架空市見本１－２－３見本荘", "架空市見本一丁目２番３号見本荘", Likeness.EQUIVALENT),
        ("架空市見本１－２－３", "架空市見本１－２３", Likeness.DIFFERENT),
        ("架空市見本十二番地", "架空市見本二十番地", Likeness.DIFFERENT),
    ],
)
def test_house_numbers_are_compared_as_numbers(ours: str, theirs: str, likeness: Likeness) -> None:
    comparison = compare(replace(HOLDER, address=ours), replace(RECORD, address=theirs))
    assert comparison.likeness(Attribute.ADDRESS) is likeness


def test_unknown_characters_are_seen_in_the_name_only() -> None:
    assert unknown_characters(replace(RECORD, name="●本　花子"))
    assert not unknown_characters(replace(RECORD, address="●町"))
    assert not unknown_characters(replace(RECORD, name=None))


def test_each_variant_belongs_to_one_group() -> None:
    characters = "".join(_GROUPS.split())
    assert len(set(characters)) == len(characters)
    assert all(len({fold_variants(variant) for variant in group}) == 1 for group in _GROUPS.split())


@given(NAMES, NAMES)
def test_likeness_of_names_does_not_depend_on_their_order(ours: str, theirs: str) -> None:
    assert name_likeness(ours, theirs) == name_likeness(theirs, ours)


@given(HOLDERS, RECORDS)
def test_whoever_is_the_same_person_has_name_and_birth_date_and_no_other_sex(holder: Holder, record: Record) -> None:
    if is_same_person(compare(holder, record)):
        assert record.birth_date == holder.birth_date
        assert (record.name or "").replace(UNKNOWN_CHARACTER, "").strip()
        assert {holder.sex, record.sex} != {Sex.MALE, Sex.FEMALE}


@given(HOLDERS, RECORDS, st.sampled_from(("name", "birth_date")))
def test_what_is_missing_never_makes_the_same_person(holder: Holder, record: Record, missing: str) -> None:
    assert not is_same_person(compare(holder, replace(record, **{missing: None})))


@given(st.integers(-40_000, 40_000).filter(bool))
def test_no_other_birth_date_is_the_same(days: int) -> None:
    assert not same(birth_date=HOLDER.birth_date + timedelta(days=days))


@given(st.integers(0, 3), st.integers(0, 5))
def test_unknown_characters_never_match_another_length(position: int, count: int) -> None:
    characters = list("見本花子")
    characters[position] = UNKNOWN_CHARACTER * count
    assert (name_likeness("見本花子", "".join(characters))[0] is Likeness.EQUIVALENT) == (count == 1)
