"""A question without a card: what is wrong is told while typing, and it is sent only when whole."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.eligibility.number_query import Insured, NumberQuestion, Part, Typed, Wrong, is_my_number, look
from terminal.eligibility.untrusted_xml import parse, section
from terminal.eligibility.xmlmsg import encode_number_question, read_search
from terminal.practice.answers import read_question
from terminal.practice.deck import load_deck
from terminal.practice.numbers import insured_of, person_by_number
from terminal.problems import Problem, TerminalError

TODAY = date(2026, 11, 22)
WHOLE = Typed("00990010", "１２", "３４５６７８", "01", "1992-04-12")
INSURED = Insured("00990010", "１２", "３４５６７８", "01", date(1992, 4, 12))

SYMBOLS = st.text(st.sampled_from("0123４５６ア千葉・-"), max_size=8)
NUMBERS = st.text(st.sampled_from("0123456789０１２"), min_size=1, max_size=11)
INSUREDS = st.builds(
    Insured,
    st.just("00990010"),
    SYMBOLS,
    NUMBERS,
    st.sampled_from(["", "00", "01", "12"]),
    st.dates(date(1900, 1, 1), TODAY),
)


def test_what_is_whole_is_whom_to_ask_about() -> None:
    assert look(WHOLE, TODAY).insured == INSURED


def test_six_digits_of_a_municipality_and_full_width_are_the_same_number() -> None:
    assert look(replace(WHOLE, insurer_number="９９００１０"), TODAY).insured == INSURED


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (replace(WHOLE, insurer_number="00990011"), Wrong.INSURER_NUMBER_CHECK_DIGIT),
        (replace(WHOLE, insurer_number="0099001a"), Wrong.INSURER_NUMBER_NOT_DIGITS),
        (replace(WHOLE, insurer_number="009900101"), Wrong.INSURER_NUMBER_TOO_LONG),
        (replace(WHOLE, symbol="1" * 21), Wrong.SYMBOL_TOO_LONG),
        (replace(WHOLE, number="1" * 21), Wrong.NUMBER_TOO_LONG),
        (replace(WHOLE, number="1234-5678-9018"), Wrong.NUMBER_IS_MY_NUMBER),
        (replace(WHOLE, branch="1a"), Wrong.BRANCH_NOT_TWO_DIGITS),
        (replace(WHOLE, birth_date="19920431"), Wrong.BIRTH_DATE_NOT_A_DAY),
        (replace(WHOLE, birth_date="20261123"), Wrong.BIRTH_DATE_TO_COME),
    ],
)
def test_each_slip_is_told_by_its_own_name(typed: Typed, wrong: Wrong) -> None:
    seen = look(typed, TODAY)
    assert seen.wrong == (wrong,)
    assert seen.insured is None


def test_nothing_is_wrong_on_the_way_to_a_right_number() -> None:
    for length in range(8):
        assert look(replace(WHOLE, insurer_number="06990014"[:length]), TODAY).wrong == ()
        assert look(replace(WHOLE, birth_date="19920412"[:length]), TODAY).wrong == ()


def test_what_is_not_typed_yet_is_missing_and_not_wrong() -> None:
    assert look(Typed(), TODAY) == look(Typed(), TODAY)
    assert look(Typed(), TODAY).missing == tuple(Part)
    assert look(Typed(), TODAY).wrong == ()


def test_twelve_digits_that_are_no_my_number_may_be_typed() -> None:
    assert is_my_number("123456789018")
    assert not is_my_number("123456789019")


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=14), st.text(max_size=4), st.text(max_size=12))
def test_whatever_is_typed_gives_a_question_or_a_reason(
    insurer: str, symbol: str, number: str, branch: str, born: str
) -> None:
    seen = look(Typed(insurer, symbol, number, branch, born), TODAY)
    assert (seen.insured is None) == bool(seen.wrong or seen.missing)


@given(INSUREDS)
def test_a_question_is_read_as_it_was_written(insured: Insured) -> None:
    message = encode_number_question(NumberQuestion("q-1", insured, TODAY), "1319999999")
    assert read_search(section(parse(message), "MessageBody")) == replace(insured, symbol=insured.symbol.strip())
    assert read_question(message).insured == insured


@given(INSUREDS, INSUREDS)
def test_who_shares_a_key_agrees_and_who_does_not_agree_shares_none(one: Insured, other: Insured) -> None:
    if one.key == other.key:
        assert one.agrees_with(other)
    assert one.agrees_with(one)
    assert one.agrees_with(other) == other.agrees_with(one)


def test_a_shown_question_shows_nobody() -> None:
    assert "３４５" not in repr(NumberQuestion("q-1", INSURED, TODAY))
    assert "３４５" not in repr(WHOLE)


def test_the_practice_service_knows_its_people_by_number() -> None:
    deck = load_deck(TODAY)
    insured = insured_of(deck["p01"].records[0])
    assert insured is not None
    found = person_by_number(deck, replace(insured, branch=""))
    assert found is not None
    assert found.id == "p01"
    assert person_by_number(deck, replace(insured, birth_date=date(1992, 4, 13))) is None


def test_of_several_people_with_one_number_none_is_chosen() -> None:
    deck = load_deck(TODAY)
    insured = insured_of(deck["p26"].records[0])
    assert insured is not None
    found = person_by_number(deck, insured)
    assert found is not None
    assert [record.validity for record in found.records] == ["5"]


def test_a_question_about_nothing_is_unreadable() -> None:
    with pytest.raises(TerminalError) as raised:
        read_question(b"<XmlMsg><MessageHeader><ArbitraryFileIdentifier>x</ArbitraryFileIdentifier></MessageHeader>"
                      b"<MessageBody/></XmlMsg>")  # fmt: skip
    assert raised.value.problem is Problem.SERVICE_UNREADABLE
