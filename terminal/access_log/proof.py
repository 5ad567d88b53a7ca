"""Proofs about the tree: that an entry is in it, and that it only grew (RFC 9162, sections 2.1.3 and 2.1.4).

Pure. A proof is made of a few hashes of whole subtrees, wherever those are kept, and checked with nothing but them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from terminal.access_log.tree import joined, node_hash, peaks_of

SubtreeHash = Callable[[int, int], bytes]
"""Gives the hash of the whole subtree at a level and place, as `Subtree` has them."""


def root_at(size: int, subtree: SubtreeHash) -> bytes:
    """The root that a tree of `size` leaves had, `size` being at least 1."""
    return _hash_over(0, size, subtree)


def prove_inclusion(seq: int, size: int, subtree: SubtreeHash) -> list[bytes]:
    """The hashes beside the way from leaf `seq` up to the root over `size` leaves. Raises `ValueError`."""
    if not 0 <= seq < size:
        raise ValueError("no such leaf in a tree of this size")
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if seq < middle:
            path.append(_hash_over(middle, end, subtree))
            end = middle
        else:
            path.append(_hash_over(start, middle, subtree))
            start = middle
    return path[::-1]


def prove_consistency(old: int, new: int, subtree: SubtreeHash) -> list[bytes]:
    """The hashes that lead from the root over the first `old` leaves to that over `new`. Raises `ValueError`."""
    if not 0 < old <= new:
        raise ValueError("a tree grows, from one leaf on")
    start, end = 0, new
    path = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_hash_over(middle, end, subtree))
            end = middle
        else:
            path.append(_hash_over(start, middle, subtree))
            start = middle
    if start > 0:  # else the old root itself is the last hash, and whoever checks has it
        path.append(_hash_over(start, end, subtree))
    return path[::-1]


def prove_all(seqs: Collection[int], size: int, subtree: SubtreeHash) -> list[bytes]:
    """The hashes beside the ways from several leaves up to one root, from left to right. Raises `ValueError`.

    For neighbours that is little more than for one of them alone. For one it is its inclusion proof in another order.
    """
    if not seqs or not 0 <= min(seqs) <= max(seqs) < size:
        raise ValueError("no such leaves in a tree of this size")

    def beside(start: int, end: int) -> list[bytes]:
        if not any(start <= seq < end for seq in seqs):
            return [_hash_over(start, end, subtree)]
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        return [*beside(start, middle), *beside(middle, end)]

    return beside(0, size)


def root_over(leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that leaves, by their numbers, and such a proof lead to; None where it is no proof of them."""
    if not leaves or not 0 <= min(leaves) <= max(leaves) < size:
        return None
    unused = list(reversed(proof))

    def reached(start: int, end: int) -> bytes | None:
        if not any(start <= seq < end for seq in leaves):
            return unused.pop() if unused else None
        if end - start == 1:
            return leaves[start]
        middle = start + _split(end - start)
        left, right = reached(start, middle), reached(middle, end)
        return node_hash(left, right) if left and right else None

    root = reached(0, size)
    return None if unused else root


def is_included(leaf: bytes, seq: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows `leaf` to be number `seq` under `root` over `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= seq < size:
        return False
    place, last, reached = seq, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(beside, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree over `new` leaves begins with the one over `old` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    is_whole = old & (old - 1) == 0
    first, *rest = (old_root, *proof) if is_whole else proof
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    reached_old = reached_new = first
    for beside in rest:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached_old, reached_new = node_hash(beside, reached_old), node_hash(beside, reached_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached_new = node_hash(reached_new, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and reached_old == old_root and reached_new == new_root


def _split(leaves: int) -> int:
    """The largest power of two that is smaller than `leaves` (RFC 9162, 2.1.1)."""
    return 1 << (leaves - 1).bit_length() - 1


def _hash_over(start: int, end: int, subtree: SubtreeHash) -> bytes:
    """The hash over leaves from `start` to before `end`, where `start` begins a subtree at least as large."""
    return joined([subtree(level, (start >> level) + place) for level, place in peaks_of(end - start)])
