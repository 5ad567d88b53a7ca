"""A limit warns before it stops, stops one function alone, and never the path that needs nothing of ours."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.limits import POLICY, Function, Limit, Measure, Measured, Standing, Verdict, verdicts

FRESH = Measured(None, 0, None, is_reserve_given_up=False)
SPANS = st.none() | st.timedeltas(timedelta(0), timedelta(days=400))
MEASURED = st.builds(Measured, SPANS, st.integers(0, 10**6), SPANS, st.booleans())
ORDER = list(Standing)


def test_a_desk_that_has_just_begun_is_limited_by_nothing() -> None:
    assert set(verdicts(FRESH).values()) == {Verdict(function, Standing.FINE) for function in Function}


@pytest.mark.parametrize(
    ("days", "standing"), [(2.9, Standing.FINE), (3, Standing.WARNED), (29.9, Standing.WARNED), (30, Standing.STOPPED)]
)
def test_stored_answers_are_warned_of_and_then_stopped(days: float, standing: Standing) -> None:
    offline = Measured(timedelta(days=days), 0, None, is_reserve_given_up=False)
    assert verdicts(offline)[Function.STORED_ANSWERS].standing is standing


@pytest.mark.parametrize("drift", [timedelta(minutes=5), -timedelta(minutes=5)])
def test_a_clock_that_is_wrong_either_way_stops_what_rests_on_it_alone(drift: timedelta) -> None:
    found = verdicts(Measured(None, 0, drift, is_reserve_given_up=False))
    assert found[Function.STORED_ANSWERS] == Verdict(Function.STORED_ANSWERS, Standing.STOPPED, (Measure.CLOCK_DRIFT,))
    assert found[Function.QUEUED_CHECKS].standing is Standing.FINE


def test_being_offline_for_ever_and_a_full_disk_never_stop_the_queue() -> None:
    found = verdicts(Measured(timedelta(days=400), 10, None, is_reserve_given_up=True))
    assert found[Function.QUEUED_CHECKS] == Verdict(
        Function.QUEUED_CHECKS, Standing.WARNED, (Measure.OFFLINE, Measure.DISK)
    )


@given(MEASURED, MEASURED)
def test_what_is_worse_by_every_measure_never_stands_better(one: Measured, other: Measured) -> None:
    def longest(first: timedelta | None, second: timedelta | None) -> timedelta:
        return max(first or timedelta(), second or timedelta())

    worst = Measured(
        longest(one.offline, other.offline),
        max(one.queued, other.queued),
        longest(one.clock_drift, other.clock_drift),
        is_reserve_given_up=one.is_reserve_given_up or other.is_reserve_given_up,
    )
    for function, verdict in verdicts(one).items():
        assert ORDER.index(verdict.standing) <= ORDER.index(verdicts(worst)[function].standing)


@given(MEASURED)
def test_every_function_has_a_verdict_with_its_reasons(measured: Measured) -> None:
    found = verdicts(measured)
    assert set(found) == set(Function)
    for verdict in found.values():
        assert bool(verdict.because) is (verdict.standing is not Standing.FINE)
        assert len(set(verdict.because)) == len(verdict.because)


def test_a_limit_that_stops_before_it_warns_is_refused() -> None:
    for warned, stopped in ((0, 1), (2, 1)):
        with pytest.raises(ValueError, match="warns before it stops"):
            Limit(Function.STORED_ANSWERS, Measure.OFFLINE, warned, stopped)


def test_every_function_has_a_limit() -> None:
    assert {limit.function for limit in POLICY} == set(Function)
