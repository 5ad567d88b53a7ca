"""The Merkle tree over the entries, as RFC 6962, section 2.1, defines it (SHA-256).

Pure. A `Frontier` is all that is needed to go on appending: one hash for each whole subtree, so a million entries need
no more than twenty. The first byte of what is hashed tells a leaf from a node, so that one never passes for the other.
"""

from binascii import hexlify
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from terminal.access_log.masking import BELOW, HASH_DIGITS, LEAF, leaf_content

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT  # hashes in a tile, as C2SP tlog-tiles has them
_LEAF = b"\x00" + LEAF
_MARK, _FIELDS = slice(-BELOW, 1 - BELOW), slice(-HASH_DIGITS, None)


def leaf_hash(line: bytes) -> bytes:
    """The hash that stands for a stored entry."""
    return sha256(b"\x00" + leaf_content(line)).digest()


def leaf_hashes(lines: Iterable[bytes]) -> list[bytes]:
    """The same for many, in two thirds of the time."""
    return [
        sha256(_LEAF % (hexlify(sha256(line).digest()), line[_FIELDS])).digest()
        if line[_MARK] == b"\n"
        else leaf_hash(line)
        for line in lines
    ]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Subtree:
    """A whole subtree: the hash over the leaves from `place << level` to before `(place + 1) << level`."""

    level: int
    place: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves; `peaks` are the hashes of its whole subtrees, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The tree with one more leaf hash."""
        whole = 0
        while self.size >> whole & 1:
            leaf = sha256(b"\x01" + self.peaks[~whole] + leaf).digest()
            whole += 1
        return Frontier(self.size + 1, (*self.peaks[: len(self.peaks) - whole], leaf))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree with more leaf hashes, made level by level: that is one hash, and little else, for each of them."""
        row, peaks, size = list(leaves), list(self.peaks), self.size
        after = size + len(row)
        smaller: list[bytes] = []  # the new peaks, from the lowest level upwards
        while row:
            if size & 1:
                row.insert(0, peaks.pop())
            if len(row) & 1:
                smaller.append(row.pop())
            row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
            size >>= 1
        return Frontier(after, (*peaks, *reversed(smaller)))

    def completed_by(self, leaf: bytes) -> Iterator[Subtree]:
        """The subtrees that one more leaf makes whole, from the leaf itself upwards."""
        level, place = 0, self.size
        yield Subtree(level, place, leaf)
        for peak in reversed(self.peaks):
            if place % 2 == 0:
                return
            leaf = node_hash(peak, leaf)
            level, place = level + 1, place // 2
            yield Subtree(level, place, leaf)

    def tiles_completed_by(self, leaf: bytes) -> list[Subtree]:
        """Those of them that are whole tiles; their `level` counts tiles, from 1."""
        if (self.size + 1) % TILE_WIDTH:
            return []
        whole = (each for each in self.completed_by(leaf) if each.level and each.level % TILE_HEIGHT == 0)
        return [Subtree(each.level // TILE_HEIGHT, each.place, each.hash) for each in whole]

    def root(self) -> bytes:
        """The Merkle tree hash; that of no leaves is the hash of nothing."""
        return joined(self.peaks) if self.peaks else sha256().digest()


def joined(peaks: Sequence[bytes]) -> bytes:
    """The hash over subtrees that get smaller from left to right. Raises `ValueError` for none."""
    *others, root = peaks
    for peak in reversed(others):
        root = node_hash(peak, root)
    return root


def levels_over(leaves: list[bytes]) -> list[list[bytes]]:
    """The hashes of all whole subtrees over leaves that begin at a tile's border: by level, and in that by place."""
    levels = [leaves]
    while len(row := levels[-1]) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)  # one left over is in no whole subtree
        levels.append([sha256(b"\x01" + left + right).digest() for left, right in pairs])
    return levels


def peaks_of(size: int) -> Iterator[tuple[int, int]]:
    """Level and place of each whole subtree that a tree of `size` leaves is made of, the largest first."""
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level


def tiles_over(size: int) -> int:
    """How many whole tiles a tree of `size` leaves has, on all levels."""
    return sum(size >> height for height in range(TILE_HEIGHT, size.bit_length(), TILE_HEIGHT))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    return Frontier().extend(leaves).root()
