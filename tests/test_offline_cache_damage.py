"""Whatever happens to the disk is told as what it is; nothing that was acknowledged is lost, and nothing is hidden."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree, rmtree

import pytest
import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped]  # ships no types
from standing import FixedClock

from offline_cache.cache import FILE as CACHE_FILE
from offline_cache.database import Database
from offline_cache.journal import SqlJournal
from offline_cache.journal_end import FILE
from offline_cache.journal_reserve import FILE as RESERVE_FILE
from offline_cache.journal_reserve import Reserve
from offline_cache.keys import CredentialSeal, Keys, new_keys, unwrap
from offline_cache.store import KEY_FILE, Store, open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.verify import Broken, Head, Intact, Report, verify
from terminal.coverage import Coverage
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
CERTIFICATE = b"an invented certificate"
COVERAGE = Coverage("00138057", "架空区国民健康保険", "12", "345678", "01", None, 30, None, None)
ACCESS = Access(Action.ANSWER_SHOWN, "visit-1", "reception", CERTIFICATE, "face", "confirmed")
PAGE = 4096
SMALL_DISK = "12m"
NOBODY = 65534


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / CredentialSeal.FILE).write_bytes(bytes(range(32)))
    return folder


def opened(folder: Path, credentials: Path) -> Store:
    return open_store(folder, CredentialSeal(credentials), FixedClock(NOW), "desk-1")


def filled(folder: Path, credentials: Path, entries: int = 300) -> Head:
    with closing(opened(folder, credentials)) as store:
        store.journal.record_all([ACCESS] * entries)
        store.cache.remember(CERTIFICATE, COVERAGE, NOW)
        size, root = store.journal.head()
    return Head(size, bytes.fromhex(root))


def report_on(folder: Path, credentials: Path, noted: Head | None = None) -> Report:
    with closing(read_store(folder, credentials)) as log:
        return verify(log.stored(), log.keys, noted)


def problem_of(act: Callable[[], object]) -> Problem:
    with pytest.raises(TerminalError) as raised:
        act()
    return raised.value.problem


class FullDatabase(Database):
    """A file on a disk that is full for as long as somebody keeps its last room."""

    reserve: Reserve

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.reserve.is_there:
            error = sqlcipher.OperationalError("database or disk is full")
            error.sqlite_errorname = "SQLITE_FULL"
            raise TerminalError(Problem.JOURNAL_FAILED, "SQLITE_FULL") from error
        with super().transaction():
            yield


def test_the_last_entries_go_where_room_was_kept_for_them(tmp_path: Path, credentials: Path) -> None:
    filled(tmp_path / "store", credentials)
    keys = keys_in(tmp_path / "store", credentials)
    database = FullDatabase(tmp_path / "store" / FILE, keys.journal, mode="rw", failed=Problem.JOURNAL_FAILED)
    database.reserve = Reserve(tmp_path / "store")
    with closing(SqlJournal(database, keys, FixedClock(NOW), "desk-1", reserve=database.reserve)) as journal:
        assert not journal.is_disk_full
        journal.record(ACCESS)
        assert journal.is_disk_full
        journal.record(ACCESS)
        assert journal.head()[0] == 302
    assert isinstance(report_on(tmp_path / "store", credentials), Intact)


def test_room_is_kept_again_at_the_next_opening(tmp_path: Path, credentials: Path) -> None:
    filled(tmp_path / "store", credentials)
    Reserve(tmp_path / "store").give_up()
    with closing(opened(tmp_path / "store", credentials)) as store:
        assert not store.journal.is_disk_full


def keys_in(folder: Path, credentials: Path) -> Keys:
    return unwrap((folder / KEY_FILE).read_bytes(), CredentialSeal(credentials))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(place)]
    if subprocess.run(mounting, capture_output=True, check=False, timeout=60).returncode:
        pytest.skip("only root mounts a small disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True, timeout=60)


def fill_up(disk: Path) -> None:
    def write_without_end() -> None:
        with (disk / "someone else's").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(PAGE))

    with pytest.raises(OSError, match="No space"):
        write_without_end()


def test_a_disk_that_fills_up_takes_in_the_last_entries_and_opens_again(small_disk: Path, credentials: Path) -> None:
    store_folder = small_disk / "store"
    filled(store_folder, credentials)
    with closing(opened(store_folder, credentials)) as store:
        fill_up(small_disk)
        for _ in range(100):
            store.journal.record_all([ACCESS] * 10)
        assert store.journal.is_disk_full
        size, root = store.journal.head()
    assert isinstance(report_on(store_folder, credentials, Head(size, bytes.fromhex(root))), Intact)
    with closing(opened(store_folder, credentials)) as store:
        assert not store.is_cache_new
        assert store.cache.recall(CERTIFICATE, NOW) is not None


def test_a_disk_that_is_full_at_the_start_takes_in_entries_and_keeps_the_answers(
    small_disk: Path, credentials: Path
) -> None:
    filled(small_disk / "store", credentials)
    fill_up(small_disk)
    with closing(opened(small_disk / "store", credentials)) as store:
        store.journal.record(ACCESS)
        assert store.journal.is_disk_full
        assert not store.is_cache_new
        assert store.cache.recall(CERTIFICATE, NOW) is not None


def test_a_disk_without_any_room_is_a_failure_and_loses_nothing(small_disk: Path, credentials: Path) -> None:
    head = filled(small_disk / "store", credentials)
    (small_disk / "store" / RESERVE_FILE).unlink()
    fill_up(small_disk)
    assert problem_of(lambda: opened(small_disk / "store", credentials)) is Problem.STORE_UNREADABLE
    (small_disk / "someone else's").unlink()
    assert isinstance(report_on(small_disk / "store", credentials, head), Intact)
    with closing(opened(small_disk / "store", credentials)) as store:
        assert not store.is_cache_new


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write here; root is somebody else meanwhile, for to root all is allowed."""
    is_root = os.geteuid() == 0
    parents = [path for path in folder.parents if path.name.startswith("pytest-")]
    for path in (*folder.iterdir(), folder):
        path.chmod(0o500 if path.is_dir() else 0o400)
        if is_root:
            os.chown(path, NOBODY, NOBODY)
    modes = {path: path.stat().st_mode for path in parents}
    for path in parents:
        path.chmod(0o755)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)
        for path in (folder, *folder.iterdir()):
            path.chmod(0o700)


