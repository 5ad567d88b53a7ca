"""What belongs here: what the arguments of `uketsuke log` may say, without a store."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.commands.log import run
from terminal.commands.log_arguments import Days, fields, reason, recipient


@given(st.dates(min_value=date(1970, 1, 2)), st.dates(min_value=date(1970, 1, 2)))
def test_days_hold_the_moments_from_their_begin_to_before_their_end(first: date, last: date) -> None:
    days = Days(first, last)
    for moment in (datetime(2026, 11, 21, 3, tzinfo=UTC), datetime(first.year, first.month, first.day, 12, tzinfo=UTC)):
        is_after = days.begin is None or days.begin <= moment
        assert (moment in days) == (is_after and (days.end is None or moment < days.end))


def test_no_days_are_all_days_and_the_last_day_of_all_has_no_end() -> None:
    assert not Days()
    assert datetime(1999, 1, 1, tzinfo=UTC) in Days()
    assert Days(None, date.max).end is None


@pytest.mark.parametrize("verb", ["export", "hold"])
def test_days_the_wrong_way_round_are_a_wrong_argument(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--out", "y"] if verb == "export" else []
    days = ["--from", "2026-11-22", "--to", "2026-11-21"]
    assert run([verb, "x", "--reason", "a complaint", *words, *days]) == 2
    assert capsys.readouterr().err == "uketsuke log: --from is a later day than --to\n"


def test_blanks_between_the_fields_to_mask_are_no_part_of_them() -> None:
    assert fields("actor, visit ,") == {"actor", "visit"}


def test_who_gets_it_may_have_a_short_name_and_a_reason_is_never_a_word() -> None:
    assert recipient(" IT ") == "IT"
    with pytest.raises(ArgumentTypeError):
        reason("review")


@pytest.mark.parametrize("read", [reason, recipient])
@given(text=st.text(max_size=300))
def test_what_goes_into_the_log_is_one_line_of_letters(read: Callable[[str], str], text: str) -> None:
    try:
        kept = read(text)
    except ArgumentTypeError:
        return
    assert kept == text.strip()
    assert 1 <= len(kept) <= 200
    assert kept.replace("\u3000", " ").isprintable()
