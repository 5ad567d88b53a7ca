"""How `uketsuke log` opens a store: by whatever seal it has; a passphrase is asked for once."""

from functools import cache
from pathlib import Path

from offline_cache import store
from offline_cache.journal import SqlJournal
from offline_cache.journal_reader import JournalReader
from terminal.clock import SystemClock
from terminal.commands.secret_phrase import typed

passphrase = cache(typed("Passphrase of the store"))
"""Asks for what opens the store, once in a command."""


def read_store(folder: Path, credentials: Path | None) -> JournalReader:
    """The journal, to be read only, the desk running or not. Raises `STORE_UNREADABLE`, `KEY_MISSING`."""
    return store.read_store(folder, credentials, passphrase)


def append_to_store(folder: Path, credentials: Path | None) -> SqlJournal:
    """The journal, to be written to beside a desk that may be running. Raises as `read_store` does."""
    return store.append_to_store(folder, credentials, SystemClock(), passphrase)
