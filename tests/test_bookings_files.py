"""What bookings come in and what goes out: the file, each answer, and the list of whom to call."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from booking_desk import DAY, HEADING, ROW, TODAY, message, unit
from hypothesis import given
from hypothesis import strategies as st

from terminal.coverage import Coverage, InForce, NotFound, NotInForce, Record, Refused, Reply, SeveralFound
from terminal.eligibility.bookings_call_list import call_list, lines
from terminal.eligibility.bookings_file import Booking, read_bookings
from terminal.eligibility.bookings_messages import Envelope, decode_answers
from terminal.eligibility.bookings_outcome import Outcome, outcome_of
from terminal.eligibility.number_query import Insured
from terminal.problems import Problem, TerminalError


def read(content: str | bytes) -> tuple[Booking, ...]:
    return read_bookings(content if isinstance(content, bytes) else content.encode(), TODAY)


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encode", [str.encode, lambda text: text.encode("utf-8-sig"), lambda text: text.encode("cp932")]
)
def test_a_file_is_read_in_each_encoding(encode: Callable[[str], bytes]) -> None:
    (booking,) = read(encode(f"{HEADING}\r\n{ROW}\r\n"))
    assert (booking.line, booking.time, booking.name) == (2, "9:00", "見本　花子")
    assert booking.insured == Insured("00990010", "１２", "３４５", "01", date(1992, 4, 12))


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "no column for birth_date"),
        ("氏名,番号\na,1", "no column for birth_date, insurer_number"),
        (f"{HEADING},番号\n{ROW},1", "two columns for number"),
        (f"{HEADING}\n9:00,1", "row 2: fewer columns"),
        (f'{HEADING}\n"9:00,1', "not CSV"),
        (b"\x81", "neither"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused(content: str | bytes, detail: str) -> None:
    with pytest.raises(TerminalError, match=detail) as raised:
        read(content)
    assert raised.value.problem is Problem.BOOKINGS_UNREADABLE


@given(st.binary(max_size=200))
def test_any_bytes_are_bookings_or_refused(content: bytes) -> None:
    with contextlib.suppress(TerminalError):
        assert all(booking.line > 1 for booking in read(HEADING.encode() + b"\n" + content))


# --- answers ----------------------------------------------------------------------------------------------------------

INSURED = Insured("00990010", "１２", "３４５", "01", date(1992, 4, 12))
ENVELOPE = Envelope("look-1", "1319999999", DAY)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (message("look-2", body=unit("000002", INSURED)), "ArbitraryFileIdentifier"),
        (message("look-1", body=unit("000003", INSURED)), "of no question"),
        (message("look-1", body=unit("000002", INSURED) * 2), "two answers"),
        (message("look-1", body=unit("000002", replace(INSURED, number="３４６"))), "not what was asked"),
        (message("look-1", body=unit("000002", replace(INSURED, branch="02"))), "not what was asked"),
    ],
)
def test_an_answer_to_anything_else_is_unreadable(answer: bytes, detail: str) -> None:
    with pytest.raises(TerminalError, match=detail):
        decode_answers(answer, ENVELOPE, {"000002": INSURED})


RECORD = Record("見本　花子", None, date(1992, 4, 12), None, None)
COVERAGE = Coverage("00990010", "", "１２", "３４５", "01", None, None, None, None)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (InForce(RECORD, COVERAGE), Outcome.IN_FORCE),
        (InForce(replace(RECORD, name="見本　太郎"), COVERAGE), Outcome.PERSON_DIFFERS),
        (InForce(replace(RECORD, name=None), COVERAGE), Outcome.PERSON_DIFFERS),
        (InForce(replace(RECORD, birth_date=None), COVERAGE), Outcome.PERSON_DIFFERS),
        (NotInForce(None, newer_exists=False), Outcome.ENDED),
        (NotFound(), Outcome.NOT_FOUND),
        (SeveralFound(), Outcome.SEVERAL_FOUND),
        (Refused("E", ""), Outcome.REFUSED),
    ],
)
def test_only_an_answer_about_the_booked_person_is_in_force(reply: Reply, outcome: Outcome) -> None:
    assert outcome_of(read(f"{HEADING}\n{ROW}")[0], reply) is outcome


# --- the call list ----------------------------------------------------------------------------------------------------


def test_the_list_has_everybody_but_those_in_force_by_time() -> None:
    rows = (ROW.replace("9:00", time) for time in ("11:00", "9:30", "8:00"))
    bookings = read("\n".join((HEADING, *rows)))
    calls = call_list(bookings, {2: Outcome.ENDED, 3: Outcome.NOT_FOUND, 4: Outcome.IN_FORCE}, "ja")
    assert [call.booking.time for call in calls] == ["9:30", "11:00"]
    shown = "\n".join(lines(calls, DAY, "ja"))
    assert "令和8年11月23日" in shown
    assert "見本　花子" in shown
    assert "花子" not in repr(calls)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_every_outcome_but_in_force_says_what_to_bring(outcome: Outcome | None, language: str) -> None:
    bookings = read(f"{HEADING}\n{ROW}")
    calls = call_list(bookings, {2: outcome} if outcome else {}, language)
    assert [bool(call.to_say) for call in calls] == ([] if outcome is Outcome.IN_FORCE else [True])


def test_an_empty_list_says_so() -> None:
    assert list(lines((), DAY, "en"))[-1] == "nobody needs a call"
