"""What of a damaged journal can still be read and is no log: table by table, row by row, into the journal after it.

Law: what is not carried is said. Each page of the file proves itself (SQLCipher's HMAC), so a row that is read is as it
was written. A connection that met a bad page reads nothing more: each table is read over one of its own.
"""

from collections.abc import Callable
from contextlib import closing
from typing import Final

from offline_cache.database import Database, Row
from terminal.access_log.epoch import Carried
from terminal.problems import Problem, TerminalError

_THE_LOG: Final = frozenset({"log", "entry", "tile", "checkpoint", "head"})
_LEFT: Final = frozenset({"token"})
"""Answers kept for an outage: nobody can say which of them were withdrawn after what the old file still holds."""
_TABLES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_LAID_OUT: Final = "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type <> 'table'"
_COLUMNS: Final = "SELECT name FROM pragma_table_info(?)"


def carry(open_old: Callable[[], Database], new: Database) -> Carried:
    """Copies what can be read of the old file into `new`, which was just begun.

    Raises `STORE_UNREADABLE` where not even its list of tables can be read, and what writing to `new` raises.
    """
    with closing(open_old()) as old:
        tables = [name for (name,) in old.rows(_TABLES) if name not in _THE_LOG | _LEFT]
        laid_out = {table: [sql for (sql,) in old.rows(_LAID_OUT, table)] for table in tables}
        columns = {table: [name for (name,) in old.rows(_COLUMNS, table)] for table in tables}
    carried, unread = [], []
    for table, names in columns.items():
        rows, is_whole = _salvage(open_old, table)
        if not new.rows("SELECT 1 FROM sqlite_schema WHERE name = ?", table):
            for sql in laid_out[table]:
                new.rows(sql)
        marks = ", ".join("?" * len(names))
        for row in rows:
            new.change(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", *row)  # noqa: S608  # names of ours
        if rows:
            carried.append((table, len(rows)))
        if not is_whole:
            unread.append(table)
    return Carried(tuple(carried), tuple(unread))


def _salvage(open_old: Callable[[], Database], table: str) -> tuple[list[Row], bool]:
    """The rows that can be read from the one end and from the other, and whether these are all."""
    found: dict[int, Row] = {}
    for order in ("ASC", "DESC"):
        try:
            with closing(open_old()) as old:
                for row in old.stream(f"SELECT rowid, * FROM {table} ORDER BY rowid {order}"):  # noqa: S608
                    found[row[0]] = row[1:]
        except TerminalError as error:
            if error.problem is not Problem.STORE_UNREADABLE:
                raise
        else:
            return [found[place] for place in sorted(found)], True
    return [found[place] for place in sorted(found)], False
