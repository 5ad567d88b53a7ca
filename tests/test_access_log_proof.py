"""A proof shows what it says, is the one that the standard defines, and shows nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.proof import is_consistent, is_included, prove_consistency, prove_inclusion, root_at
from terminal.access_log.tree import Frontier, leaf_hash, node_hash, root_of

LEAVES = [leaf_hash(b"%d" % number) for number in range(600)]
SIZES = st.integers(1, len(LEAVES))


def subtree(level: int, place: int) -> bytes:
    return root_of(LEAVES[place << level : (place + 1) << level])


def split(count: int) -> int:
    return max(1 << power for power in range(count.bit_length()) if 1 << power < count)


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(defined_root(leaves[:k]), defined_root(leaves[k:]))


def defined_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*defined_path(m, leaves[:k]), defined_root(leaves[k:])]
    return [*defined_path(m - k, leaves[k:]), defined_root(leaves[:k])]


def defined_subproof(m: int, leaves: list[bytes], is_whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if is_whole else [defined_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*defined_subproof(m, leaves[:k], is_whole), defined_root(leaves[k:])]
    return [*defined_subproof(m - k, leaves[k:], False), defined_root(leaves[:k])]


@st.composite
def smaller_and_size(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(SIZES)
    return draw(st.integers(0, size - 1)), size


@given(smaller_and_size())
def test_an_inclusion_proof_is_the_defined_one_and_shows_it(asked: tuple[int, int]) -> None:
    seq, size = asked
    proof = prove_inclusion(seq, size, subtree)
    assert proof == defined_path(seq, LEAVES[:size])
    assert is_included(LEAVES[seq], seq, size, proof, root_at(size, subtree))


@given(smaller_and_size())
def test_a_consistency_proof_is_the_defined_one_and_shows_it(asked: tuple[int, int]) -> None:
    old, new = asked[0] + 1, asked[1]
    proof = prove_consistency(old, new, subtree)
    assert proof == defined_subproof(old, LEAVES[:new], True)
    assert is_consistent(old, root_of(LEAVES[:old]), new, root_of(LEAVES[:new]), proof)


@given(smaller_and_size(), st.integers(0, 600), st.integers(0, 600), st.data())
def test_an_inclusion_proof_shows_nothing_else(
    asked: tuple[int, int], seq: int, size: int, data: st.DataObject
) -> None:
    true_seq, true_size = asked
    proof = prove_inclusion(true_seq, true_size, subtree)
    root = root_of(LEAVES[:true_size])
    if seq != true_seq:
        assert not is_included(LEAVES[true_seq], seq, true_size, proof, root)
    assert not is_included(leaf_hash(b"forged"), true_seq, true_size, proof, root)
    if len(proof) > 0:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not is_included(LEAVES[true_seq], true_seq, true_size, [*proof[:place], *proof[place + 1 :]], root)
        assert not is_included(
            LEAVES[true_seq], true_seq, true_size, [*proof[:place], bytes(32), *proof[place + 1 :]], root
        )
    assert not is_included(LEAVES[true_seq], true_seq, true_size, [*proof, bytes(32)], root)
    other = root_of(LEAVES[:size])
    assert is_included(LEAVES[true_seq], true_seq, true_size, proof, other) is (other == root)


@given(smaller_and_size(), st.data())
def test_a_rewritten_past_is_not_consistent(asked: tuple[int, int], data: st.DataObject) -> None:
    old, new = asked[0] + 1, asked[1]
    place = data.draw(st.integers(0, old - 1))
    proof = prove_consistency(old, new, subtree)
    forged = root_of([*LEAVES[:place], leaf_hash(b"forged"), *LEAVES[place + 1 : old]])
    assert not is_consistent(old, forged, new, root_of(LEAVES[:new]), proof)
    assert not is_consistent(old, root_of(LEAVES[:old]), new, forged, proof)
    assert not is_consistent(old, root_of(LEAVES[:old]), new, root_of(LEAVES[:new]), [*proof, bytes(32)])
    assert not is_consistent(0, root_of([]), new, root_of(LEAVES[:new]), proof)
    if old < new:
        assert not is_consistent(old, root_of(LEAVES[:old]), new, root_of(LEAVES[:new]), proof[:-1])


@given(st.integers(0, 599))
def test_each_whole_subtree_is_told_once_it_is_whole(size: int) -> None:
    for each in Frontier().extend(LEAVES[:size]).completed_by(LEAVES[size]):
        assert each.hash == subtree(each.level, each.place)
        assert (each.place + 1) << each.level == size + 1


@pytest.mark.parametrize(("seq", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_has_no_proof(seq: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        prove_inclusion(seq, size, subtree)
    assert not is_included(LEAVES[0], seq, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_a_tree_that_shrank_has_no_proof(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="grows"):
        prove_consistency(old, new, subtree)
