"""What is kept on this machine, field by field, and how much of it there is now. Reads only; shows no row.

The words are in `schema/kept.toml`, beside the schemas that they speak of.
"""

import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from offline_cache.cache_upkeep import check_all_pages, mark_damaged
from offline_cache.database import open_to_read
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.rotation import keys_of, own_seal
from terminal.problems import TerminalError

STORES = ("cache", "journal")  # what lies in a desk's folder; a gateway's files are elsewhere


@dataclass(frozen=True)
class KeptField:
    """A column of a table of a file, `cache`, `journal` or `gateway`."""

    file: str
    table: str
    name: str
    what: str
    why: str
    how_long: str


@dataclass(frozen=True)
class Counted:
    """How many rows a table has, and how many were deleted when their time was over; UTC, ISO 8601, or empty."""

    file: str
    table: str
    rows: int
    deleted: int = 0
    last_deleted_at: str = ""


def kept_fields() -> Iterator[KeptField]:
    """Every field, in the order of the schemas."""
    content = tomllib.loads((files("offline_cache") / "schema" / "kept.toml").read_text("utf-8"))
    for file, tables in content.items():
        for table, told in tables.items():
            for name, what in told["fields"].items():
                yield KeptField(file, table, name, what, told["why"], told["how_long"])


def count_kept(folder: Path, credentials: Path | None, ask: Ask | None = None) -> list[Counted]:
    """How much is in a desk's store, the desk running or not.

    `credentials` is `$CREDENTIALS_DIRECTORY`; `ask` gives a passphrase. Raises `STORE_UNREADABLE`, or what the seal
    raises.
    """
    keys = keys_of(folder, own_seal(folder, credentials, ask))
    tables = dict.fromkeys((field.file, field.table) for field in kept_fields() if field.file in STORES)
    counted = []
    for file in STORES:
        with closing(open_to_read(folder / f"{file}.db", getattr(keys, file))) as database:
            gone = {row[0]: row[1:] for row in database.rows("SELECT * FROM deleted")} if file == "cache" else {}
            there = {row[0] for row in database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            for table in (table for owner, table in tables if owner == file and table in there):
                rows = int(database.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608  # a name of ours
                counted.append(Counted(file, table, rows, *gone.get(table, ())))
    return counted


def check_store(folder: Path, credentials: Path | None, ask: Ask | None = None) -> None:
    """Reads every page of every file, the desk running or not. Raises as `count_kept` does."""
    seal = own_seal(folder, credentials, ask)
    keys = keys_of(folder, seal)
    for file in STORES:
        path, key = folder / f"{file}.db", getattr(keys, file)
        try:
            check_all_pages(path, key)
        except TerminalError:
            if (newest := getattr(keys_of(folder, seal), file)) != key:  # the desk has changed it meanwhile
                check_all_pages(path, newest)
                continue
            if file == "cache" and path.exists():
                mark_damaged(path)
            raise
