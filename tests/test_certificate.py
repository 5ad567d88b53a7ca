"""When a certificate is warned of, still serves, and has ended."""

from datetime import UTC, date, datetime, timedelta

import pytest

from terminal.certificate import JST, certificate_problem, grace_ends
from terminal.people import Card, TokenKind
from terminal.problems import Problem

ENDS = datetime(2026, 8, 15, 23, 59, 59, tzinfo=JST)


def card(token: TokenKind = TokenKind.PLASTIC) -> Card:
    return Card("visit", token, b"", ENDS, 10, 3)


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (ENDS - timedelta(days=91), None),
        (ENDS - timedelta(days=90), Problem.CERTIFICATE_ENDS_SOON),
        (ENDS, Problem.CERTIFICATE_ENDS_SOON),
        (ENDS + timedelta(seconds=1), Problem.CERTIFICATE_IN_GRACE),
        (datetime(2026, 11, 30, 23, 59, tzinfo=JST), Problem.CERTIFICATE_IN_GRACE),
        (datetime(2026, 12, 1, 0, 0, tzinfo=JST), Problem.CERTIFICATE_EXPIRED),
    ],
)
def test_a_plastic_card_has_three_months_of_grace_to_the_months_end(at: datetime, problem: Problem | None) -> None:
    assert certificate_problem(card(), at) is problem
    assert certificate_problem(card(), at.astimezone(UTC)) is problem


def test_a_phone_has_none() -> None:
    assert certificate_problem(card(TokenKind.IPHONE), ENDS + timedelta(seconds=1)) is Problem.CERTIFICATE_EXPIRED


def test_grace_runs_over_the_end_of_a_year_and_into_short_months() -> None:
    assert grace_ends(date(2026, 11, 30)) == date(2027, 2, 28)
    assert grace_ends(date(2027, 11, 1)) == date(2028, 2, 29)
    assert grace_ends(date(2026, 10, 1)) == date(2027, 1, 31)
