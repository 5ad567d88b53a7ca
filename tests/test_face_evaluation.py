"""Error rates: thresholds keep what they promise, intervals hold the rate, and what cannot be told is not told."""

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from device.face.evaluation import (
    FMR_LEVELS,
    Point,
    Rate,
    TooFew,
    Trials,
    at_levels,
    at_thresholds,
    impostors_needed,
    is_over_people,
    threshold_for,
)
from device.face.pixels import Floats
from device.face.roc import roc_svg

FEW = 50  # resamples: enough for what is asked here
similarities = arrays(np.float32, st.integers(1, 300), elements=st.floats(-1, 1, width=32))


def trials(genuine: Floats, impostor: Floats, people: int | None = None) -> Trials:
    """Scored pairs of so many people in turns; each its own when no number is given."""
    size = genuine.size + impostor.size
    reference = np.arange(size, dtype=np.int64)
    same = np.arange(size) < genuine.size
    return Trials(np.concatenate([genuine, impostor]), same, reference if people is None else reference % people)


def drawn(mean: float, size: int, seed: int) -> Floats:
    return np.random.default_rng(seed).normal(mean, 0.1, size).clip(-1, 1).astype(np.float32)


LARGE = trials(drawn(0.6, 2_000, 1), drawn(0.1, 40_000, 2), people=500)


@given(similarities, st.sampled_from(FMR_LEVELS) | st.floats(0.001, 0.999))
def test_a_threshold_keeps_its_level_and_no_lower_one_does(impostor: Floats, level: float) -> None:
    threshold = threshold_for(impostor, level)
    assert np.mean(impostor >= threshold) <= level + 1e-9
    lower = impostor[impostor < threshold]
    assert lower.size == 0 or np.mean(impostor >= lower.max()) > level


@settings(max_examples=50, deadline=None)
@given(similarities, similarities, st.floats(-1, 1), st.none() | st.integers(1, 20))
def test_each_pair_counts_once_and_intervals_hold_the_rate(
    genuine: Floats, impostor: Floats, threshold: float, people: int | None
) -> None:
    point = at_thresholds(trials(genuine, impostor, people), [threshold], FEW)[0]
    assert (point.fmr.errors, point.fmr.tries) == (int(np.sum(impostor >= threshold)), impostor.size)
    assert (point.fnmr.errors, point.fnmr.tries) == (int(np.sum(genuine < threshold)), genuine.size)
    for rate in (point.fmr, point.fnmr):
        assert rate.interval is not None
        assert rate.value is not None
        assert 0 <= rate.interval[0] <= rate.interval[1] <= 1


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(60)))
def test_the_order_of_pairs_changes_no_rate(order: list[int]) -> None:
    some = LARGE.only(np.arange(LARGE.same.size) % 700 == 0)
    shuffled = some.only(np.array([index for index in order if index < some.same.size]))
    for one, other in zip(at_thresholds(some, [0.3], FEW), at_thresholds(shuffled, [0.3], FEW), strict=True):
        assert (one.fmr.value, one.fnmr.value) == (other.fmr.value, other.fnmr.value)


def test_levels_that_too_few_impostor_pairs_cannot_tell_say_how_many_it_takes() -> None:
    levels = at_levels(trials(drawn(0.6, 50, 1), drawn(0.1, 3_000, 2)), resamples=FEW)
    assert [type(level) for level in levels] == [Point, Point, TooFew]
    assert levels[2] == TooFew(30_000)


@pytest.mark.parametrize(("level", "needed"), [(1e-2, 300), (1e-3, 3_000), (1e-4, 30_000)])
def test_three_over_the_level_are_needed(level: float, needed: int) -> None:
    assert impostors_needed(level) == needed


def test_a_level_is_reached_and_its_interval_holds_the_rate() -> None:
    for level, point in zip(FMR_LEVELS, at_levels(LARGE, resamples=FEW), strict=True):
        assert isinstance(point, Point)
        assert point.fmr.value == pytest.approx(level, rel=1e-6)
        assert point.fnmr.interval is not None
        assert point.fnmr.value is not None
        assert point.fnmr.interval[0] <= point.fnmr.value <= point.fnmr.interval[1]


def test_a_threshold_set_anew_makes_the_interval_wider() -> None:
    level = at_levels(LARGE, [1e-4])[0]
    assert isinstance(level, Point)
    fixed = at_thresholds(LARGE, [level.threshold])[0]
    assert width(level.fnmr) > width(fixed.fnmr)


def width(rate: Rate) -> float:
    assert rate.interval is not None
    return rate.interval[1] - rate.interval[0]


def test_people_who_err_always_or_never_widen_the_interval() -> None:
    errs = np.repeat(np.arange(40) % 4 == 0, 25)
    genuine = np.where(errs, np.float32(0.1), np.float32(0.9))
    by_person = Trials(genuine, np.ones(1000, np.bool_), np.repeat(np.arange(40), 25))
    by_pair = Trials(genuine, np.ones(1000, np.bool_), np.arange(1000))
    assert is_over_people(by_person)
    assert not is_over_people(by_pair)
    wide, narrow = (at_thresholds(one, [0.5])[0].fnmr for one in (by_person, by_pair))
    assert width(wide) > 3 * width(narrow)


def test_few_people_are_no_ground_for_an_interval() -> None:
    assert not is_over_people(trials(drawn(0.6, 50, 1), drawn(0.1, 50, 2), people=9))
    assert is_over_people(trials(drawn(0.6, 50, 1), drawn(0.1, 50, 2), people=10))


def test_no_error_is_bounded_by_the_rule_of_three() -> None:
    point = at_thresholds(trials(drawn(0.6, 100, 1), drawn(0.1, 100, 2)), [-1.0, 0.99], FEW)
    assert point[0].fnmr == Rate(0, 100, (0.0, 0.03))
    assert point[1].fnmr == Rate(100, 100, (0.97, 1.0))


def test_without_a_pair_there_is_no_rate() -> None:
    none = np.zeros(0, np.float32)
    empty = at_thresholds(trials(none, none), [0.5], FEW)[0]
    assert empty.fmr == empty.fnmr == Rate(0, 0, None)
    assert empty.fmr.value is None
    assert all(isinstance(level, TooFew) for level in at_levels(trials(none, none), resamples=FEW))


@pytest.mark.parametrize("which", [LARGE, trials(np.zeros(0, np.float32), np.zeros(0, np.float32))])
def test_the_roc_is_well_formed_and_names_what_it_marks(which: Trials) -> None:
    root = fromstring(roc_svg(which, {"<accept>": 0.45}))
    drawn_lines = [element for element in root.iter() if element.tag.endswith("polyline")]
    assert len(drawn_lines) == (1 if which.same.size else 0)
    assert ("<accept> 0.450" in [element.text for element in root.iter()]) == bool(which.same.size)


def test_the_roc_never_falls() -> None:
    root = fromstring(roc_svg(LARGE, {}))
    points = next(element for element in root.iter() if element.tag.endswith("polyline")).attrib["points"].split()
    x, y = zip(*(map(float, point.split(",")) for point in points), strict=True)
    assert list(x) == sorted(x)
    assert list(y) == sorted(y, reverse=True)  # down is up in SVG
