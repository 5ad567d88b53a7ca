"""The Merkle tree is the one of RFC 6962, however it is grown."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.tree import Frontier, leaf_hash, node_hash, root_of

# The inputs and roots that Certificate Transparency's own tests use (certificate-transparency, merkle_tree_test.cc).
LINES = [
    bytes.fromhex(digits)
    for digits in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def test_the_roots_are_those_of_certificate_transparency() -> None:
    leaves = [leaf_hash(line) for line in LINES]
    assert [root_of(leaves[:size]).hex() for size in range(len(LINES) + 1)] == ROOTS


@given(st.lists(st.binary(max_size=8), max_size=200))
def test_a_grown_tree_is_the_defined_one(lines: list[bytes]) -> None:
    leaves = [leaf_hash(line) for line in lines]
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    assert frontier.root() == by_definition(leaves)
    assert frontier.size == len(lines)
    assert len(frontier.peaks) == len(lines).bit_count()


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=50), st.data())
def test_any_other_leaf_gives_another_root(lines: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(lines) - 1))
    leaves = [leaf_hash(line) for line in lines]
    changed = [*leaves[:place], leaf_hash(lines[place] + b"x"), *leaves[place + 1 :]]
    assert root_of(changed) != root_of(leaves)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
