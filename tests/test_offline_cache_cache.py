"""A stored answer is found again by its certificate alone, and never outlives its end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_cache.cache import FILE, SqlCache, open_cache
from offline_cache.database import open_to_write
from offline_cache.keys import new_keys
from terminal.certificate import JST
from terminal.coverage import Coverage, Recalled, Relation
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
COVERAGE = Coverage(
    "00138057", "架空区国民健康保険", "１２", "３４５６７８", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None
)
KEYS = new_keys()
CERTIFICATE = b"an invented certificate"

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
DATES = st.none() | st.dates()
COVERAGES = st.builds(
    Coverage, TEXT, TEXT, TEXT, TEXT, TEXT, st.none() | st.sampled_from(Relation), st.none() | st.integers(0, 100),
    DATES, DATES,
)  # fmt: skip
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # zone follows


def opened_in(folder: Path) -> SqlCache:
    cache, is_new = open_cache(folder, KEYS)
    assert not is_new
    return cache


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[SqlCache]:
    opened = opened_in(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared_cache() -> Iterator[SqlCache]:
    with TemporaryDirectory() as folder:
        opened = opened_in(Path(folder))
        yield opened
        opened.close()


def test_a_remembered_answer_is_recalled(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    assert cache.recall(CERTIFICATE, NOW + DAY) == Recalled(COVERAGE, NOW, date(2026, 12, 21))


def test_another_certificate_recalls_nothing(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    assert cache.recall(CERTIFICATE + b"x", NOW) is None


def test_the_newer_answer_takes_the_place_of_the_older(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    newer = replace(COVERAGE, copay_percent=10)
    cache.remember(CERTIFICATE, newer, NOW + DAY)
    recalled = cache.recall(CERTIFICATE, NOW + DAY)
    assert recalled is not None
    assert (recalled.coverage, recalled.as_of) == (newer, NOW + DAY)


def test_a_forgotten_answer_is_gone_and_the_others_stay(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    cache.remember(b"someone else", COVERAGE, NOW)
    cache.forget(CERTIFICATE)
    assert cache.recall(CERTIFICATE, NOW) is None
    assert cache.recall(b"someone else", NOW) is not None


def test_an_answer_is_there_after_a_restart(tmp_path: Path) -> None:
    first = opened_in(tmp_path)
    first.remember(CERTIFICATE, COVERAGE, NOW)
    first.close()
    second = opened_in(tmp_path)
    assert second.recall(CERTIFICATE, NOW) is not None
    second.close()


def test_an_answer_serves_thirty_days_and_not_one_more(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    last_day = datetime(2026, 12, 21, 23, 59, tzinfo=JST)
    assert cache.recall(CERTIFICATE, last_day) is not None
    assert cache.recall(CERTIFICATE, last_day + MINUTE) is None


def test_an_answer_serves_up_to_the_coverages_last_day(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, replace(COVERAGE, ends=date(2026, 11, 22)), NOW)
    recalled = cache.recall(CERTIFICATE, datetime(2026, 11, 22, 23, 59, tzinfo=JST))
    assert recalled is not None
    assert recalled.ends == date(2026, 11, 22)
    assert cache.recall(CERTIFICATE, datetime(2026, 11, 23, 0, 0, tzinfo=JST)) is None


def test_a_clock_put_back_ends_every_answer(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    assert cache.recall(CERTIFICATE, NOW - 5 * MINUTE) is not None
    assert cache.recall(CERTIFICATE, NOW - 6 * MINUTE) is None
    assert cache.recall(CERTIFICATE, NOW) is not None


def test_a_recall_counts_as_a_time_seen(cache: SqlCache) -> None:
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    assert cache.recall(CERTIFICATE, NOW + 20 * DAY) is not None
    assert cache.recall(CERTIFICATE, NOW + 19 * DAY) is None


def test_the_highest_time_outlives_a_restart(tmp_path: Path) -> None:
    first = opened_in(tmp_path)
    first.remember(CERTIFICATE, COVERAGE, NOW)
    first.close()
    second = opened_in(tmp_path)
    assert second.recall(CERTIFICATE, NOW - DAY) is None
    second.close()


def test_a_confirmed_answer_after_the_clock_was_put_right_begins_anew(cache: SqlCache) -> None:
    cache.remember(b"stored by a clock gone wrong", COVERAGE, NOW + 3650 * DAY)
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    assert cache.recall(CERTIFICATE, NOW) is not None
    assert cache.recall(b"stored by a clock gone wrong", NOW) is None


def test_what_is_too_old_is_deleted(tmp_path: Path) -> None:
    cache = opened_in(tmp_path)
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    cache.remember(b"another", COVERAGE, NOW + 31 * DAY)
    cache.close()
    database = open_to_write(tmp_path / FILE, KEYS.cache, create=False, failed=Problem.STORE_UNREADABLE)
    assert database.rows("SELECT count(*) FROM answer") == [(1,)]
    database.close()


@given(COVERAGES, TIMES, st.timedeltas(-60 * DAY, 60 * DAY))
def test_no_answer_is_recalled_past_its_end(
    shared_cache: SqlCache, coverage: Coverage, as_of: datetime, later: timedelta
) -> None:
    shared_cache.remember(CERTIFICATE, coverage, as_of)
    day = (as_of + later).astimezone(JST).date()
    recalled = shared_cache.recall(CERTIFICATE, as_of + later)
    if recalled is None:
        last = (as_of + 30 * DAY).astimezone(JST).date()
        assert later < -5 * MINUTE or day > min(last, coverage.ends or last)
    else:
        assert (recalled.coverage, recalled.as_of) == (coverage, as_of)
        assert day <= recalled.ends
        assert coverage.ends is None or recalled.ends <= coverage.ends


@pytest.mark.parametrize("content", [b"", b"no database", bytes(8192)])
def test_an_unreadable_cache_is_put_aside_and_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    cache, is_new = open_cache(tmp_path, KEYS)
    cache.remember(CERTIFICATE, COVERAGE, NOW)
    assert cache.recall(CERTIFICATE, NOW) is not None
    cache.close()
    assert is_new is bool(content)
    assert (tmp_path / f"{FILE}.unreadable").exists() is bool(content)


def test_a_damaged_page_is_found_at_opening(tmp_path: Path) -> None:
    cache = opened_in(tmp_path)
    for number in range(50):
        cache.remember(b"%d" % number, COVERAGE, NOW)
    cache.close()
    content = bytearray((tmp_path / FILE).read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 + 100] ^= 1
    (tmp_path / FILE).write_bytes(content)
    anew, is_new = open_cache(tmp_path, KEYS)
    assert is_new
    assert anew.recall(b"7", NOW) is None
    anew.close()


def test_a_cache_under_another_key_is_begun_anew(tmp_path: Path) -> None:
    opened_in(tmp_path).close()
    cache, is_new = open_cache(tmp_path, new_keys())
    cache.close()
    assert is_new


def test_where_no_file_can_be_the_store_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.unreadable").mkdir()
    (tmp_path / f"{FILE}.unreadable" / "in the way").touch()
    (tmp_path / FILE).mkdir()
    with pytest.raises(TerminalError) as raised:
        open_cache(tmp_path, KEYS)
    assert raised.value.problem is Problem.STORE_UNREADABLE


def test_a_full_disk_does_not_take_the_fallback_away(tmp_path: Path) -> None:
    opened_in(tmp_path).close()
    database = open_to_write(
        tmp_path / FILE, KEYS.cache, create=False, failed=Problem.STORE_UNREADABLE, max_pages=1
    )  # SQLite takes what the file already has for the quota
    cache = SqlCache(database, KEYS.lookup)
    wordy = replace(COVERAGE, insurer_name="架空区国民健康保険" * 20)
    remembered: list[bytes] = []

    def remember_without_end() -> None:
        while True:
            certificate = b"%d" % len(remembered)
            cache.remember(certificate, wordy, NOW)
            remembered.append(certificate)

    with pytest.raises(TerminalError) as raised:
        remember_without_end()
    assert raised.value.problem is Problem.STORE_UNREADABLE
    assert remembered
    assert all(cache.recall(certificate, NOW + DAY) is not None for certificate in remembered)
    cache.close()


@settings(max_examples=20)
@given(st.binary(min_size=1, max_size=50))
def test_the_same_certificate_is_looked_up_by_another_row_under_another_key(certificate: bytes) -> None:
    with TemporaryDirectory() as folder:
        database = open_to_write(Path(folder) / FILE, KEYS.cache, create=True, failed=Problem.STORE_UNREADABLE)
        SqlCache(database, KEYS.lookup).remember(certificate, COVERAGE, NOW)
        assert SqlCache(database, new_keys().lookup).recall(certificate, NOW) is None
        assert SqlCache(database, KEYS.lookup).recall(certificate, NOW) is not None
        database.close()
