"""Copay warnings: each band on its days, certificate dates, the last visit; nothing is ever changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.coverage import Certificate, Coverage, Relation
from terminal.eligibility.copay import (
    PERCENTS,
    Band,
    CopayFacts,
    CopayWarning,
    LastVisit,
    band_of,
    copay_warnings,
    from_70,
    last_day_before_school,
    percent_to_bill,
)
from terminal.outbox.coverage_json import coverage_fields, coverage_of
from ui.words.catalogue import load

DAY = date(2026, 11, 22)
CERTIFICATES = st.none() | st.builds(
    Certificate, st.none() | st.dates(), st.none() | st.dates(), st.none() | st.integers(0, 100)
)
COVERAGE = Coverage("06990014", "架空", "１", "２", "01", Relation.SUBSCRIBER, None, None, None)
ELDERLY = replace(COVERAGE, insurer_number="39990015", copay_percent=10)

FACTS = st.builds(
    CopayFacts,
    st.builds(
        lambda number, percent, elderly, limit: replace(
            COVERAGE,
            insurer_number=number,
            copay_percent=percent,
            elderly_certificate=elderly,
            limit_certificate=limit,
        ),
        st.sampled_from(["06990014", "39990015", "12990016", "00990010"]),
        st.none() | st.integers(0, 100),
        CERTIFICATES,
        CERTIFICATES,
    ),
    st.dates(date(1920, 1, 1), date(2026, 1, 1)),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.none() | st.builds(LastVisit, st.dates(date(2024, 1, 1), DAY), st.integers(0, 100)),
)


def warned(
    birth_date: date,
    percent: int | None = None,
    *,
    last_visit: LastVisit | None = None,
    elderly: Certificate | None = None,
    limit: Certificate | None = None,
) -> tuple[CopayWarning, ...]:
    coverage = replace(COVERAGE, copay_percent=percent, elderly_certificate=elderly, limit_certificate=limit)
    return copay_warnings(CopayFacts(coverage, birth_date, DAY, last_visit))


@pytest.mark.parametrize(
    ("born", "last_day"),
    [
        (date(2020, 4, 2), date(2027, 3, 31)),
        (date(2020, 4, 1), date(2026, 3, 31)),
        (date(2020, 3, 31), date(2026, 3, 31)),
        (date(2020, 2, 29), date(2026, 3, 31)),
    ],
)
def test_school_begins_for_who_is_six_on_31_march(born: date, last_day: date) -> None:
    assert last_day_before_school(born) == last_day
    assert band_of(COVERAGE, born, last_day) is Band.BEFORE_SCHOOL
    assert band_of(COVERAGE, born, last_day + timedelta(days=1)) is Band.UNDER_70


@pytest.mark.parametrize(
    ("born", "first"),
    [
        (date(1956, 11, 1), date(2026, 11, 1)),
        (date(1956, 11, 2), date(2026, 12, 1)),
        (date(1956, 11, 30), date(2026, 12, 1)),
        (date(1956, 12, 31), date(2027, 1, 1)),
        (date(1956, 2, 29), date(2026, 3, 1)),
    ],
)
def test_a_ratio_of_its_own_begins_the_month_after_70_is_reached(born: date, first: date) -> None:
    assert from_70(born) == first
    assert band_of(COVERAGE, born, first - timedelta(days=1)) is Band.UNDER_70
    assert band_of(COVERAGE, born, first) is Band.FROM_70


def test_a_plain_ratio_meets_no_warning() -> None:
    assert warned(date(1990, 1, 1)) == ()
    assert warned(date(1954, 5, 20), 20) == ()
    assert copay_warnings(CopayFacts(ELDERLY, date(1940, 1, 1), DAY)) == ()


@pytest.mark.parametrize(
    ("warning", "found"),
    [
        (CopayWarning.RATIO_NOT_OF_AGE, warned(date(1990, 1, 1), 20)),
        (CopayWarning.RATIO_NOT_OF_AGE, warned(date(1954, 5, 20), 10)),
        (CopayWarning.RATIO_MISSING, warned(date(1954, 5, 20))),
        (CopayWarning.STILL_NOT_LATE_ELDERLY, warned(date(1951, 11, 22), 20)),
        (CopayWarning.NOT_YET_LATE_ELDERLY, copay_warnings(CopayFacts(ELDERLY, date(1970, 1, 1), DAY))),
        (
            CopayWarning.CERTIFICATE_ENDED,
            warned(date(1954, 5, 20), 20, elderly=Certificate(None, DAY - timedelta(days=1))),
        ),
        (
            CopayWarning.CERTIFICATE_NOT_YET,
            warned(date(1954, 5, 20), 20, elderly=Certificate(DAY + timedelta(days=1), None)),
        ),
        (
            CopayWarning.CERTIFICATE_NOT_OF_AGE,
            warned(date(1954, 5, 20), 20, elderly=Certificate(date(2024, 5, 31), None)),
        ),
        (
            CopayWarning.CERTIFICATE_NOT_OF_AGE,
            warned(date(1954, 5, 20), 20, elderly=Certificate(None, date(2029, 5, 20))),
        ),
        (CopayWarning.CERTIFICATE_NOT_OF_AGE, warned(date(1990, 1, 1), 30, elderly=Certificate(None, None))),
        (
            CopayWarning.CERTIFICATE_NOT_OF_AGE,
            copay_warnings(
                CopayFacts(replace(ELDERLY, elderly_certificate=Certificate(None, None)), date(1954, 5, 20), DAY)
            ),
        ),
        (
            CopayWarning.RATIO_NOT_OF_CERTIFICATE,
            warned(date(1954, 5, 20), 30, elderly=Certificate(date(2024, 6, 1), date(2029, 5, 19), 20)),
        ),
        (CopayWarning.LIMIT_NOT_YET, warned(date(1990, 1, 1), limit=Certificate(DAY + timedelta(days=1), None))),
        (CopayWarning.LIMIT_ENDED, warned(date(1990, 1, 1), limit=Certificate(None, DAY - timedelta(days=1)))),
        (
            CopayWarning.CHANGED_SINCE_LAST_VISIT,
            warned(date(1954, 5, 20), 20, last_visit=LastVisit(date(2026, 9, 1), 30)),
        ),
        (CopayWarning.CHANGED_AT_REVISION, warned(date(1954, 5, 20), 20, last_visit=LastVisit(date(2026, 7, 31), 30))),
        (CopayWarning.CHANGED_SINCE_LAST_VISIT, warned(date(1990, 1, 1), last_visit=LastVisit(date(2026, 7, 31), 20))),
    ],
)
def test_each_doubt_has_its_own_warning(warning: CopayWarning, found: tuple[CopayWarning, ...]) -> None:
    assert found == (warning,)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_warning_has_a_sentence_for_the_receptionist(language: str) -> None:
    words = load("receptionist", language)
    sentences = [words[f"copay_warning.{warning}"] for warning in CopayWarning]
    assert len(set(sentences)) == len(CopayWarning)


def test_a_certificate_that_fits_meets_no_warning_on_its_first_and_last_day() -> None:
    whole = Certificate(date(2024, 6, 1), date(2029, 5, 19), 20)
    assert warned(date(1954, 5, 20), 20, elderly=whole) == ()
    assert warned(date(1954, 5, 20), 20, elderly=Certificate(DAY, DAY, 20), limit=Certificate(DAY, DAY)) == ()


def test_a_new_age_band_explains_a_new_ratio() -> None:
    assert warned(date(1956, 10, 20), 20, last_visit=LastVisit(date(2026, 10, 1), 30)) == ()


def test_the_75th_birthday_itself_is_the_first_day() -> None:
    assert warned(date(1951, 11, 23), 20) == ()


@given(FACTS)
def test_a_ratio_outside_of_its_band_is_always_warned_of(facts: CopayFacts) -> None:
    percent = facts.coverage.copay_percent
    possible = PERCENTS[band_of(facts.coverage, facts.birth_date, facts.day)]
    is_warned = CopayWarning.RATIO_NOT_OF_AGE in copay_warnings(facts)
    assert is_warned == (percent is not None and percent not in possible)


@given(FACTS)
def test_what_the_service_said_is_what_is_billed(facts: CopayFacts) -> None:
    before = facts.coverage
    copay_warnings(facts)
    assert facts.coverage == before
    if before.copay_percent is not None:
        assert percent_to_bill(facts) == before.copay_percent


@given(FACTS)
def test_no_certificate_is_kept_on_disk(facts: CopayFacts) -> None:
    kept = coverage_of(coverage_fields(facts.coverage))
    assert kept == replace(facts.coverage, elderly_certificate=None, limit_certificate=None)


@given(FACTS)
def test_no_warning_comes_twice(facts: CopayFacts) -> None:
    warnings = copay_warnings(facts)
    assert len(set(warnings)) == len(warnings)
