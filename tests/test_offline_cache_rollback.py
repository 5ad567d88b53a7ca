"""A store of an older day that is put back is noticed at opening, nothing is lost, and the desk goes on safely."""

import subprocess
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standing import FixedClock

from offline_cache.cache import SqlCache
from offline_cache.journal_head import FILE, LOST
from offline_cache.keys import PracticeSeal, unwrap
from offline_cache.outbox import open_outbox
from offline_cache.rotation import renew_cache
from offline_cache.store import KEY_FILE, Store, open_store, read_store
from offline_cache.store_upkeep import StoreUpkeep
from offline_cache.tokens import SqlTokens
from terminal.access_log.access import Access, Action
from terminal.access_log.verify import Broken, verify
from terminal.commands.doctor_store import check_store
from terminal.coverage import Coverage, Relation
from terminal.doctor.hops import Cause
from terminal.insured import Insured
from terminal.problems import Problem

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
CERTIFICATE = b"an invented certificate"
COVERAGE = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
INSURED = Insured("00138057", "12", "345678", "01", date(1992, 4, 12))
ACCESS = Access(Action.ANSWER_SHOWN, "visit-one", "reception", CERTIFICATE, "face", "confirmed")


def opened(folder: Path, noted_at: Path | None = None) -> Store:
    return open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1", noted_at=noted_at)


def work(folder: Path, entries: int, noted_at: Path | None = None) -> None:
    with closing(opened(folder, noted_at)) as store:
        store.journal.record_all([ACCESS] * entries)
        store.cache.remember(CERTIFICATE, COVERAGE, NOW)


def copy_of(folder: Path, *names: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not names or path.name in names}


def put_back(folder: Path, files: dict[str, bytes]) -> None:
    for path in folder.iterdir():
        if path.name.startswith("journal.db") and path.name not in files:
            path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def told(folder: Path) -> int:
    """How many entries say that the store was put back."""
    with closing(read_store(folder, None)) as log:
        return sum(b"store_rolled_back" in entry.line for entry in log.entries())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_a_store_that_goes_on_is_never_taken_for_an_old_one(folder: Path) -> None:
    for entries in (0, 1, 120, 0, 300):
        work(folder, entries)
        with closing(opened(folder)) as store:
            assert store.problem is None
            assert not store.is_cache_new


def test_a_journal_of_an_older_day_is_noticed_at_opening(folder: Path) -> None:
    work(folder, 3)
    old = copy_of(folder, "journal.db")
    work(folder, 5)
    put_back(folder, old)
    with closing(opened(folder)) as store:
        assert store.problem is Problem.STORE_ROLLED_BACK
        assert store.journal.head()[0] == 4  # what it had, and an entry that says so
    assert told(folder) == 1


def test_the_log_goes_on_and_verifies_with_what_was_noted_kept_as_evidence(folder: Path) -> None:
    work(folder, 3)
    old = copy_of(folder, "journal.db")
    work(folder, 5)
    noted = (folder / FILE).read_bytes()
    put_back(folder, old)
    work(folder, 2)
    assert (folder / LOST).read_bytes() == noted
    with closing(read_store(folder, None)) as log:
        assert not isinstance(verify(log.stored(), log.keys), Broken)


def test_it_is_told_until_somebody_has_seen_to_it_and_on_record_once(folder: Path) -> None:
    work(folder, 3)
    old = copy_of(folder, "journal.db")
    work(folder, 5)
    put_back(folder, old)
    for _ in range(3):
        with closing(opened(folder)) as store:
            assert store.problem is Problem.STORE_ROLLED_BACK
    assert Cause.STORE_ROLLED_BACK in {finding.cause for finding in check_store(folder)}
    (folder / LOST).unlink()
    with closing(opened(folder)) as store:
        assert store.problem is None
    assert told(folder) == 1


def test_nothing_is_recalled_that_may_have_been_withdrawn_since(folder: Path) -> None:
    work(folder, 3)
    with closing(open_outbox(folder, PracticeSeal(folder), FixedClock(NOW))) as outbox:
        outbox.tokens.remember_by_number(INSURED, COVERAGE, NOW)
    old = copy_of(folder, "journal.db", "cache.db")
    work(folder, 5)
    put_back(folder, old)
    with closing(opened(folder)) as store:
        assert store.is_cache_new
        assert store.cache.recall(CERTIFICATE, NOW) is None
        store.cache.remember(CERTIFICATE, COVERAGE, NOW)  # online it serves as ever
        assert store.cache.recall(CERTIFICATE, NOW) is not None
    with closing(open_outbox(folder, PracticeSeal(folder), FixedClock(NOW))) as outbox:
        assert outbox.tokens.recall_by_number(INSURED, NOW) is None


def test_a_write_ahead_log_that_was_taken_away_is_noticed(folder: Path, tmp_path: Path) -> None:
    work(folder, 1)
    dead = tmp_path / "dead"
    with closing(opened(folder)) as store:
        store.journal.record_all([ACCESS] * 5)
        store.journal.sign()
        subprocess.run(["cp", "-r", folder, dead], check=True, timeout=60)  # as a machine that died leaves it
    for suffix in ("-wal", "-shm"):
        (dead / f"journal.db{suffix}").unlink()
    with closing(opened(dead)) as again:
        assert again.problem is Problem.STORE_ROLLED_BACK


