"""A store opens whole, for one writer, with its own keys, or says why not; nothing in its folder tells of anyone."""

import errno
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from standing import FixedClock

from offline_cache.database import folder_refused
from offline_cache.keys import CredentialSeal, PracticeSeal, Seal, unwrap
from offline_cache.store import DRAFT, KEY_FILE, Store, open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.coverage import Coverage, Relation
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
CERTIFICATE = b"an invented certificate, long enough to be found again"
COVERAGE = Coverage(
    "00138057", "架空区国民健康保険", "symbol-1234", "subscriber-5678", "01", Relation.SUBSCRIBER, 30,
    date(2024, 4, 1), None,
)  # fmt: skip
ACCESS = Access(Action.ANSWER_SHOWN, "visit-one", "reception-desk-actor", CERTIFICATE, "face", "confirmed")


def opened(folder: Path, seal: Seal | None = None) -> Store:
    return open_store(folder, seal or PracticeSeal(folder), FixedClock(NOW), "desk 1")


def problem_of(open_it: Callable[[], object]) -> Problem:
    with pytest.raises(TerminalError) as raised:
        open_it()
    return raised.value.problem


def filled(folder: Path) -> Path:
    with closing(opened(folder)) as store:
        store.journal.record(ACCESS)
        store.cache.remember(CERTIFICATE, COVERAGE, NOW)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "store")


def test_a_store_is_begun_in_a_missing_folder_and_found_again(folder: Path) -> None:
    with closing(opened(folder)) as store:
        assert store.journal.head()[0] == 1
        assert store.cache.recall(CERTIFICATE, NOW) is not None
        assert not store.is_cache_new


