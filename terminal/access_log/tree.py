"""The Merkle tree over the entries, as RFC 6962, section 2.1, defines it (SHA-256).

Pure. A `Frontier` is all that is needed to go on appending: one hash for each whole subtree, so a million entries need
no more than twenty. The first byte of what is hashed tells a leaf from a node, so that one never passes for the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32


def leaf_hash(line: bytes) -> bytes:
    """The hash of one entry's bytes."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves; `peaks` are the hashes of its whole subtrees, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The tree with one more leaf hash. As in a binary counter, each carry joins two equal subtrees."""
        peaks, carries = self.peaks, self.size
        while carries & 1:
            peaks, leaf = peaks[:-1], node_hash(peaks[-1], leaf)
            carries >>= 1
        return Frontier(self.size + 1, (*peaks, leaf))

    def root(self) -> bytes:
        """The Merkle tree hash; that of no leaves is the hash of nothing."""
        if not self.peaks:
            return sha256().digest()
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()
