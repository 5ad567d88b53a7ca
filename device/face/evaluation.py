"""How often a face comparison errs: false matches and false non-matches of scored pairs, with intervals. Pure.

Words and counting as in ISO/IEC 19795-1: FMR is the share of impostor pairs that match, FNMR of genuine pairs that do
not; a pair matches from its threshold on. What holds no face is no pair here; it is counted apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from device.face.pixels import Floats

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

FMR_LEVELS = (1e-2, 1e-3, 1e-4)
RULE_OF_THREE = 3  # no error in n tries bounds a rate by 3 / n, at 95 % (ISO/IEC 19795-1, rule of 3)
PEOPLE_AT_LEAST = 10  # fewer say nothing about other people
RESAMPLES = 1000
PERCENTILES = (2.5, 97.5)  # a 95 % interval
_KEPT = 5  # times as many impostor pairs as a level lets through, the most similar: a resample finds its line there
_KEPT_AT_LEAST = 1000
_SEED = 1


@dataclass(frozen=True)
class Trials:
    """Scored pairs: cosine, whether both are one person, and the number of the reference (whose pair it is)."""

    similarity: Floats = field(repr=False)
    same: Flags = field(repr=False)
    reference: Numbers = field(repr=False)

    def only(self, which: Flags) -> "Trials":
        """Some of them."""
        return Trials(self.similarity[which], self.same[which], self.reference[which])


@dataclass(frozen=True)
class Rate:
    """Errors among tries, and the 95 % interval of their ratio; both None where there was no try."""

    errors: int
    tries: int
    interval: tuple[float, float] | None

    @property
    def value(self) -> float | None:
        """The ratio."""
        return self.errors / self.tries if self.tries else None


@dataclass(frozen=True)
class Point:
    """What a threshold does."""

    threshold: float
    fmr: Rate
    fnmr: Rate


@dataclass(frozen=True)
class TooFew:
    """There are too few impostor pairs for a level of FMR."""

    needs: int


def is_over_people(trials: Trials) -> bool:
    """Whether people are told apart, so that they and not single pairs are drawn: many references, in several pairs."""
    people = np.unique(trials.reference).size
    return PEOPLE_AT_LEAST <= people < trials.reference.size


def impostors_needed(level: float) -> int:
    """The least number of impostor pairs from which an FMR can be told to be as low as `level`."""
    return ceil(RULE_OF_THREE / level - 1e-9)


def threshold_for(impostor: Floats, level: float) -> float:
    """The lowest threshold that lets at most the share `level` of these similarities through."""
    allowed = int(level * impostor.size + 1e-9)
    if allowed >= impostor.size:
        return -1.0
    highest_refused = np.partition(impostor, impostor.size - 1 - allowed)[impostor.size - 1 - allowed]
    return float(np.nextafter(highest_refused, np.float32(2)))


def at_thresholds(trials: Trials, thresholds: Sequence[float], resamples: int = RESAMPLES) -> list[Point]:
    """The rates at thresholds that are given; each interval holds the threshold fixed."""
    units, count = _units(trials)
    kinds = ~trials.same, trials.same
    tries = np.stack([np.bincount(units[kind], minlength=count) for kind in kinds])
    matches = [trials.similarity >= threshold for threshold in thresholds]
    wrong = [[match & kinds[0], ~match & kinds[1]] for match in matches]
    errors = np.array([[np.bincount(units[flags], minlength=count) for flags in pair] for pair in wrong])
    drawn = np.array([_ratios(errors @ weight, tries @ weight) for weight in _draws(count, resamples)])
    drawn = drawn.reshape(-1, *errors.shape[:2])  # where nothing was drawn, too
    return [
        Point(
            threshold,
            *(_rate(errors[at, kind], tries[kind], drawn[:, at, kind]) for kind in range(len(kinds))),
        )
        for at, threshold in enumerate(thresholds)
    ]


def at_levels(trials: Trials, levels: Sequence[float] = FMR_LEVELS, resamples: int = RESAMPLES) -> list[Point | TooFew]:
    """The rates where FMR is `level`; in each resample the threshold is set anew, so FNMR's interval holds both."""
    impostor = trials.similarity[~trials.same]
    return [
        _at_level(trials, impostor, level, resamples)
        if impostor.size >= impostors_needed(level)
        else TooFew(impostors_needed(level))
        for level in levels
    ]


def _at_level(trials: Trials, impostor: Floats, level: float, resamples: int) -> Point:
    point = at_thresholds(trials, [threshold_for(impostor, level)], resamples)[0]
    if not 0 < point.fnmr.errors < point.fnmr.tries:
        return point
    units, count = _units(trials)
    genuine, genuine_units = trials.similarity[trials.same], units[trials.same]
    impostor_units = units[~trials.same]
    tries = np.bincount(impostor_units, minlength=count)
    kept = min(impostor.size, max(_KEPT_AT_LEAST, int(_KEPT * level * impostor.size)))
    highest = np.argpartition(-impostor, kept - 1)[:kept]
    highest = highest[np.argsort(-impostor[highest], kind="stable")]
    sorted_impostor, sorted_units = impostor[highest], impostor_units[highest]
    rates = []
    for weight in _draws(count, resamples):
        passed = np.cumsum(weight[sorted_units])
        refused = min(int(np.searchsorted(passed, level * (weight @ tries), side="right")), highest.size - 1)
        drawn = weight[genuine_units]
        if total := int(drawn.sum()):
            rates.append(int(drawn[genuine <= sorted_impostor[refused]].sum()) / total)
    return replace(point, fnmr=replace(point.fnmr, interval=_interval(np.array(rates, np.float32))))


def _units(trials: Trials) -> tuple[Numbers, int]:
    """What is drawn: the number of each pair's person, or of the pair itself, and how many there are."""
    if not is_over_people(trials):
        return np.arange(trials.reference.size), trials.reference.size
    people, units = np.unique(trials.reference, return_inverse=True)
    return units, people.size


def _draws(count: int, resamples: int) -> Iterator[Numbers]:
    """How often each of `count` units is drawn in each resample, as many as there are, with replacement (bootstrap)."""
    random = np.random.default_rng(_SEED)
    for _ in range(resamples if count else 0):
        yield np.bincount(random.integers(count, size=count), minlength=count)


def _ratios(errors: Numbers, tries: Numbers) -> Floats:
    """Errors by tries, no number where there was no try."""
    return np.asarray(np.where(tries > 0, errors / np.maximum(tries, 1), np.nan), np.float32)


def _rate(errors: Numbers, tries: Numbers, drawn: Floats) -> Rate:
    """A rate with its interval; resampling cannot tell how rare an error is that was never seen, the rule of 3 can."""
    wrong, tried, units = int(errors.sum()), int(tries.sum()), int(np.count_nonzero(tries))
    if tried == 0:
        return Rate(0, 0, None)
    rare = min(1.0, RULE_OF_THREE / units)
    if wrong == 0:
        return Rate(wrong, tried, (0.0, rare))
    if wrong == tried:
        return Rate(wrong, tried, (1 - rare, 1.0))
    return Rate(wrong, tried, _interval(drawn[np.isfinite(drawn)]))


def _interval(drawn: Floats) -> tuple[float, float]:
    low, high = np.percentile(drawn, PERCENTILES)
    return float(low), float(high)
