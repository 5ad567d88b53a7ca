"""A store's journal, answers and tokens, for a command that runs beside the desk. The desk keeps the store's lock."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from offline_cache.cache import SqlCache, open_cache_beside
from offline_cache.database import open_to_write
from offline_cache.journal import SqlJournal
from offline_cache.journal_end import FILE
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.rotation import keys_of, own_seal
from offline_cache.store import append_to_store
from offline_cache.tokens import SqlTokens
from terminal.ports import Clock
from terminal.problems import Problem


@dataclass(frozen=True)
class StoreBeside:
    """What is written to; close it at the end."""

    journal: SqlJournal
    cache: SqlCache
    tokens: SqlTokens
    opened: ExitStack

    def close(self) -> None:
        """Closes all."""
        self.opened.close()


def open_beside(folder: Path, credentials: Path | None, clock: Clock, ask: Ask | None = None) -> StoreBeside:
    """Opens what a desk has begun. Raises `STORE_UNREADABLE`, or what the seal raises, as `read_store` does."""
    with ExitStack() as opened:
        journal = append_to_store(folder, credentials, clock, ask)
        opened.callback(journal.close)
        keys = keys_of(folder, own_seal(folder, credentials, ask))
        cache = open_cache_beside(folder, keys)
        opened.callback(cache.close)
        signed = open_to_write(folder / FILE, keys.journal, create=False, failed=Problem.STORE_UNREADABLE)
        opened.callback(signed.close)
        return StoreBeside(journal, cache, SqlTokens(signed, keys), opened.pop_all())
