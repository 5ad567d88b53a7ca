"""When a certificate is warned of, still serves, and has ended."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.card_token import TokenKind
from terminal.certificate import (
    JST,
    WARN_STEPS_DAYS,
    certificate_problem,
    days_left,
    grace_ends,
    serves_until,
    warning_step,
)
from terminal.people import Card
from terminal.problems import Problem

ENDS = datetime(2026, 8, 15, 23, 59, 59, tzinfo=JST)
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  # bounds


def card(token: TokenKind = TokenKind.PLASTIC, ends: datetime = ENDS) -> Card:
    return Card("visit", token, b"", ends, 10, 3)


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


@pytest.mark.parametrize("token", [TokenKind.ANDROID, TokenKind.IPHONE])
def test_a_phone_has_none(token: TokenKind) -> None:
    assert certificate_problem(card(token), ENDS) is Problem.CERTIFICATE_ENDS_SOON
    assert certificate_problem(card(token), ENDS + timedelta(seconds=1)) is Problem.CERTIFICATE_EXPIRED
    assert serves_until(card(token)) == ENDS.date()


def test_grace_runs_over_the_end_of_a_year_and_into_short_months() -> None:
    assert grace_ends(date(2026, 11, 30)) == date(2027, 2, 28)
    assert grace_ends(date(2027, 11, 1)) == date(2028, 2, 29)
    assert grace_ends(date(2026, 10, 1)) == date(2027, 1, 31)
    assert grace_ends(date(9999, 12, 31)) == date.max


@pytest.mark.parametrize(
    ("left", "step"),
    [(91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (1, 30), (0, 30), (-1, None)],
)
def test_the_warning_grows_at_90_60_and_30_days(left: int, step: int | None) -> None:
    for hour in (0, 12, 23):
        at = datetime(2026, 8, 15, hour, tzinfo=JST) - timedelta(days=left)
        assert days_left(card(), at) == left
        assert warning_step(card(), at) == step
        assert (certificate_problem(card(), at) is Problem.CERTIFICATE_ENDS_SOON) == (step is not None)


def test_days_are_counted_as_they_change_in_japan() -> None:
    before_midnight = datetime(2026, 8, 14, 14, 59, tzinfo=UTC)
    assert days_left(card(), before_midnight) == 1
    assert days_left(card(), before_midnight + timedelta(minutes=1)) == 0


@given(at=MOMENTS, ends=MOMENTS, token=st.sampled_from(TokenKind))
def test_what_is_said_agrees_with_the_days_that_are_shown(at: datetime, ends: datetime, token: TokenKind) -> None:
    shown = card(token, ends)
    problem, step, today = certificate_problem(shown, at), warning_step(shown, at), at.astimezone(JST).date()
    assert serves_until(shown) >= ends.astimezone(JST).date()
    match problem:
        case None:
            assert days_left(shown, at) > max(WARN_STEPS_DAYS)
        case Problem.CERTIFICATE_ENDS_SOON:
            assert step in WARN_STEPS_DAYS
            assert days_left(shown, at) >= 0
        case Problem.CERTIFICATE_IN_GRACE:
            assert token is TokenKind.PLASTIC
            assert today <= serves_until(shown)
        case Problem.CERTIFICATE_EXPIRED:
            assert today >= serves_until(shown)
        case _:
            pytest.fail("no such thing is said of a certificate")


@given(
    at=MOMENTS, ends=MOMENTS, token=st.sampled_from(TokenKind), later=st.timedeltas(timedelta(), timedelta(days=500))
)
def test_as_time_goes_on_it_only_gets_worse(at: datetime, ends: datetime, token: TokenKind, later: timedelta) -> None:
    order = [
        None,
        Problem.CERTIFICATE_ENDS_SOON,
        Problem.CERTIFICATE_IN_GRACE,
        Problem.CERTIFICATE_EXPIRED,
    ]
    afterwards = min(at, datetime(9990, 1, 1, tzinfo=UTC)) + later
    before = certificate_problem(card(token, ends), afterwards - later)
    assert order.index(before) <= order.index(certificate_problem(card(token, ends), afterwards))
