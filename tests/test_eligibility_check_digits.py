"""Check digits of insurers and institutions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.eligibility.check_digits import check_digit, is_institution_code, is_insurer_number

DIGITS = st.text(st.sampled_from("0123456789"), min_size=7, max_size=7)


@pytest.mark.parametrize(
    "number", ["33120015", "54016027", "19113760", "138057", "131011", "01130012", "06139877", "39130083", "  138057"]
)
def test_insurer_numbers_in_use_are_right(number: str) -> None:
    assert is_insurer_number(number)


@pytest.mark.parametrize(
    "number", ["", "33120016", "3312001", "331200150", "3312001５", "3312001a", "３３１２００１５"]
)
def test_other_texts_are_no_insurer_numbers(number: str) -> None:
    assert not is_insurer_number(number)


@pytest.mark.parametrize(
    ("code", "is_right"), [("0110113719", True), ("0110113718", False), ("0010113711", False), ("", False)]
)
def test_institution_codes_end_in_their_check_digit(code: str, *, is_right: bool) -> None:
    assert is_institution_code(code) is is_right


@given(DIGITS, st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, position: int, added: int) -> None:
    whole = digits + check_digit(digits)
    wrong = str((int(whole[position]) + added) % 10)
    assert is_insurer_number(whole)
    assert not is_insurer_number(whole[:position] + wrong + whole[position + 1 :])


@given(DIGITS)
def test_zeros_before_a_number_leave_its_check_digit(digits: str) -> None:
    assert check_digit("00" + digits) == check_digit(digits)
