"""Keys change whole: after a cut at any moment the store opens, with every entry; and what is stolen opens nothing."""

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from rotated_store import CERTIFICATE, NOW, PRIVATE, LockedSeal, filled, holds_all, opened, read_store_is_whole, seal_in
from standing import FixedClock

from offline_cache import rotation
from offline_cache.database import Database
from offline_cache.keys import CredentialSeal, Keys, PassphraseSeal, PracticeSeal
from offline_cache.keys.key_file import KeyFile
from offline_cache.keys.recovery import new_private_key, recovery_key
from offline_cache.rotation import keys_of, read_keys, recover, rotate
from offline_cache.store import KEY_FILE, open_store, read_store
from terminal.problems import Problem, TerminalError
from terminal.sealing.passphrase import Cost

PHRASE = "an invented phrase of words"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


@pytest.fixture
def seal(tmp_path: Path) -> PracticeSeal:
    return seal_in(tmp_path / "seal")


@pytest.fixture
def folder(tmp_path: Path, seal: PracticeSeal) -> Path:
    return filled(tmp_path / "store", seal)


def test_after_a_rotation_everything_is_there_under_other_keys(folder: Path, seal: PracticeSeal) -> None:
    old_kek, old = seal.open(), keys_of(folder, seal)
    rotate(folder, seal, seal, NOW + timedelta(days=1))
    new = keys_of(folder, seal)
    assert seal.open() != old_kek
    assert (new.journal == old.journal, new.cache == old.cache) == (False, False)
    assert (new.lookup, new.pseudonym, new.signing) == (old.lookup, old.pseudonym, old.signing)
    wraps = read_keys(folder).wraps
    assert (len(wraps), wraps[0].following, wraps[0].at) == (1, None, "2026-11-22T01:00:00+00:00")
    with closing(opened(folder, seal)) as store:
        assert holds_all(store)
    read_store_is_whole(folder, seal)


def test_old_keys_open_nothing_after_a_rotation(folder: Path, seal: PracticeSeal) -> None:
    old_kek, old = seal.open(), keys_of(folder, seal)
    rotate(folder, seal, seal, NOW)
    for name in ("journal", "cache"):
        with pytest.raises(TerminalError):
            Database(folder / f"{name}.db", getattr(old, name), mode="ro", failed=Problem.STORE_UNREADABLE)
    seal.keep(old_kek)
    with pytest.raises(TerminalError):
        opened(folder, seal)


def test_a_rotation_keeps_the_second_way_in_or_takes_another(folder: Path, seal: PracticeSeal) -> None:
    rotate(folder, seal, seal, NOW)
    assert read_keys(folder).wraps[0].recovery_key == recovery_key(PRIVATE)
    other = new_private_key()
    rotate(folder, seal, seal, NOW, recovery_key(other))
    with pytest.raises(TerminalError):
        recover(folder, PRIVATE, seal, NOW)
    recover(folder, other, seal, NOW)


def test_a_store_goes_from_one_seal_to_another(folder: Path, seal: PracticeSeal) -> None:
    phrase = PassphraseSeal(folder, lambda: PHRASE, CHEAP)
    rotate(folder, seal, phrase, NOW)
    assert read_keys(folder).wraps[0].seal == "passphrase"
    with closing(open_store(folder, phrase, FixedClock(NOW), "desk 1")) as store:
        assert holds_all(store)
    with closing(read_store(folder, None, lambda: PHRASE)) as log:
        assert len(list(log.entries())) == 50
    with pytest.raises(TerminalError) as raised:
        read_store(folder, None)
    assert raised.value.problem is Problem.KEY_MISSING


def test_the_recovery_key_opens_a_store_whose_seal_is_lost(folder: Path, seal: PracticeSeal, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "seal")
    (tmp_path / "seal").mkdir()
    with pytest.raises(TerminalError) as raised:
        opened(folder, seal)
    assert raised.value.problem is Problem.KEY_MISSING
    recover(folder, PRIVATE, seal, NOW)
    with closing(opened(folder, seal)) as store:
        assert holds_all(store)


def test_practice_is_not_made_real_by_a_rotation(folder: Path, seal: PracticeSeal) -> None:
    for old, new in ((seal, PracticeSeal(folder)), (PracticeSeal(folder), seal)):
        with pytest.raises(TerminalError) as raised:
            rotate(folder, old, new, NOW)
        assert raised.value.problem is Problem.STORE_UNREADABLE
    with pytest.raises(TerminalError):
        recover(folder, PRIVATE, PracticeSeal(folder), NOW)
    assert not (folder / PracticeSeal.FILE).exists()


