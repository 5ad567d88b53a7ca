"""A store of fifty entries and one insured person, whose keys are changed by rotations."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from standing import FixedClock

from offline_cache.database import Database
from offline_cache.keys import PracticeSeal
from offline_cache.keys.recovery import RecoveryKey, new_private_key, recovery_key
from offline_cache.rotation import keys_of
from offline_cache.store import Store, open_store
from terminal.access_log.access import Access, Action
from terminal.coverage import Coverage, Relation
from terminal.problems import Problem

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
CERTIFICATE = b"an invented certificate, long enough to be found again"
COVERAGE = Coverage(
    "00138057", "架空区国民健康保険", "symbol-1234", "subscriber-5678", "01", Relation.SUBSCRIBER, 30,
    date(2024, 4, 1), None,
)  # fmt: skip
ACCESS = Access(Action.ANSWER_SHOWN, "visit-one", "reception-desk-actor", CERTIFICATE, "face", "confirmed")
PRIVATE = new_private_key()


class LockedSeal(PracticeSeal):
    """Keeps its key in plain, as practice does, but in a place that is not in the store."""

    kind = "credential"
    is_practice = False


def seal_in(folder: Path) -> LockedSeal:
    folder.mkdir()
    return LockedSeal(folder)


def opened(folder: Path, seal: PracticeSeal, recovery: RecoveryKey | None = None) -> Store:
    return open_store(folder, seal, FixedClock(NOW), "desk 1", recovery=recovery)


def filled(folder: Path, seal: PracticeSeal) -> Path:
    with closing(opened(folder, seal, recovery_key(PRIVATE))) as store:
        store.journal.record_all([ACCESS] * 50)
        store.cache.remember(CERTIFICATE, COVERAGE, NOW)
    return folder


def holds_all(store: Store) -> bool:
    return store.journal.head()[0] == 50 and not store.is_cache_new and bool(store.cache.recall(CERTIFICATE, NOW))


def read_store_is_whole(folder: Path, seal: PracticeSeal) -> None:
    with closing(Database(folder / "journal.db", keys_of(folder, seal).journal, mode="ro",
                                   failed=Problem.STORE_UNREADABLE)) as journal:  # fmt: skip
        journal.check_pages()
        assert journal.rows("SELECT count(*) FROM entry") == [(50,)]
