"""What is done to a store in idle time, by the process that has it open."""

import contextlib
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from offline_cache.cache import SqlCache, open_cache
from offline_cache.database import FolderLock
from offline_cache.keys.seals import Seal
from offline_cache.rotation import renew_cache, settle
from offline_cache.tokens import SqlTokens
from terminal.durable import give_to_folders_owner
from terminal.problems import Problem, TerminalError

KEY_AGE: Final = timedelta(days=30)


class StoreUpkeep:
    """Port `Kept` of `terminal/outage/upkeep.py`. Raises what store and seal raise."""

    def __init__(
        self, folder: Path, seal: Seal, cache: SqlCache, tokens: SqlTokens, *, key_age: timedelta = KEY_AGE
    ) -> None:
        self._folder = folder
        self._seal = seal
        self._cache = cache
        self._tokens = tokens
        self._key_age = key_age

    def tidy(self, now: datetime, go_on: Callable[[], bool] = lambda: True) -> int:
        """Deletes what has ended, batch by batch while `go_on`; how many rows."""
        return self._cache.tidy(now, go_on) + (self._tokens.tidy(now) if go_on() else 0)

    def renew(self, now: datetime) -> bool:
        """Gives the cache a new key where its own is a month old."""
        return renew_cache(self._folder, self._seal, self._cache.rekey, now, self._key_age)


def renew_alone(folder: Path, seal: Seal, now: datetime, key_age: timedelta = KEY_AGE) -> bool:
    """The same for a store that nobody has open; False where somebody has. Raises as `open_store` does."""
    try:
        lock = FolderLock(folder)
    except TerminalError as error:
        if error.problem is Problem.STORE_BUSY:  # the desk does it itself, in idle time
            return False
        raise
    try:
        cache, _ = open_cache(folder, settle(folder, seal))
        with closing(cache):
            return renew_cache(folder, seal, cache.rekey, now, key_age)
    finally:
        lock.release()
        with contextlib.suppress(OSError):  # what root has made; the desk says so where it cannot open it
            give_to_folders_owner(folder)