def test_another_log_of_the_same_length_is_noticed(folder: Path) -> None:
    work(folder, 3)
    old = copy_of(folder, "journal.db")
    work(folder, 4)
    noted = copy_of(folder, FILE)
    put_back(folder, old | {})
    (folder / FILE).unlink()
    work(folder, 4)  # a fork, whose own note is then replaced by the first one
    put_back(folder, copy_of(folder, "journal.db") | noted)
    with closing(opened(folder)) as store:
        assert store.problem is Problem.STORE_ROLLED_BACK


def test_a_whole_folder_put_back_is_seen_by_the_second_place_alone(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other disk"
    elsewhere.mkdir()
    noted_at = elsewhere / "head"
    work(folder, 3, noted_at)
    old = copy_of(folder)
    work(folder, 5, noted_at)
    put_back(folder, old)
    with closing(opened(folder)) as blind:
        assert blind.problem is None  # note and all were put back: nothing here can tell
    put_back(folder, old)
    with closing(opened(folder, noted_at)) as store:
        assert store.problem is Problem.STORE_ROLLED_BACK


def test_a_second_place_that_is_away_keeps_nobody_from_working(folder: Path, tmp_path: Path) -> None:
    work(folder, 3, tmp_path / "not mounted" / "head")
    with closing(opened(folder, tmp_path / "not mounted" / "head")) as store:
        assert store.problem is None


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"not a note\n", b"x" * 100_000])
def test_a_note_that_nobody_signed_says_nothing(folder: Path, note: bytes) -> None:
    work(folder, 3)
    (folder / FILE).write_bytes(note)
    with closing(opened(folder)) as store:
        assert store.problem is None


def test_the_note_of_another_store_says_nothing(folder: Path, tmp_path: Path) -> None:
    work(tmp_path / "other", 50)
    work(folder, 3)
    (folder / FILE).write_bytes((tmp_path / "other" / FILE).read_bytes())
    with closing(opened(folder)) as store:
        assert store.problem is None


def test_the_note_is_for_its_owner_alone_and_tells_nothing_of_anyone(folder: Path) -> None:
    work(folder, 3)
    path = folder / FILE
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text("utf-8").count("\n") == 5  # name, size, root, an empty line, the signature


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 130), min_size=1, max_size=3), st.data())
def test_whatever_was_signed_after_a_copy_is_missed_when_the_copy_is_put_back(
    tmp_path_factory: pytest.TempPathFactory, days: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("store") / "store"
    work(folder, 1)
    copies = [copy_of(folder, "journal.db")]
    for entries in days:
        work(folder, entries)
        copies.append(copy_of(folder, "journal.db"))
    day = data.draw(st.integers(0, len(days)))
    put_back(folder, copies[day])
    with closing(opened(folder)) as store:
        is_old = sum(days[day:]) > 0
        assert (store.problem is Problem.STORE_ROLLED_BACK) == is_old


def test_the_cache_gets_a_new_key_and_keeps_its_answers(folder: Path) -> None:
    work(folder, 1)
    before = unwrap((folder / KEY_FILE).read_bytes(), PracticeSeal(folder))
    with (
        closing(opened(folder)) as store,
        closing(open_outbox(folder, PracticeSeal(folder), FixedClock(NOW))) as outbox,
    ):
        upkeep = upkeep_of(folder, store.cache, outbox.tokens)
        assert not upkeep.renew(NOW + timedelta(days=29))
        assert upkeep.renew(NOW + timedelta(days=31))
        assert not upkeep.renew(NOW + timedelta(days=32))
        assert store.cache.recall(CERTIFICATE, NOW) is not None
    after = unwrap((folder / KEY_FILE).read_bytes(), PracticeSeal(folder))
    assert before.cache != after.cache
    assert before.journal == after.journal
    with closing(opened(folder)) as store:
        assert not store.is_cache_new
        assert store.cache.recall(CERTIFICATE, NOW) is not None


def upkeep_of(folder: Path, cache: SqlCache, tokens: SqlTokens) -> StoreUpkeep:
    return StoreUpkeep(folder, PracticeSeal(folder), cache, tokens)


@pytest.mark.parametrize("cut_at", [0, 1])
def test_a_renewal_that_was_cut_off_leaves_a_store_that_opens(folder: Path, cut_at: int) -> None:
    """Before the file is encrypted anew, and after it, with the key file still between two keys."""
    work(folder, 1)

    def cut(key: bytes) -> None:
        if cut_at:
            store.cache.rekey(key)
        raise KeyboardInterrupt

    with closing(opened(folder)) as store, pytest.raises(KeyboardInterrupt):
        renew_cache(folder, PracticeSeal(folder), cut, NOW + timedelta(days=31), timedelta(days=30))
    with closing(opened(folder)) as store:
        assert not store.is_cache_new
        assert store.cache.recall(CERTIFICATE, NOW) is not None