def test_only_its_owner_may_look_into_it(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_a_second_writer_is_kept_out(folder: Path) -> None:
    with closing(opened(folder)):
        assert problem_of(lambda: opened(folder)) is Problem.STORE_BUSY
    opened(folder).close()


def test_a_second_process_is_kept_out(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from offline_cache.keys import PracticeSeal;"
        "from offline_cache.store import open_store; from terminal.clock import SystemClock;"
        "open_store(Path(sys.argv[1]), PracticeSeal(Path(sys.argv[1])), SystemClock(), 'desk 2')"
    )
    with closing(opened(folder)):
        other = subprocess.run(
            [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
    assert other.stderr.rstrip().endswith("store_busy: store.lock")


def test_a_store_that_did_not_open_keeps_nobody_out(folder: Path) -> None:
    key_file = folder / KEY_FILE
    content = key_file.read_bytes()
    key_file.write_bytes(b"damaged")
    assert problem_of(lambda: opened(folder)) is Problem.STORE_UNREADABLE
    key_file.write_bytes(content)
    opened(folder).close()


def test_a_sealed_store_opens_with_its_credential_only(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "uketsuke-kek").write_bytes(bytes(range(32)))
    folder = tmp_path / "store"
    opened(folder, CredentialSeal(credentials)).close()
    opened(folder, CredentialSeal(credentials)).close()
    read_store(folder, credentials).close()
    assert problem_of(lambda: opened(folder, CredentialSeal(None))) is Problem.KEY_MISSING
    assert problem_of(lambda: read_store(folder, None)) is Problem.KEY_MISSING
    (credentials / "uketsuke-kek").write_bytes(bytes(32))
    assert problem_of(lambda: opened(folder, CredentialSeal(credentials))) is Problem.STORE_UNREADABLE
    assert not (folder / PracticeSeal.FILE).exists()


def test_a_sealed_store_is_not_begun_without_its_credential(tmp_path: Path) -> None:
    assert problem_of(lambda: opened(tmp_path / "store", CredentialSeal(None))) is Problem.KEY_MISSING


def test_practice_does_not_open_a_real_store_nor_the_other_way_round(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "uketsuke-kek").write_bytes(bytes(range(32)))
    real = tmp_path / "real"
    opened(real, CredentialSeal(tmp_path)).close()
    assert problem_of(lambda: opened(real)) is Problem.STORE_UNREADABLE
    assert problem_of(lambda: opened(folder, CredentialSeal(tmp_path))) is Problem.STORE_UNREADABLE


def test_without_its_key_file_no_keys_are_made_beside_a_journal(folder: Path) -> None:
    (folder / KEY_FILE).unlink()
    assert problem_of(lambda: opened(folder)) is Problem.KEY_MISSING
    assert problem_of(lambda: read_store(folder, None)) is Problem.KEY_MISSING


def test_without_the_wrapping_key_the_key_is_missing(folder: Path) -> None:
    (folder / PracticeSeal.FILE).unlink()
    assert problem_of(lambda: opened(folder)) is Problem.KEY_MISSING


def test_a_missing_journal_is_a_loss_and_not_a_new_beginning(folder: Path) -> None:
    (folder / "journal.db").unlink()
    assert problem_of(lambda: opened(folder)) is Problem.STORE_UNREADABLE
    assert not (folder / "journal.db").exists()


@pytest.mark.parametrize("length", [0, 100, 4096, 8192, 10_000])
def test_a_cut_journal_does_not_open(folder: Path, length: int) -> None:
    journal = folder / "journal.db"
    journal.write_bytes(journal.read_bytes()[:length])
    assert problem_of(lambda: opened(folder)) is Problem.STORE_UNREADABLE
    assert problem_of(lambda: list(read_store(folder, None).entries())) is Problem.STORE_UNREADABLE
    assert journal.stat().st_size >= length


def test_a_beginning_that_was_cut_off_is_taken_up_again(folder: Path) -> None:
    (folder / KEY_FILE).rename(folder / DRAFT)
    with closing(opened(folder)) as store:
        assert store.journal.head()[0] == 1
    assert not (folder / DRAFT).exists()


def test_a_beginning_that_was_cut_off_before_the_journal_begins_anew(tmp_path: Path) -> None:
    (tmp_path / DRAFT).write_bytes(b"torn")
    (tmp_path / PracticeSeal.FILE).write_text("ab" * 32)
    opened(tmp_path).close()
    opened(tmp_path).close()


def test_a_beginning_that_was_cut_off_in_an_empty_journal_is_taken_up_again(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / KEY_FILE).rename(tmp_path / DRAFT)
    (tmp_path / "journal.db").write_bytes(b"")
    opened(tmp_path).close()


def test_a_lost_cache_is_begun_anew_and_a_damaged_one_said(folder: Path) -> None:
    (folder / "cache.db").unlink()
    with closing(opened(folder)) as store:
        assert not store.is_cache_new
        assert store.cache.recall(CERTIFICATE, NOW) is None
    (folder / "cache.db").write_bytes(b"damaged" * 1000)
    with closing(opened(folder)) as store:
        assert store.is_cache_new
        assert store.journal.head()[0] == 1


def test_where_there_can_be_no_folder_the_store_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"a file")
    with pytest.raises(TerminalError) as caught:
        opened(tmp_path / "store")
    assert caught.value.problem is Problem.STORE_UNREADABLE
    assert caught.value.detail == f"the folder {tmp_path / 'store'} cannot be used: File exists"


def test_a_folder_that_may_not_be_written_is_named_in_plain_words(tmp_path: Path) -> None:
    refused = folder_refused(tmp_path, PermissionError(errno.EACCES, "Permission denied"))
    assert refused.detail == f"the folder {tmp_path} cannot be written; it must belong to the user that this runs as"


def contents(folder: Path) -> dict[str, bytes]:
    """Each file's bytes, read by another process: a handle of ours would break SQLite's locks on an open store."""
    return {
        path.name: subprocess.run(["cat", str(path)], capture_output=True, check=True, timeout=60).stdout
        for path in folder.iterdir()
    }


def test_no_file_holds_personal_data_or_a_key_in_plain(folder: Path) -> None:
    with closing(opened(folder)) as store:
        store.journal.record(ACCESS)
        store.cache.remember(CERTIFICATE, COVERAGE, NOW)
        while_open = contents(folder)
    after = contents(folder)
    assert any(name.endswith("-wal") for name in while_open)

    seal = PracticeSeal(folder)
    kek, keys = seal.open(), unwrap((folder / KEY_FILE).read_bytes(), seal)
    secrets = [kek, keys.journal, keys.cache, keys.lookup, keys.pseudonym, keys.signing]
    people = [CERTIFICATE, sha256(CERTIFICATE).digest(), "架空区".encode(), b"subscriber-5678", b"symbol-1234"]
    words = [b"visit-one", b"reception-desk-actor", b"CREATE TABLE", b"SQLite format"]
    sought = [*secrets, *(secret.hex().encode() for secret in secrets), *people, *words]
    for name, content in [*while_open.items(), *after.items()]:
        if name != PracticeSeal.FILE:
            assert not [one for one in sought if one in content], name
    assert after[PracticeSeal.FILE].strip() == kek.hex().encode()


def test_the_key_file_of_a_practice_store_says_so(folder: Path) -> None:
    assert json.loads((folder / KEY_FILE).read_bytes())["practice"] is True
