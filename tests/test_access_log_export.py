"""The exported table opens in a spreadsheet and does nothing there."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.access import Access, Action
from terminal.access_log.entry import Entry, enter
from terminal.access_log.export.table import HEADER, csv_rows, neutral

NOW = datetime(2026, 11, 21, 0, 30, 0, 5000, UTC)


def entry(actor: str = "reception") -> Entry:
    access = Access(
        Action.ANSWER_SHOWN, "visit-1", actor, None, "face", "confirmed", "", (("consents", "medicines checkups"),)
    )
    return enter(access, seq=3, at=NOW, terminal="受付1", subject="ab" * 16)


def table(*entries: Entry) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(csv_rows(entries)).decode("utf-8-sig"), newline="")))


def test_each_entry_is_a_row_below_the_header() -> None:
    assert table(entry()) == [
        list(HEADER),
        [
            "3", "2026-11-21 00:30:00.005", "受付1", "reception", "answer_shown", "ab" * 16, "face", "confirmed", "",
            "consents=medicines checkups", "visit-1", *[""] * 9,
        ],
    ]  # fmt: skip


def test_the_bytes_are_what_excel_reads() -> None:
    content = b"".join(csv_rows([entry()]))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_starts_a_formula(start: str) -> None:
    assert table(entry(f'{start}HYPERLINK("http://127.0.0.1")'))[1][3].startswith(f"'{start}")


@pytest.mark.parametrize("cell", ["1234567890123456", "12e34", "0" * 32])
def test_no_pseudonym_is_taken_for_a_number(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_whatever_the_text_it_stays_in_its_cell(actors: list[str]) -> None:
    rows = table(*(entry(actor) for actor in actors))
    assert [len(row) for row in rows] == [len(HEADER)] * (len(actors) + 1)
    assert [row[3].removeprefix("'") for row in rows[1:]] == [actor.removeprefix("'") for actor in actors]


@given(*[st.text(st.sampled_from('=-",;＝1eE\t\n a'), max_size=20)] * 2)
def test_what_might_act_is_made_neutral_wherever_it_stands(actor: str, visit: str) -> None:
    row = table(replace(entry(actor), visit=visit))[1]
    assert (row[3], row[10]) == (neutral(actor), neutral(visit))


def test_rows_are_made_one_by_one() -> None:
    asked = iter(csv_rows(entry() for _ in range(10**9)))
    assert next(asked)
    assert next(asked)
