"""A seeded population: right records are accepted, planted mislinks never are. The large one is in the benchmarks."""

import pytest
from population import Kind, mislinks, right_pairs

from terminal.comparison.compare import compare, verdict
from terminal.comparison.likeness import Verdict

PEOPLE = 6_000


@pytest.mark.parametrize("seed", [1, 2])
def test_of_the_right_records_few_are_asked_about_and_hardly_one_is_blocked(seed: int) -> None:
    verdicts = [verdict(compare(pair.holder, pair.record)) for pair in right_pairs(PEOPLE, seed)]
    assert verdicts.count(Verdict.DIFFERENT) <= 0.005 * len(verdicts)
    assert verdicts.count(Verdict.DOUBTFUL) <= 0.03 * len(verdicts)


@pytest.mark.parametrize("seed", [3, 4])
def test_no_mislink_of_any_kind_is_accepted(seed: int) -> None:
    accepted = [
        pair.kind for pair in mislinks(PEOPLE, seed) if verdict(compare(pair.holder, pair.record)) is Verdict.SAME
    ]
    assert accepted == []


def test_the_population_plants_every_kind_and_is_the_same_each_time() -> None:
    assert {pair.kind for pair in mislinks(100, 5)} == set(Kind) - {Kind.RIGHT}
    assert list(mislinks(50, 5)) == list(mislinks(50, 5))
