"""How much is kept in the epochs that are over, each with the keys that lie beside it. Reads only; shows no row."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from offline_cache.database import open_to_read
from offline_cache.epochs import PUT_ASIDE, epochs_in
from offline_cache.journal_end import FILE
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.rotation import keys_of, own_seal
from terminal.access_log.masking import is_emptied
from terminal.problems import TerminalError

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_HEADS = "SELECT substr(line, 1, 16) FROM entry"  # enough to tell what is left of each


@dataclass(frozen=True)
class KeptEpoch:
    """The journal of an epoch that is over: its size on disk, its tables' rows, of which entries were `deleted`.

    `rows` are None where the file cannot be read; 0 bytes: there is none any more, or never was.
    """

    epoch: int
    bytes: int
    rows: dict[str, int] | None
    deleted: int = 0


def count_epochs(folder: Path, credentials: Path | None, ask: Ask | None = None) -> list[KeptEpoch]:
    """The epochs that are over in a store, oldest first. Raises what the seal raises."""
    if not (over := epochs_in(folder)):
        return []
    seal = own_seal(folder, credentials, ask)
    kept = []
    for epoch, place in over.items():
        size = sum(path.stat().st_size for name in PUT_ASIDE if (path := place / name).is_file())
        rows, deleted = None, 0
        try:
            with closing(open_to_read(place / FILE, keys_of(place, seal).journal)) as database:
                rows = {
                    table: int(database.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608  # a name of ours
                    for (table,) in database.rows(_TABLES)
                }
                deleted = sum(is_emptied(head) for (head,) in database.stream(_HEADS))
        except TerminalError:
            rows = None
        kept.append(KeptEpoch(epoch, size, rows, deleted))
    return kept
