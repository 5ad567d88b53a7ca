"""The jobs of a gateway in an SQLCipher file, for one gateway on one machine."""

import secrets
from contextlib import AbstractContextManager
from pathlib import Path

from offline_cache.database import Database, FolderLock, Row, folder_refused, open_to_write
from terminal.problems import Problem, TerminalError

FILE = "gateway.db"


class JobFile:
    """Port `Sql` of `terminal.gateway.jobs`. While it is open no other gateway runs here."""

    def __init__(self, database: Database, lock: FolderLock) -> None:
        self._database = database
        self._lock = lock
        self.owner = secrets.randbits(62)

    def is_running(self, owner: int) -> bool:
        """Only this run does: the folder's lock keeps all others out."""
        return owner == self.owner

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        """Runs one statement and gives all its rows."""
        return self._database.rows(sql, *parameters)

    def change(self, sql: str, *parameters: object) -> int:
        """Runs one statement that changes rows, and gives their number."""
        return self._database.change(sql, *parameters)

    def transaction(self) -> AbstractContextManager[None]:
        """All statements within are on disk when this ends, or none of them ever happened."""
        return self._database.transaction()

    def close(self) -> None:
        """Closes the file, then lets the next gateway in."""
        self._database.close()
        self._lock.release()


def open_job_file(folder: Path, key: bytes) -> JobFile:
    """The file in a folder, begun there if there is none. Raises `STORE_BUSY` or `STORE_UNREADABLE`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(folder)
    except OSError as error:
        raise folder_refused(folder, error) from error
    try:
        return JobFile(open_to_write(folder / FILE, key, create=True, failed=Problem.STORE_UNREADABLE), lock)
    except TerminalError:
        lock.release()
        raise
