"""What is asked again and when, what differs, what is to be done: the outbox's pure part."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.coverage import (
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Record,
    Refused,
    Relation,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.outbox.backoff import FIRST_WAIT, LATE_AFTER, LONGEST_WAIT, Backlog, backlog_of, wait_after
from terminal.outbox.coverage_json import coverage_fields, coverage_of
from terminal.outbox.difference import Difference, Finding, difference
from terminal.outbox.queued import Stage, Standing
from terminal.outbox.report import LANGUAGES, Language, lines, month_to_claim, report_of, to_do

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
RECORD = Record(None, None, None, None, None)
SHOWN = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
WAITING = Standing("q-1", "visit-1", NOW.date(), NOW, Stage.WAITING, 0, NOW, "line_down", None)
ENDED = replace(WAITING, stage=Stage.ANSWERED, reason="", difference=Difference(Finding.ENDED))

dates = st.none() | st.dates()
coverages = st.builds(
    Coverage,
    st.text(),
    st.text(),
    st.text(),
    st.text(),
    st.text(),
    st.none() | st.sampled_from(Relation),
    st.none() | st.integers(0, 100),
    dates,
    dates,
)


@given(coverages)
def test_a_coverage_comes_back_as_it_was(coverage: Coverage) -> None:
    assert coverage_of(coverage_fields(coverage)) == coverage


@pytest.mark.parametrize("changed", [{"branch": 1}, {"copay_percent": "30"}, {"other": ""}, {"ends": "soon"}])
def test_what_is_no_coverage_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        coverage_of(coverage_fields(SHOWN) | changed)


@pytest.mark.parametrize(
    ("reply", "finding"),
    [
        (InForce(RECORD, SHOWN), Finding.AS_SHOWN),
        (InForce(RECORD, replace(SHOWN, copay_percent=20)), Finding.COVERAGE_DIFFERS),
        (InForceUnregistered(RECORD, SHOWN), Finding.UNREGISTERED),
        (NotInForce(None, newer_exists=False), Finding.ENDED),
        (NotInForce(None, newer_exists=True), Finding.ENDED_NEWER_EXISTS),
        (NotFound(), Finding.NOT_FOUND),
        (SeveralFound(), Finding.SEVERAL_FOUND),
    ],
)
def test_an_answer_is_held_against_what_was_shown(reply: Reply, finding: Finding) -> None:
    found = difference(SHOWN, reply)
    assert found is not None
    assert found.finding is finding
    assert found.is_change is (finding is not Finding.AS_SHOWN)


@pytest.mark.parametrize("reply", [StillRunning(), Refused("X1", "閉局中")])
def test_what_is_no_answer_is_no_finding(reply: Reply) -> None:
    assert difference(SHOWN, reply) is None


def test_where_nothing_was_shown_what_is_in_force_is_news() -> None:
    assert difference(None, InForce(RECORD, SHOWN)) == Difference(Finding.NOW_KNOWN)


@given(coverages, coverages)
def test_what_differs_is_named_and_nothing_else(shown: Coverage, said: Coverage) -> None:
    found = difference(shown, InForce(RECORD, said))
    assert found is not None
    assert set(found.fields) == {name for name, kept in vars(shown).items() if kept != vars(said)[name]}


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_waits_grow_to_an_hour_and_no_further(attempts: int, chance: float) -> None:
    assert FIRST_WAIT * 0.8 <= wait_after(attempts, chance) <= LONGEST_WAIT * 1.2
    assert wait_after(attempts, 0.5) <= wait_after(attempts + 1, 0.5)


def test_the_oldest_is_late_after_a_day() -> None:
    assert backlog_of([WAITING, ENDED], NOW + timedelta(hours=1)) == Backlog(1, 0, timedelta(hours=1))
    assert not backlog_of([WAITING], NOW + LATE_AFTER - timedelta(seconds=1)).is_late
    assert backlog_of([WAITING], NOW + LATE_AFTER).is_late


def test_a_dead_check_is_told_at_once_and_an_answered_one_never() -> None:
    assert backlog_of([replace(WAITING, stage=Stage.DEAD)], NOW).is_late
    assert backlog_of([ENDED], NOW + timedelta(days=99)) == Backlog(0, 0, None)


def test_a_clock_that_went_back_makes_no_age_negative() -> None:
    assert backlog_of([WAITING], NOW - timedelta(days=1)).oldest == timedelta()


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 11, 10), date(2026, 10, 1)),
        (date(2026, 11, 11), date(2026, 11, 1)),
        (date(2027, 1, 3), date(2026, 12, 1)),
    ],
)
def test_until_claim_day_it_is_about_the_month_before(today: date, month: date) -> None:
    assert month_to_claim(today) == month


def test_seven_of_32_changed() -> None:
    same = replace(ENDED, difference=Difference(Finding.AS_SHOWN))
    report = report_of([*[ENDED] * 7, *[same] * 25, replace(ENDED, day=date(2026, 10, 31))], date(2026, 11, 1))
    assert (len(report.changed), report.answered, report.claim_day) == (7, 32, date(2026, 12, 10))
    assert lines(report, "ja")[0] == "2026年11月のオフライン確認: 32件中7件が異なりました（請求期限 12月10日）"
    assert lines(report, "en")[0] == "2026-11, checked offline: 7 of 32 changed (claims until 2026-12-10)"
    assert len(lines(report, "ja")) == 8


def test_claims_of_december_are_due_in_january() -> None:
    assert report_of([], date(2026, 12, 1)).claim_day == date(2027, 1, 10)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("finding", set(Finding) - {Finding.AS_SHOWN})
def test_every_change_says_what_to_do(finding: Finding, language: Language) -> None:
    fields = tuple(coverage_fields(SHOWN)) if finding is Finding.COVERAGE_DIFFERS else ()
    assert len(to_do(Difference(finding, fields), language)) > 10


def test_what_is_as_shown_needs_nothing() -> None:
    assert to_do(Difference(Finding.AS_SHOWN), "ja") == ""
    assert to_do(WAITING.difference, "ja") == ""
