"""The log's last checkpoint, noted beside the journal and where else the configuration says: what was, must be there.

A journal that was put back, or whose write-ahead log was taken away, has less than was noted, or something else. Seen:
whatever goes back behind a note that is still there. Not seen: the entries since the last checkpoint (at most 100, or
60 seconds); a whole folder put back, note and all, where no second place is named; a cache put back alone.
"""

import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.database import Database
from offline_cache.tiles import Tiles
from terminal.access_log.checkpoint import Checkpoint, LogKey, open_note
from terminal.durable import move_durably, write_durably
from terminal.problems import TerminalError

FILE: Final = "journal.head"
LOST: Final = "journal.head.lost"
MOST_BYTES: Final = 4096
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RolledBack:
    """What was noted and is not in the log: `noted` entries there were, `found` there are."""

    noted: int
    found: int


class JournalHead:
    """The notes of one log. `elsewhere` is a second place, best on another disk; it may be away."""

    def __init__(self, folder: Path, elsewhere: Path | None = None) -> None:
        self._places = (folder / FILE, *([elsewhere] if elsewhere else []))
        self._lost = folder / LOST

    @property
    def is_lost(self) -> bool:
        """Whether a note lies there that the log did not bear out, until somebody has seen to it."""
        return self._lost.exists()

    @property
    def is_there(self) -> bool:
        """Whether anything is noted in every place."""
        return all(place.exists() for place in self._places)

    def note(self, note: str) -> None:
        """Notes a checkpoint in every place. Where one cannot be written, its older note stays, which is no alarm."""
        for place in self._places:
            try:
                write_durably(place, note.encode())
            except OSError as error:
                _log.warning("the log's end could not be noted: %s", type(error).__name__)

    def missing_from(self, database: Database, log: LogKey, size: int) -> RolledBack | None:
        """The greatest checkpoint that was noted of a log, if the log of `size` entries does not bear it out.

        A note that nobody signed, or of another log, says nothing.
        """
        notes = [note for place in self._places if (note := _read(place, log)) is not None]
        noted = max(notes, default=None, key=lambda note: note.checkpoint.size)
        if noted is None or _holds(noted, database, size):
            return None
        return RolledBack(noted.checkpoint.size, size)

    def keep_as_lost(self) -> None:
        """Keeps what was noted as evidence; for the administrator to take away. Raises `OSError`."""
        here = self._places[0]
        if here.exists():
            move_durably(here, self._lost)
        else:  # it was noted elsewhere alone
            write_durably(self._lost, self._places[-1].read_bytes())
        for place in self._places[1:]:
            with contextlib.suppress(OSError):
                move_durably(place, place.with_name(LOST))


@dataclass(frozen=True)
class _Note:
    text: str
    checkpoint: Checkpoint


def _holds(noted: _Note, database: Database, size: int) -> bool:
    if database.rows("SELECT note FROM checkpoint WHERE size = ?", noted.checkpoint.size) == [(noted.text,)]:
        return True
    try:  # several processes write, and each may sign the same size
        wanted = noted.checkpoint
        return wanted.size <= size and Tiles(database).frontier(wanted.size).root() == wanted.root
    except TerminalError:
        return False


def _read(place: Path, log: LogKey) -> _Note | None:
    try:
        with place.open("rb") as file:
            untrusted = file.read(MOST_BYTES).decode()
        return _Note(untrusted, open_note(untrusted, log))
    except (OSError, ValueError):  # a note that is wrong is a `ValueError`, too
        return None
