"""What the journal has acknowledged is on disk, whole, whatever happens next."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offline_cache.database import Database
from offline_cache.journal import SqlJournal, open_journal
from offline_cache.journal_draft import pseudonym
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import read_journal
from offline_cache.keys import KEY_BYTES, Keys, new_keys
from terminal.access_log.access import Access, Action
from terminal.access_log.clock_state import clock_state
from terminal.access_log.entry import Entry, read_entry
from terminal.access_log.proof import is_consistent, is_included, prove_consistency, prove_inclusion
from terminal.access_log.tree import leaf_hash, root_of
from terminal.access_log.verify import Head, Intact, verify
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
ACCESS = Access(Action.ANSWER_SHOWN, "visit-1", "reception", b"an invented certificate", "face", "confirmed")


class FixedClock:
    def now(self) -> datetime:
        return NOW


def begun_in(folder: Path, keys: Keys, *, max_pages: int | None = None) -> SqlJournal:
    return open_journal(folder, keys, FixedClock(), "desk 1", create=True, max_pages=max_pages)


def entries_in(folder: Path, keys: Keys) -> list[Entry]:
    """Every entry, once the log is found intact."""
    with closing(read_journal(folder, keys)) as log:
        assert isinstance(verify(log.stored(), log.keys), Intact)
        return [read_entry(stored.line) for stored in log.entries()]


def tamper(folder: Path, keys: Keys, *statements: str) -> None:
    with closing(Database(folder / FILE, keys.journal, mode="rw", failed=Problem.JOURNAL_FAILED)) as database:
        for (trigger,) in database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
            database.rows(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.rows(statement)


@pytest.fixture
def keys() -> Keys:
    return new_keys()


def test_a_recorded_access_is_an_entry(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    journal.record(ACCESS)
    journal.close()
    who = pseudonym(keys.pseudonym, b"an invented certificate")
    assert entries_in(tmp_path, keys) == [
        Entry(
            *(0, NOW, "desk 1", "reception", ACCESS.action, "visit-1", who, "face", "confirmed", "", ()),
            clock=clock_state(),
            version=2,
        )
    ]


def test_an_access_to_nobodys_data_has_no_pseudonym(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    journal.record(Access(Action.SECURITY_EVENT, "", "reception"))
    journal.close()
    assert entries_in(tmp_path, keys)[0].subject == ""


def test_a_person_has_one_pseudonym_and_another_under_another_key() -> None:
    one, other = new_keys().pseudonym, new_keys().pseudonym
    assert pseudonym(one, b"a") == pseudonym(one, b"a") != pseudonym(one, b"b")
    assert pseudonym(one, b"a") != pseudonym(other, b"a")
    assert len(pseudonym(one, b"a")) == 32


def test_the_head_tells_size_and_root(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    journal.record(ACCESS)
    size, root = journal.head()
    journal.close()
    with closing(read_journal(tmp_path, keys)) as log:
        assert verify(log.stored(), log.keys) == Intact(Head(size, bytes.fromhex(root)), 1)


def test_a_journal_is_read_while_it_is_written_to(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    journal.record(ACCESS)
    with closing(read_journal(tmp_path, keys)) as log:
        before = list(log.entries())
        journal.record(ACCESS)
        assert list(log.entries()) == before
        assert isinstance(verify(log.stored(), log.keys), Intact)
    assert len(entries_in(tmp_path, keys)) == 2
    journal.close()


def test_a_journal_goes_on_after_a_restart(tmp_path: Path, keys: Keys) -> None:
    for _ in range(3):
        journal = begun_in(tmp_path, keys)
        journal.record(ACCESS)
        journal.close()
    assert [entry.seq for entry in entries_in(tmp_path, keys)] == [0, 1, 2]


def test_accesses_from_many_threads_are_all_recorded(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)

    def record_some() -> None:
        for _ in range(25):
            journal.record(ACCESS)

    threads = [threading.Thread(target=record_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    journal.close()
    assert len(entries_in(tmp_path, keys)) == 100


def test_what_cannot_be_written_is_a_failure_and_leaves_nothing(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    with pytest.raises(TerminalError) as raised:
        journal.record(Access(Action.PIN_SENT, "\ud800", "reception"))
    assert raised.value.problem is Problem.JOURNAL_FAILED
    journal.record(ACCESS)
    journal.close()
    assert len(entries_in(tmp_path, keys)) == 1


def test_a_full_disk_is_a_failure_and_leaves_nothing_half_written(tmp_path: Path, keys: Keys) -> None:
    begun_in(tmp_path, keys).close()
    journal = begun_in(tmp_path, keys, max_pages=20)
    wordy = Access(Action.ANSWER_SHOWN, "visit-1", "reception", details=(("note", "x" * 500),))
    heads = [journal.head()]

    def record_without_end() -> None:
        while True:
            journal.record(wordy)
            heads.append(journal.head())

    for _ in range(2):
        with pytest.raises(TerminalError) as raised:
            record_without_end()
        assert raised.value.problem is Problem.JOURNAL_FAILED
    assert journal.head() == heads[-1]
    journal.close()
    assert len(entries_in(tmp_path, keys)) == heads[-1][0] > 0

    roomier = begun_in(tmp_path, keys)
    roomier.record(wordy)
    roomier.close()
    assert len(entries_in(tmp_path, keys)) == heads[-1][0] + 1


def test_two_writers_grow_one_log(tmp_path: Path, keys: Keys) -> None:
    desk = begun_in(tmp_path, keys)
    desk.record(ACCESS)
    other = open_journal(tmp_path, keys, FixedClock(), "desk 1", create=False)
    for _ in range(150):
        other.record(ACCESS)
        desk.record(ACCESS)
    other.close()
    desk.record(ACCESS)
    desk.close()
    assert len(entries_in(tmp_path, keys)) == 302


def test_a_log_of_many_tiles_goes_on_after_a_restart(tmp_path: Path, keys: Keys) -> None:
    for count in (255, 1, 1, 300, 212):
        journal = begun_in(tmp_path, keys)
        journal.record_all([ACCESS] * count)
        journal.close()
    assert len(entries_in(tmp_path, keys)) == 769


def test_proofs_are_made_from_what_is_stored(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    journal.record_all([ACCESS] * 700)
    journal.close()
    with closing(read_journal(tmp_path, keys)) as log:
        leaves = [leaf_hash(stored.line) for stored in log.entries()]
        for size, seq in ((700, 0), (700, 699), (513, 300), (256, 255), (1, 0)):
            proof = prove_inclusion(seq, size, log.tiles.subtree)
            assert is_included(leaves[seq], seq, size, proof, root_of(leaves[:size]))
            proof = prove_consistency(size, 700, log.tiles.subtree)
            assert is_consistent(size, root_of(leaves[:size]), 700, root_of(leaves), proof)


class UnsureDatabase(Database):
    """Reports one commit as failed that did reach the disk, as a failing disk may."""

    is_unsure = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
        if self.is_unsure:
            self.is_unsure = False
            raise TerminalError(Problem.JOURNAL_FAILED, "SQLITE_IOERR_FSYNC")


def test_an_entry_that_is_there_though_its_commit_failed_is_not_written_over(tmp_path: Path, keys: Keys) -> None:
    begun_in(tmp_path, keys).close()
    database = UnsureDatabase(tmp_path / FILE, keys.journal, mode="rw", failed=Problem.JOURNAL_FAILED)
    journal = SqlJournal(database, keys, FixedClock(), "desk 1")
    database.is_unsure = True
    with pytest.raises(TerminalError):
        journal.record(ACCESS)
    journal.record(ACCESS)
    journal.close()
    assert len(entries_in(tmp_path, keys)) == 2


def test_a_closed_journal_fails(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    journal.close()
    with pytest.raises(TerminalError) as raised:
        journal.record(ACCESS)
    assert raised.value.problem is Problem.JOURNAL_FAILED


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry WHERE seq = 0",
        "DELETE FROM entry WHERE seq = 2",
        "DELETE FROM entry",
        "DELETE FROM checkpoint WHERE size = 3",
        "DELETE FROM checkpoint",
        "DELETE FROM log",
        "UPDATE log SET origin = 'desk-2/access/00000000'",
        "UPDATE entry SET line = x'00' WHERE seq = 2",
        "UPDATE head SET tag = zeroblob(16)",
        "UPDATE head SET size = 2",
        "DELETE FROM head",
        "UPDATE checkpoint SET note = 'x' WHERE size = 3",
        "INSERT INTO entry SELECT 3, line, tag FROM entry WHERE seq = 0",
        "PRAGMA user_version = 9",
    ],
)
def test_a_journal_that_is_not_as_signed_does_not_open(tmp_path: Path, keys: Keys, statement: str) -> None:
    journal = begun_in(tmp_path, keys)
    for _ in range(3):
        journal.record(ACCESS)
    journal.close()
    tamper(tmp_path, keys, statement)
    with pytest.raises(TerminalError) as raised:
        open_journal(tmp_path, keys, FixedClock(), "desk 1", create=False)
    assert raised.value.problem is Problem.STORE_UNREADABLE


def test_an_entry_is_neither_changed_nor_deleted_by_a_slip(tmp_path: Path, keys: Keys) -> None:
    journal = begun_in(tmp_path, keys)
    journal.record(ACCESS)
    journal.close()
    with closing(Database(tmp_path / FILE, keys.journal, mode="rw", failed=Problem.JOURNAL_FAILED)) as database:
        for slip in ("DELETE FROM entry", "UPDATE entry SET seq = 9", "DELETE FROM checkpoint"):
            with pytest.raises(TerminalError):
                database.rows(slip)
    assert len(entries_in(tmp_path, keys)) == 1


def test_a_key_of_another_length_is_never_taken_for_a_passphrase(tmp_path: Path, keys: Keys) -> None:
    begun_in(tmp_path, keys).close()
    with pytest.raises(ValueError, match="32 bytes"):
        Database(tmp_path / FILE, bytes(KEY_BYTES - 1), mode="rw", failed=Problem.JOURNAL_FAILED)
