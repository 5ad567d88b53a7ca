"""A slip says what became of the data in one visit, and its code proves that and nothing else."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.access import Access, Action
from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, log_key, sign
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.masking import SEED_BYTES, seal
from terminal.access_log.proof import prove_all, prove_inclusion, root_over
from terminal.access_log.qr import TooMuchForOneCode, qr_rows, qr_svg
from terminal.access_log.slip import PREFIX, Slip, SlipWrong, base45, of_base45, slip_lines
from terminal.access_log.slip_words import HEADINGS, Part, said_of
from terminal.access_log.tree import leaf_hash, root_of

ORIGIN = "desk-1/access/00000000"
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = log_key(ORIGIN, SIGNING)
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
VISIT = [
    Access(Action.CARD_IDENTIFIED, "v", "reception"),
    Access(Action.CARD_CODE_SENT, "v", "reception", details=(("keep", "yes"), ("source", "typed"))),
    Access(Action.HOLDER_READ, "v", "reception", details=(("photo", "present"),)),
    Access(Action.FACE_COMPARED, "v", "reception", details=(("similarity", "0.87"),)),
    Access(Action.HOLDER_VERIFIED, "v", "reception", method="face"),
    Access(Action.ELIGIBILITY_ASKED, "v", "reception", method="face", details=(("consents", "medicines"),)),
    Access(Action.ANSWER_SHOWN, "v", "reception", method="face", outcome="confirmed"),
]
OTHERS = [Access(Action.CARD_IDENTIFIED, f"o{n}", "reception") for n in range(300)]
FIRST = 120


def stored(seq: int, access: Access) -> bytes:
    return seal(
        write_entry(enter(access, seq=seq, at=NOW, terminal="desk-1", subject="")), bytes([seq % 256]) * SEED_BYTES
    )


LINES = [stored(seq, each) for seq, each in enumerate([*OTHERS[:FIRST], *VISIT, *OTHERS[FIRST:]])]
LEAVES = [leaf_hash(line) for line in LINES]
SIZE = len(LINES)
NOTE = sign(Checkpoint(ORIGIN, SIZE, root_of(LEAVES)), SIGNING)


def subtree(level: int, place: int) -> bytes:
    return root_of(LEAVES[place << level : (place + 1) << level])


SEQS = range(FIRST, FIRST + len(VISIT))
SLIP = Slip({seq: LINES[seq] for seq in SEQS}, prove_all(SEQS, SIZE, subtree), NOTE)


@given(st.sets(st.integers(0, SIZE - 1), min_size=1, max_size=8), st.integers(1, SIZE), st.data())
def test_a_proof_of_many_leads_to_the_root_and_no_other_leaf_does(
    seqs: set[int], size: int, data: st.DataObject
) -> None:
    seqs = {seq % size for seq in seqs}
    proof = prove_all(seqs, size, subtree)
    leaves = {seq: LEAVES[seq] for seq in seqs}
    root = root_of(LEAVES[:size])
    assert root_over(leaves, size, proof) == root
    changed = data.draw(st.sampled_from(sorted(seqs)))
    assert root_over(leaves | {changed: bytes(32)}, size, proof) != root
    assert root_over(leaves, size, [*proof, bytes(32)]) is None
    if proof:
        assert root_over(leaves, size, proof[:-1]) is None


@given(st.integers(0, SIZE - 1))
def test_a_proof_of_one_is_its_inclusion_proof_in_another_order(seq: int) -> None:
    assert sorted(prove_all([seq], SIZE, subtree)) == sorted(prove_inclusion(seq, SIZE, subtree))


@pytest.mark.parametrize("seqs", [[], [-1], [SIZE]])
def test_what_is_not_in_the_tree_has_no_proof(seqs: list[int]) -> None:
    with pytest.raises(ValueError, match="no such leaves"):
        prove_all(seqs, SIZE, subtree)
    assert root_over(dict.fromkeys(seqs, bytes(32)), SIZE, []) is None


def test_a_code_says_again_what_it_was_made_of() -> None:
    again = Slip.of_code(SLIP.code())
    assert again == replace(SLIP, proof=list(SLIP.proof))
    assert again.check(KEY) == Checkpoint(ORIGIN, SIZE, root_of(LEAVES))
    assert [entry.action for entry in again.entries] == [access.action for access in VISIT]


def test_a_visit_of_usual_length_fits_a_code_that_a_phone_reads() -> None:
    rows = qr_rows(SLIP.code())
    assert len(rows) == len(rows[0]) <= 177 + 8  # the largest code, with its quiet zone
    assert not any(rows[0])
    assert rows[4][4:12] == [True] * 7 + [False]  # a finder pattern begins


def test_a_picture_is_as_wide_as_it_was_asked_to_be() -> None:
    root = ET.fromstring(qr_svg(SLIP.code(), 90.0))
    assert root.tag.endswith("svg")
    assert abs(float(root.attrib["width"].removesuffix("mm")) - 90.0) < 0.5


def test_what_no_code_holds_is_refused() -> None:
    with pytest.raises(TooMuchForOneCode):
        qr_svg("x" * 5000)


@given(st.integers(0, len(SLIP.code()) - 1), st.characters(codec="ascii"))
def test_a_code_with_one_character_changed_shows_nothing_else(place: int, character: str) -> None:
    code = SLIP.code()
    try:
        changed = Slip.of_code(code[:place] + character + code[place + 1 :])
        changed.check(KEY)
    except (SlipWrong, CheckpointWrong):
        return
    assert (changed.stored, changed.note) == (SLIP.stored, SLIP.note)


def test_another_entry_or_key_is_refused() -> None:
    forged = stored(FIRST, Access(Action.CARD_IDENTIFIED, "forged", "reception"))
    with pytest.raises(SlipWrong):
        replace(SLIP, stored={**SLIP.stored, FIRST: forged}).check(KEY)
    with pytest.raises(SlipWrong):
        replace(SLIP, stored={seq: line for seq, line in SLIP.stored.items() if seq > FIRST}).check(KEY)
    with pytest.raises(CheckpointWrong):
        SLIP.check(log_key(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32))))


@pytest.mark.parametrize("text", ["", PREFIX, PREFIX + "ABC", PREFIX + "::::::", "x", PREFIX + base45(b"\x78\x9c")])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(SlipWrong):
        Slip.of_code(text)


@given(st.binary(max_size=200))
def test_base45_gives_back_what_it_was_given(content: bytes) -> None:
    assert of_base45(base45(content)) == content


@pytest.mark.parametrize(("content", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"ietf!", "QED8WEX0")])
def test_base45_is_that_of_the_standard(content: bytes, text: str) -> None:
    assert base45(content) == text  # RFC 9285, 4.3 and 4.4
    assert of_base45(text) == content


def test_a_slip_says_what_was_read_shown_sent_and_kept() -> None:
    lines = slip_lines(SLIP.entries, "en")
    headings = [HEADINGS[part]["en"] for part in Part]
    assert [line for line in lines if not line.startswith(" ")] == headings
    starts = [lines.index(heading) for heading in headings]
    counts = [after - before - 1 for before, after in pairwise([*starts, len(lines)])]
    assert counts == [3, 1, 2, 2, 1]
    assert "  2026-11-21 01:00:00Z  the answer about the insurance, at reception: confirmed  [126]" in lines


def test_a_visit_that_kept_nothing_says_so() -> None:
    assert "  この記録だけ" in slip_lines(SLIP.entries[:1], "ja")


@pytest.mark.parametrize("action", list(Action))
def test_each_action_has_a_sentence_in_both_languages(action: Action) -> None:
    entry = replace(SLIP.entries[0], action=action)
    (_, japanese), (_, english) = (next(said_of(entry, language)) for language in ("ja", "en"))
    assert japanese and english  # noqa: PT018  # one as the other
    assert action.value not in (japanese, english)
    assert japanese != english
