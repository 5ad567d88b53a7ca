"""What of a bundle's file no proof covers: members that are none of a bundle's, and bytes around the zip. Pure.

Law: what is not named here is held against a signature, against the tree, or against the manifest that the log's own
entry about the export names.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from terminal.access_log.bundle import CHECKPOINT, EARLIER, ENTRIES, FIELDS, KEY, MANIFEST, README, tile_path
from terminal.access_log.bundle_evidence import NAMED
from terminal.access_log.tree import TILE_WIDTH

PARTS: Final = (ENTRIES, FIELDS, CHECKPOINT, EARLIER, KEY, MANIFEST, README)
MOST_NAMED: Final = 5
END_BYTES: Final = 22  # of a zip's last record, without a comment (APPNOTE 4.3.16)
END_BEGINS: Final = b"PK\5\6"


def uncovered(path: Path, bundle: ZipFile, size: int) -> str:
    """What nobody signed in the bundle of a log of `size` entries; empty where there is nothing. Raises `OSError`."""
    names = Counter(bundle.namelist())
    notes = {name for name in names if NAMED.fullmatch(name) and name.endswith(".note")}
    stamps = {f"{name.removesuffix('note')}tsr" for name in notes if name.startswith("stamps/")}
    added = [repr(name) for name in sorted(names - Counter({*PARTS, *tile_paths(size), *notes, *stamps}))]
    if min(info.header_offset for info in bundle.infolist()) > 0:
        added.insert(0, "bytes before the zip")
    if not _ends_plainly(path):
        added.insert(0, "bytes after the zip")
    return ", ".join(added[:MOST_NAMED]) + (f" and {len(added) - MOST_NAMED} more" if len(added) > MOST_NAMED else "")


def tile_paths(size: int) -> Iterator[str]:
    """Where the tiles over `size` entries lie."""
    level, count = 0, size
    while count:
        whole, rest = divmod(count, TILE_WIDTH)
        yield from (tile_path(level, place) for place in range(whole))
        if rest:
            yield tile_path(level, whole, rest)
        level, count = level + 1, whole


def _ends_plainly(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-END_BYTES, 2)
        end = file.read()
    return end.startswith(END_BEGINS) and end.endswith(b"\0\0")
