"""A stored answer to a question by number is found by the same numbers, however written, and by nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from offline_cache.cache import SqlCache, open_cache
from offline_cache.keys import new_keys
from terminal.coverage import Coverage, Recalled, Relation
from terminal.eligibility.number_query import Insured

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
INSURED = Insured("00990010", "１２・あ", "０３４５", "01", date(1992, 4, 12))
COVERAGE = Coverage(
    "00990010", "架空市国民健康保険", "１２・あ", "０３４５", "01", Relation.SUBSCRIBER, None, date(2024, 4, 1), None
)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[SqlCache]:
    opened, _ = open_cache(tmp_path, new_keys())
    yield opened
    opened.close()


def test_an_answer_by_number_is_recalled_with_its_day(cache: SqlCache) -> None:
    cache.remember_by_number(INSURED, COVERAGE, NOW)
    assert cache.recall_by_number(INSURED, NOW + DAY) == Recalled(COVERAGE, NOW, date(2026, 12, 21))


def test_it_is_found_in_another_writing(cache: SqlCache) -> None:
    cache.remember_by_number(INSURED, COVERAGE, NOW)
    assert cache.recall_by_number(replace(INSURED, symbol="12 あ", number="345"), NOW) is not None


@pytest.mark.parametrize(
    "other",
    [
        replace(INSURED, insurer_number="00990028"),
        replace(INSURED, symbol="13・あ"),
        replace(INSURED, number="０３４６"),
        replace(INSURED, branch="02"),
        replace(INSURED, branch=""),
        replace(INSURED, birth_date=date(1992, 4, 13)),
    ],
)
def test_one_differing_part_finds_nothing(cache: SqlCache, other: Insured) -> None:
    cache.remember_by_number(INSURED, COVERAGE, NOW)
    assert cache.recall_by_number(other, NOW) is None


def test_a_certificate_that_looks_like_the_numbers_finds_nothing(cache: SqlCache) -> None:
    cache.remember_by_number(INSURED, COVERAGE, NOW)
    assert cache.recall(INSURED.key, NOW) is None


def test_it_ends_and_is_forgotten_as_every_answer(cache: SqlCache) -> None:
    cache.remember_by_number(INSURED, COVERAGE, NOW)
    assert cache.recall_by_number(INSURED, NOW + 31 * DAY) is None
    cache.forget_by_number(INSURED)
    assert cache.recall_by_number(INSURED, NOW) is None
