"""Files encrypted as SQLCipher does by itself, as they once were, open and go on; a journal is never discarded."""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped]  # ships no types
from standing import FixedClock

from offline_cache.cache import FILE as CACHE_FILE
from offline_cache.cache import open_cache
from offline_cache.database import APPLICATION_ID, VERSIONS, Database, open_to_read, rekey
from offline_cache.journal import open_journal
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import read_journal
from offline_cache.keys import Keys, new_keys
from offline_cache.keys.wrapping import new_key
from terminal.access_log.access import Access, Action
from terminal.access_log.verify import Intact, verify
from terminal.coverage import Coverage, Relation
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ACCESS = Access(Action.HOLDER_READ, "visit", "reception", b"invented certificate")
COVERAGE = Coverage("00138057", "架空健康保険組合", "１２", "３４", "01", Relation.SUBSCRIBER, 30, None, None)
CERTIFICATE = b"invented certificate"
ENTRIES = 300


@pytest.fixture
def keys() -> Keys:
    return new_keys()


def record(folder: Path, keys: Keys, count: int, *, create: bool = False) -> None:
    with closing(open_journal(folder, keys, FixedClock(NOW), "desk-1", create=create)) as journal:
        journal.record_all([ACCESS] * count)


def size_if_intact(folder: Path, keys: Keys) -> int | None:
    with closing(read_journal(folder, keys)) as log:
        report = verify(log.stored(), log.keys)
        return report.head.size if isinstance(report, Intact) else None


def as_once_begun(path: Path, key: bytes) -> None:
    """Encrypts a file as SQLCipher does by itself."""
    older = path.with_name("older.db")
    with closing(Database(path, key, mode="rw", failed=Problem.STORE_UNREADABLE)) as database:
        database.rows("PRAGMA journal_mode=DELETE")
        database.rows(f"ATTACH '{older}' AS older KEY \"x'{key.hex()}'\"")
        database.rows("PRAGMA older.cipher_hmac_algorithm=HMAC_SHA512")
        database.rows("PRAGMA older.cipher_page_size=4096")
        database.rows("SELECT sqlcipher_export('older')")
        database.rows(f"PRAGMA older.application_id={APPLICATION_ID}")
        database.rows(f"PRAGMA older.user_version={VERSIONS[path.stem]}")
    older.replace(path)
    assert opens_by_itself(path, key)


def opens_by_itself(path: Path, key: bytes) -> bool:
    with closing(sqlcipher.connect(path)) as connection:
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        try:
            return bool(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone())
        except sqlcipher.DatabaseError:
            return False


def test_a_file_begun_today_is_checked_by_what_the_processor_is_fast_at(tmp_path: Path, keys: Keys) -> None:
    record(tmp_path, keys, 1, create=True)
    assert not opens_by_itself(tmp_path / FILE, keys.journal)
    with closing(open_to_read(tmp_path / FILE, keys.journal)) as database:
        assert database.rows("PRAGMA cipher_hmac_algorithm") == [("HMAC_SHA256",)]


def test_an_older_journal_opens_goes_on_and_verifies(tmp_path: Path, keys: Keys) -> None:
    record(tmp_path, keys, ENTRIES, create=True)
    as_once_begun(tmp_path / FILE, keys.journal)
    assert size_if_intact(tmp_path, keys) == ENTRIES
    record(tmp_path, keys, ENTRIES)
    assert size_if_intact(tmp_path, keys) == 2 * ENTRIES
    assert opens_by_itself(tmp_path / FILE, keys.journal)


def test_an_older_journal_that_was_cut_off_loses_nothing(tmp_path: Path, keys: Keys) -> None:
    record(tmp_path, keys, ENTRIES, create=True)
    as_once_begun(tmp_path / FILE, keys.journal)
    cut = tmp_path / "cut"
    cut.mkdir()
    with closing(open_journal(tmp_path, keys, FixedClock(NOW), "desk-1", create=False)) as journal:
        journal.record(ACCESS)
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"{FILE}{suffix}", cut / f"{FILE}{suffix}")
    assert size_if_intact(cut, keys) == ENTRIES + 1
    record(cut, keys, 1)
    assert size_if_intact(cut, keys) == ENTRIES + 2


def test_an_older_journal_opens_under_a_new_key(tmp_path: Path, keys: Keys) -> None:
    record(tmp_path, keys, ENTRIES, create=True)
    as_once_begun(tmp_path / FILE, keys.journal)
    key = new_key()
    with closing(Database(tmp_path / FILE, keys.journal, mode="rw", failed=Problem.STORE_UNREADABLE)) as database:
        rekey(database, key)
    with closing(open_to_read(tmp_path / FILE, key)) as database:
        assert database.rows("SELECT count(*) FROM entry") == [(ENTRIES,)]


@pytest.mark.parametrize("is_older", [False, True])
def test_a_wrong_key_opens_neither(tmp_path: Path, keys: Keys, *, is_older: bool) -> None:
    record(tmp_path, keys, 1, create=True)
    if is_older:
        as_once_begun(tmp_path / FILE, keys.journal)
    content = (tmp_path / FILE).read_bytes()
    with pytest.raises(TerminalError) as raised:
        open_to_read(tmp_path / FILE, new_key())
    assert raised.value.problem is Problem.STORE_UNREADABLE
    assert raised.value.detail == f"{FILE}: SQLITE_NOTADB"
    assert (tmp_path / FILE).read_bytes() == content


def test_an_older_cache_that_was_cut_off_keeps_its_answers(tmp_path: Path, keys: Keys) -> None:
    with closing(open_cache(tmp_path, keys)[0]) as cache:
        cache.remember(CERTIFICATE, COVERAGE, NOW)
    as_once_begun(tmp_path / CACHE_FILE, keys.cache)
    cut = tmp_path / "cut"
    cut.mkdir()
    with closing(open_cache(tmp_path, keys)[0]) as cache:
        cache.remember(b"another", COVERAGE, NOW)
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"{CACHE_FILE}{suffix}", cut / f"{CACHE_FILE}{suffix}")
    assert (cut / f"{CACHE_FILE}-wal").stat().st_size
    cache, is_new = open_cache(cut, keys)
    with closing(cache):
        recalled = [cache.recall(certificate, NOW) for certificate in (CERTIFICATE, b"another")]
    assert not is_new
    assert [each and each.coverage for each in recalled] == [COVERAGE, COVERAGE]
