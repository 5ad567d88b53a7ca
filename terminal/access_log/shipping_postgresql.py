"""A collector in PostgreSQL, laid out by `collector.sql`: rows are added by COPY, a batch in one transaction.

Law: the database itself says how far it got, so nothing is kept on this side; its primary key makes an entry that comes
twice impossible, and an end that is not this log's own is refused instead of being written on.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence

import psycopg

from terminal.access_log.masking import leaf_content
from terminal.access_log.verify import StoredEntry
from terminal.problems import Problem, TerminalError

CONNECT_S = 5
_OPTIONS = "-c statement_timeout=30000 -c lock_timeout=10000 -c synchronous_commit=on"
_COPY = "COPY access_log (log, seq, line, committed) FROM STDIN"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})  # PostgreSQL, COPY, "Text Format"


class PostgresCollector:
    """For one thread and one log. `stored` gives an entry of it by number, None where there is none."""

    def __init__(self, address: str, log: str, stored: Callable[[int], StoredEntry | None]) -> None:
        self._log = log
        self._stored = stored
        with _translated():
            self._connection = psycopg.connect(
                address, autocommit=True, connect_timeout=CONNECT_S, options=_OPTIONS, application_name="uketsuke ship"
            )

    def confirmed(self) -> int:
        """What the database has. Raises `SHIPPING_FAILED` where that is not the beginning of this log."""
        with _translated():
            row = self._connection.execute("SELECT * FROM access_log_confirmed(%s)", (self._log,)).fetchone()
        size, line, committed = row or (None, "", "")
        if size is None:
            return 0
        ours = self._stored(int(size) - 1)
        if ours is None or leaf_content(ours.line) != leaf_content(_joined(line, committed)):
            raise TerminalError(Problem.SHIPPING_FAILED, f"PostgreSQL: has another entry {int(size) - 1} of this log")
        return int(size)

    def take(self, entries: Sequence[StoredEntry]) -> None:
        """Adds a batch, whole or not at all. Raises `SHIPPING_FAILED`."""
        log = self._log.translate(_ESCAPES)
        content = "".join(f"{log}\t{entry.seq}\t{_columns(entry.line)}\n" for entry in entries)
        with _translated(), self._connection.transaction(), self._connection.cursor().copy(_COPY) as copy:
            copy.write(content)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def _columns(stored: bytes) -> str:
    plain, _, committed = stored.decode().partition("\n")
    return f"{plain.translate(_ESCAPES)}\t{committed}"


def _joined(line: str, committed: str) -> bytes:
    return f"{line}\n{committed}".encode() if committed else line.encode()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise TerminalError(Problem.SHIPPING_FAILED, f"PostgreSQL: {error.sqlstate or type(error).__name__}") from error