def test_a_read_only_disk_is_told_and_nothing_is_written_in_another_place(tmp_path: Path, credentials: Path) -> None:
    folder = tmp_path / "store"
    head = filled(folder, credentials)
    names = sorted(path.name for path in folder.iterdir())
    for path in (tmp_path, credentials):
        path.chmod(0o755)
    with read_only(folder):
        assert problem_of(lambda: opened(folder, credentials)) is Problem.STORE_UNREADABLE
    assert sorted(path.name for path in folder.iterdir()) == names
    assert isinstance(report_on(folder, credentials, head), Intact)


def test_a_flipped_bit_is_never_hidden_and_never_changes_an_entry(tmp_path: Path, credentials: Path) -> None:
    folder = tmp_path / "store"
    head = filled(folder, credentials)
    key = keys_in(folder, credentials).journal
    journal = folder / FILE
    content = journal.read_bytes()
    found = 0
    for page in range(len(content) // PAGE):
        damaged = bytearray(content)
        damaged[page * PAGE + (page * 997) % PAGE] ^= 1 << page % 8
        journal.write_bytes(damaged)
        try:
            found += not isinstance(report_on(folder, credentials, head), Intact)  # intact: the very same entries
        except TerminalError as error:
            found += error.problem is Problem.STORE_UNREADABLE
        assert problem_of(lambda: check_pages(journal, key)) is Problem.STORE_UNREADABLE
        assert journal.read_bytes() == damaged  # neither put aside nor begun anew
    assert found > len(content) // PAGE // 2


def check_pages(journal: Path, key: bytes) -> None:
    with closing(Database(journal, key, mode="ro", failed=Problem.STORE_UNREADABLE)) as database:
        database.check_pages()


def test_a_log_under_another_key_does_not_open_and_stays(tmp_path: Path, credentials: Path) -> None:
    folder, other = tmp_path / "store", tmp_path / "other"
    filled(folder, credentials)
    filled(other, credentials)
    foreign = (other / FILE).read_bytes()
    (folder / FILE).write_bytes(foreign)
    assert problem_of(lambda: opened(folder, credentials)) is Problem.STORE_UNREADABLE
    assert (folder / FILE).read_bytes() == foreign


def test_the_store_of_an_older_day_is_told_by_a_head_that_was_noted_elsewhere(
    tmp_path: Path, credentials: Path
) -> None:
    folder, older = tmp_path / "store", tmp_path / "older"
    filled(folder, credentials)
    copytree(folder, older)
    noted = filled(folder, credentials, entries=5)
    rmtree(folder)
    older.rename(folder)
    with closing(opened(folder, credentials)) as store:
        store.journal.record_all([ACCESS] * 10)  # even when the log has become longer than it was
    assert isinstance(report_on(folder, credentials, noted), Broken)


def test_only_damage_puts_the_answers_aside(tmp_path: Path, credentials: Path) -> None:
    folder = tmp_path / "store"
    filled(folder, credentials)
    (folder / CACHE_FILE).write_bytes(os.urandom(3 * PAGE))
    with closing(opened(folder, credentials)) as store:
        assert store.is_cache_new
        assert store.journal.head()[0] == 300
    with closing(opened(folder, credentials)) as store:
        assert not store.is_cache_new


def test_another_stores_keys_open_nothing(tmp_path: Path, credentials: Path) -> None:
    filled(tmp_path / "store", credentials)
    key = new_keys().journal
    assert (
        problem_of(lambda: Database(tmp_path / "store" / FILE, key, mode="ro", failed=Problem.JOURNAL_FAILED))
        is Problem.STORE_UNREADABLE
    )