def test_while_the_desk_runs_no_key_is_changed(folder: Path, seal: PracticeSeal) -> None:
    before = (folder / KEY_FILE).read_bytes()
    with closing(opened(folder, seal)):
        with pytest.raises(TerminalError) as raised:
            rotate(folder, seal, seal, NOW)
        assert raised.value.problem is Problem.STORE_BUSY
        with pytest.raises(TerminalError) as raised:
            recover(folder, PRIVATE, seal, NOW)
        assert raised.value.problem is Problem.STORE_BUSY
    assert (folder / KEY_FILE).read_bytes() == before


def test_where_there_is_no_store_nothing_is_rotated(tmp_path: Path, seal: PracticeSeal) -> None:
    with pytest.raises(TerminalError) as raised:
        rotate(tmp_path / "nowhere", seal, seal, NOW)
    assert raised.value.problem is Problem.STORE_UNREADABLE
    with pytest.raises(TerminalError) as raised:
        rotate(tmp_path, seal, seal, NOW)
    assert raised.value.problem is Problem.KEY_MISSING


def test_a_damaged_cache_stops_no_rotation(folder: Path, seal: PracticeSeal) -> None:
    (folder / "cache.db").write_bytes(b"damaged" * 1000)
    rotate(folder, seal, seal, NOW)
    with closing(opened(folder, seal)) as store:
        assert store.is_cache_new
        assert store.journal.head()[0] == 50


def test_the_key_of_a_damaged_journal_is_kept_for_its_backup(folder: Path, seal: PracticeSeal) -> None:
    journal = folder / "journal.db"
    backup = journal.read_bytes()
    journal.write_bytes(b"damaged" * 1000)
    for _ in range(2):
        with pytest.raises(TerminalError) as raised:
            rotate(folder, seal, seal, NOW)
        assert raised.value.problem is Problem.STORE_UNREADABLE
        with pytest.raises(TerminalError):
            opened(folder, seal)
    journal.write_bytes(backup)
    with closing(opened(folder, seal)) as store:
        assert store.journal.head()[0] == 50
    assert read_keys(folder).wraps[0].following is None


# --- what is stolen ---


def test_a_copied_disk_without_the_seal_opens_nothing(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    for seal in (CredentialSeal(None, copy / CredentialSeal.SEALED), PracticeSeal(copy), LockedSeal(copy)):
        with pytest.raises(TerminalError):
            open_store(copy, seal, FixedClock(NOW), "desk 1")
    with pytest.raises(TerminalError):
        read_store(copy, None)
    with pytest.raises(TerminalError):
        recover(copy, new_private_key(), LockedSeal(copy), NOW)
    for name in ("journal", "cache"):
        for key in (bytes(32), b"\xff" * 32, (copy / KEY_FILE).read_bytes()[:32]):
            with pytest.raises(TerminalError):
                Database(copy / f"{name}.db", key, mode="ro", failed=Problem.STORE_UNREADABLE)
    words = ("架空区".encode(), b"subscriber-5678", b"visit-one", CERTIFICATE, b"SQLite format", b"CREATE TABLE")
    for path in copy.iterdir():
        assert not [word for word in words if word in path.read_bytes()], path.name


def test_no_file_holds_a_key_in_plain_at_any_step_of_a_rotation(
    folder: Path, seal: PracticeSeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    write = rotation._write

    def seen(place: Path, file: KeyFile) -> None:
        write(place, file)
        written.append((place / KEY_FILE).read_bytes())

    before, old_kek = keys_of(folder, seal), seal.open()
    monkeypatch.setattr(rotation, "_write", seen)
    rotate(folder, seal, seal, NOW)
    after = keys_of(folder, seal)
    assert len(written) == 3
    secrets = [old_kek, seal.open(), *all_of(before), *all_of(after)]
    files = [path.read_bytes() for path in folder.iterdir()]
    for content in (*written, *files):
        assert not [each for each in secrets if each in content or each.hex().encode() in content]


def all_of(keys: Keys) -> tuple[bytes, ...]:
    return keys.journal, keys.cache, keys.lookup, keys.pseudonym, keys.signing
