"""The tree's hashes on disk: one row for each whole tile of 256, so that no hash is ever far (after C2SP tlog-tiles).

Hashes below the first level are made from the entries themselves, so that a root rests on what is stored.
"""

from offline_cache.database import Database
from terminal.access_log.tree import TILE_HEIGHT, TILE_WIDTH, Frontier, leaf_hash, peaks_of, root_of
from terminal.problems import Problem, TerminalError

_LINES = "SELECT line FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq"
_HASHES = "SELECT hash FROM tile WHERE level = ? AND place >= ? AND place < ? ORDER BY place"
_PLACED = "SELECT place, hash FROM tile WHERE level = ? AND place >= ? AND place < ?"


class Tiles:
    """The hashes of one journal. Each call raises `STORE_UNREADABLE` where entries or hashes are missing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ahead: dict[int, tuple[int, dict[int, bytes]]] = {}  # of each level, the hashes that were read last

    def subtree(self, level: int, place: int) -> bytes:
        """The hash of a whole subtree: at most 128 rows are read."""
        tile_level, count = level // TILE_HEIGHT, 1 << level % TILE_HEIGHT
        start, end = place * count, (place + 1) * count
        if tile_level == 0:
            hashes = [leaf_hash(line) for (line,) in self._database.rows(_LINES, start, end)]
        else:
            hashes = [kept for (kept,) in self._database.rows(_HASHES, tile_level, start, end)]
        if len(hashes) != count:
            raise TerminalError(Problem.STORE_UNREADABLE, "journal.db: entries are missing")
        return root_of(hashes)

    def tile(self, level: int, place: int) -> bytes | None:
        """The hash kept of a whole tile, None where there is none. For whoever asks in order: reads ahead."""
        number = place // TILE_WIDTH
        if level not in self._ahead or self._ahead[level][0] != number:
            start = number * TILE_WIDTH
            self._ahead[level] = number, dict(self._database.rows(_PLACED, level, start, start + TILE_WIDTH))
        return self._ahead[level][1].get(place)

    def count(self) -> int:
        """How many hashes are kept."""
        return int(self._database.rows("SELECT count(*) FROM tile")[0][0])

    def frontier(self, size: int) -> Frontier:
        """The tree over the first `size` entries."""
        return Frontier(size, tuple(self.subtree(level, place) for level, place in peaks_of(size)))
