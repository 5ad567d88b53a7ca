"""The card code is composed as it is printed: era year by the day, the card's own expiry year, the security code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.card_code import check, compose, compose_printed
from terminal.era import era_year


def test_the_code_of_the_published_example() -> None:
    assert compose(date(1980, 2, 17), 2035, "2285") == "55021720352285"


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2019, 5, 1), 1),
        (date(2019, 4, 30), 31),
        (date(1989, 1, 8), 1),
        (date(1989, 1, 7), 64),
        (date(1926, 12, 25), 1),
        (date(1926, 12, 24), 15),
        (date(1912, 7, 30), 1),
        (date(1912, 7, 29), 45),
    ],
)
def test_eras_change_by_the_day(day: date, year: int) -> None:
    assert era_year(day) == year


def test_a_day_before_all_eras_is_refused() -> None:
    with pytest.raises(ValueError, match="era"):
        era_year(date(1860, 1, 1))


def test_a_foreign_residents_code_takes_the_digits_as_printed() -> None:
    assert compose_printed("800217", 2035, "2285") == "80021720352285"


@pytest.mark.parametrize(
    ("birth_digits", "year", "security_code"),
    [("80217", 2035, "2285"), ("800217", 2035, "285"), ("800217", 2035, "22 5"), ("８00217", 2035, "2285")],
)
def test_what_no_card_shows_is_refused(birth_digits: str, year: int, security_code: str) -> None:
    with pytest.raises(ValueError, match="digit"):
        compose_printed(birth_digits, year, security_code)


@given(
    st.dates(date(1912, 7, 30), date(2100, 1, 1)), st.integers(2016, 2199), st.from_regex("[0-9]{4}", fullmatch=True)
)
def test_every_composed_code_has_the_form_of_one(birth_date: date, year: int, security_code: str) -> None:
    code = compose(birth_date, year, security_code)
    assert check(code)
    assert code[2:6] == f"{birth_date:%m%d}"


@given(st.text(max_size=16))
def test_only_fourteen_ascii_digits_have_the_form(text: str) -> None:
    assert check(text) == (len(text) == 14 and all(character in "0123456789" for character in text))
