"""Remembered card codes: each opens with its own card only, ends by itself, and is nowhere in the clear."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from offline_cache.cache import open_cache
from offline_cache.card_codes import MAX_AGE, SqlCardCodes
from offline_cache.keys import Keys, new_keys

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
CARD_EXPIRES = date(2034, 4, 12)
MINE, ANOTHER = b"my certificate", b"another certificate"
CODE = "04041220342285"


@pytest.fixture
def keys() -> Keys:
    return new_keys()


@pytest.fixture
def codes(tmp_path: Path, keys: Keys) -> Iterator[SqlCardCodes]:
    answers, _ = open_cache(tmp_path, keys)
    yield answers.card_codes
    answers.close()


def test_a_code_comes_back_for_its_own_card_only(codes: SqlCardCodes) -> None:
    codes.remember(MINE, CODE, CARD_EXPIRES, NOW)
    assert codes.recall(MINE, NOW) == CODE
    assert codes.recall(ANOTHER, NOW) is None


def test_a_code_is_forgotten_when_told_so(codes: SqlCardCodes) -> None:
    codes.remember(MINE, CODE, CARD_EXPIRES, NOW)
    codes.forget(MINE)
    assert codes.recall(MINE, NOW) is None


def test_a_code_typed_anew_takes_the_place_of_the_old_one(codes: SqlCardCodes) -> None:
    codes.remember(MINE, "1" * 14, CARD_EXPIRES, NOW)
    codes.remember(MINE, CODE, CARD_EXPIRES, NOW)
    assert codes.recall(MINE, NOW) == CODE


@pytest.mark.parametrize(
    ("card_expires", "last_day"),
    [(CARD_EXPIRES, NOW + MAX_AGE), (date(2026, 12, 1), datetime(2026, 12, 1, tzinfo=UTC))],
    ids=["by policy", "with the card"],
)
def test_a_code_ends_by_policy_or_with_the_card(codes: SqlCardCodes, card_expires: date, last_day: datetime) -> None:
    codes.remember(MINE, CODE, card_expires, NOW)
    assert codes.recall(MINE, last_day) == CODE
    assert codes.recall(MINE, last_day + timedelta(days=1)) is None


def test_ended_codes_are_dropped_when_the_next_is_kept(tmp_path: Path, keys: Keys) -> None:
    answers, _ = open_cache(tmp_path, keys)
    codes = answers.card_codes
    codes.remember(MINE, CODE, CARD_EXPIRES, NOW)
    codes.remember(ANOTHER, CODE, CARD_EXPIRES, NOW + MAX_AGE + timedelta(days=2))
    assert answers._database.rows("SELECT count(*) FROM card_code") == [(1,)]  # what is left on disk
    answers.close()


def test_not_even_who_has_the_stores_keys_finds_the_code_without_the_card(tmp_path: Path, keys: Keys) -> None:
    answers, _ = open_cache(tmp_path, keys)
    codes = answers.card_codes
    codes.remember(MINE, CODE, CARD_EXPIRES, NOW)
    rows = answers._database.rows("SELECT lookup, ends, sealed FROM card_code")  # as a thief would
    answers.close()
    assert all(CODE.encode() not in bytes(value) for row in rows for value in row if isinstance(value, bytes))
    assert all(MINE not in bytes(value) for row in rows for value in row if isinstance(value, bytes))
    assert CODE.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_an_end_that_someone_moved_opens_nothing(tmp_path: Path, keys: Keys) -> None:
    answers, _ = open_cache(tmp_path, keys)
    codes = answers.card_codes
    codes.remember(MINE, CODE, CARD_EXPIRES, NOW)
    answers._database.rows("UPDATE card_code SET ends = '2099-01-01'")  # as a thief would
    assert codes.recall(MINE, NOW) is None
    answers.close()
