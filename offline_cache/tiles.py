"""The tree's hashes on disk: one row for each whole tile of 256, so that no hash is ever far (after C2SP tlog-tiles).

Hashes below the first level are made from the entries themselves, so that a root rests on what is stored.
"""

from offline_cache.database import Database
from terminal.access_log.tree import TILE_HEIGHT, TILE_WIDTH, Frontier, leaf_hashes, levels_over, peaks_of
from terminal.problems import Problem, TerminalError

_LINES = "SELECT seq, line FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq"
_HASHES = "SELECT place, hash FROM tile WHERE level = ? AND place >= ? AND place < ? ORDER BY place"


class Tiles:
    """The hashes of one journal at one moment. Raises `STORE_UNREADABLE` where entries or hashes are missing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._levels: dict[int, tuple[int, list[list[bytes]]]] = {}  # of each level, the tile that was read last
        self._ahead: dict[int, tuple[int, dict[int, bytes]]] = {}  # of each level, the hashes that were read last

    def subtree(self, level: int, place: int) -> bytes:
        """The hash of a whole subtree. A tile of 256 rows is read, unless it was the last one of its level."""
        tile_level, height = divmod(level, TILE_HEIGHT)
        number, at = divmod(place, TILE_WIDTH >> height)
        if tile_level not in self._levels or self._levels[tile_level][0] != number:
            self._levels[tile_level] = number, levels_over(self._hashes(tile_level, number * TILE_WIDTH))
        levels = self._levels[tile_level][1]
        if height >= len(levels) or at >= len(levels[height]):
            raise TerminalError(Problem.STORE_UNREADABLE, "journal.db: entries are missing")
        return levels[height][at]

    def tile(self, level: int, place: int) -> bytes | None:
        """The hash kept of a whole tile, None where there is none. For whoever asks in order: reads ahead."""
        number = place // TILE_WIDTH
        if level not in self._ahead or self._ahead[level][0] != number:
            start = number * TILE_WIDTH
            self._ahead[level] = number, dict(self._database.rows(_HASHES, level, start, start + TILE_WIDTH))
        return self._ahead[level][1].get(place)

    def count(self) -> int:
        """How many hashes are kept."""
        return int(self._database.rows("SELECT count(*) FROM tile")[0][0])

    def frontier(self, size: int) -> Frontier:
        """The tree over the first `size` entries."""
        return Frontier(size, tuple(self.subtree(level, place) for level, place in peaks_of(size)))

    def _hashes(self, level: int, start: int) -> list[bytes]:
        """The hashes of a tile, from `start` on, as far as there are any."""
        end = start + TILE_WIDTH
        rows = self._database.rows(_HASHES, level, start, end) if level else self._database.rows(_LINES, start, end)
        if [place for place, _ in rows] != list(range(start, start + len(rows))):
            raise TerminalError(Problem.STORE_UNREADABLE, "journal.db: entries are missing")
        found = [each for _, each in rows]
        return found if level else leaf_hashes(found)
