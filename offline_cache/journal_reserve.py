"""Room on the disk that is kept for the access log: a disk that others filled still takes in the last accesses.

Once given up it is a warning as well: reception can go on for some thousand entries, and IT must make room.
"""

import contextlib
import logging
import os
from pathlib import Path

from terminal.problems import TerminalError

FILE = "journal.reserve"
RESERVE_BYTES = 8 << 20  # twice what a write-ahead log is cut back to (`journal_size_limit`)
LEAST_ROOM = 64 << 10  # for a file of shared memory and some pages
_log = logging.getLogger(__name__)


class Reserve:
    """A file in the store's folder that holds nothing but its place."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    @property
    def is_there(self) -> bool:
        """Whether there is room left that nothing else can take."""
        return self._path.exists()

    def keep(self) -> None:
        """Takes the room where there is none yet; on a disk without so much room, at a later opening."""
        if self.is_there:
            return
        try:
            descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except OSError:  # another process was faster, or nothing can be written here, which opening the log tells
            return
        try:
            os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
        except OSError:
            self._path.unlink()
        finally:
            os.close(descriptor)

    def give_up(self) -> bool:
        """Makes the room free; False where that was done before."""
        with contextlib.suppress(OSError):
            self._path.unlink()
            _log.error("the disk is full: the room kept for the access log is given up")
            return True
        return False

    def helps(self, error: TerminalError) -> bool:
        """Whether that went wrong for want of room, and there is room now. Gives the reserve up."""
        return is_full(error, self._path.parent) and self.give_up()


def is_full(error: BaseException | None, folder: Path) -> bool:
    """Whether a full disk is at the bottom of an error. SQLite calls it an I/O error where it maps shared memory."""
    while error is not None:
        code = getattr(error, "sqlite_errorname", "")
        if code == "SQLITE_FULL" or (code.startswith("SQLITE_IOERR") and _room(folder) < LEAST_ROOM):
            return True
        error = error.__cause__
    return False


def _room(folder: Path) -> int:
    """What an ordinary program can still write there, in bytes."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return LEAST_ROOM
    return disk.f_bavail * disk.f_frsize
