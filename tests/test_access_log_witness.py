"""A witness signs what grew from what it saw, refuses a rewritten or shortened log, and never forgets in between."""

from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, log_key, open_note, sign
from terminal.access_log.proof import prove_consistency
from terminal.access_log.tree import leaf_hash, root_of
from terminal.access_log.witness import Refusal, Refused, WitnessKey, WitnessQuestion, cosign, cosigned_at, judge
from terminal.access_log.witness_desk import WitnessDesk

ORIGIN = "desk-1/access/00000000"
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
LOGS = {ORIGIN: log_key(ORIGIN, SIGNING)}
KEY = WitnessKey("witness.example", WITNESS.public_key().public_bytes_raw())
LEAVES = [leaf_hash(b"%d" % number) for number in range(60)]
FORGED = [leaf_hash(b"forged"), *LEAVES[1:]]
NOW = 1_795_000_000


def checkpoint(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of(leaves[:size]))


def question(old: int, new: int, leaves: list[bytes] = LEAVES) -> bytes:
    def subtree(level: int, place: int) -> bytes:
        return root_of(leaves[place << level : (place + 1) << level])

    proof = prove_consistency(old, new, subtree) if old else []
    return WitnessQuestion(old, tuple(proof), sign(checkpoint(new, leaves), SIGNING)).text().encode()


def seen(size: int) -> dict[str, Checkpoint]:
    return {ORIGIN: checkpoint(size)} if size else {}


@pytest.fixture
def desk(tmp_path: Path) -> WitnessDesk:
    return WitnessDesk("witness.example", WITNESS, LOGS, tmp_path, lambda: NOW)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_log_that_grew_is_cosigned(one: int, other: int) -> None:
    old, new = sorted((one, other))
    assert judge(question(old, new), LOGS, seen(old)) == checkpoint(new)


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_rewritten_log_is_refused_as_forked(one: int, other: int) -> None:
    old, new = sorted((one, other))
    assert judge(question(old, new, FORGED), LOGS, seen(old)) == Refused(Refusal.FORKED, old)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_question_from_another_size_is_told_the_one_that_was_seen(known: int, one: int, other: int) -> None:
    old, new = sorted((one, other))
    judged = judge(question(old, new), LOGS, seen(known))
    assert judged == (checkpoint(new) if old == known else Refused(Refusal.OTHER_SIZE, known))


@given(st.integers(0, 400), st.integers(1, 255))
def test_no_changed_byte_of_a_question_gets_another_checkpoint_signed(place: int, change: int) -> None:
    changed = bytearray(question(5, 20))
    changed[place % len(changed)] ^= change
    assert judge(bytes(changed), LOGS, seen(5)) in {checkpoint(20), *(Refused(each) for each in Refusal)} | {
        Refused(each, 5) for each in Refusal
    }


def test_a_log_of_another_key_or_name_is_refused() -> None:
    assert judge(question(0, 5), {}, {}) == Refused(Refusal.UNKNOWN_LOG)
    other = {ORIGIN: log_key(ORIGIN, WITNESS)}
    assert judge(question(0, 5), other, {}) == Refused(Refusal.NOT_SIGNED)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"old 0", b"old -1\n\nx", b"old 0\n\n\n", b"old 0\nAA==\n\nx", b"new 0\n\nx"]
)
def test_what_is_no_question_is_refused(body: bytes) -> None:
    assert judge(body, LOGS, {}) in (Refused(Refusal.MALFORMED), Refused(Refusal.UNKNOWN_LOG))


def test_a_cosignature_is_laid_out_as_c2sp_says() -> None:
    at = NOW.to_bytes(8)
    signed = b"cosignature/v1\ntime %d\n%b" % (NOW, checkpoint(5).text().encode())
    expected = b64encode(KEY.id + at + WITNESS.sign(signed)).decode()
    assert cosign(checkpoint(5), NOW, KEY.name, WITNESS) == f"— witness.example {expected}\n"


def test_a_cosigned_note_is_still_a_checkpoint_and_says_when_it_was_seen() -> None:
    note = sign(checkpoint(5), SIGNING) + cosign(checkpoint(5), NOW, KEY.name, WITNESS)
    assert open_note(note, LOGS[ORIGIN]) == checkpoint(5)
    assert cosigned_at(note, checkpoint(5), KEY) == NOW
    assert cosigned_at(note, checkpoint(6), KEY) is None
    assert cosigned_at(note, checkpoint(5), WitnessKey(KEY.name, bytes(32))) is None
    assert cosigned_at(sign(checkpoint(5), SIGNING) + "— witness.example !\n", checkpoint(5), KEY) is None


def test_the_line_of_a_witness_key_is_read_and_no_log_key_passes_for_one() -> None:
    assert WitnessKey.of_vkey(KEY.vkey()) == KEY
    for wrong in ("", "a+b", LOGS[ORIGIN].vkey(), KEY.vkey()[:-4] + "AAA="):
        with pytest.raises(ValueError):  # noqa: PT011  # whichever part is wrong
            WitnessKey.of_vkey(wrong)


def test_what_was_seen_outlives_the_witness(desk: WitnessDesk, tmp_path: Path) -> None:
    answer = desk.answer(question(0, 5))
    assert (answer.status, cosigned_at(f"\n\n{answer.body.decode()}", checkpoint(5), desk.key)) == (200, NOW)
    again = WitnessDesk("witness.example", WITNESS, LOGS, tmp_path, lambda: NOW)
    put_back = again.answer(question(0, 3))
    assert (put_back.status, put_back.content_type, put_back.body) == (409, "text/x.tlog.size", b"5\n")
    assert again.answer(question(5, 9, FORGED)).status == 422
    assert again.answer(question(5, 9)).status == 200
    assert again.answer(question(9, 9)).status == 200


def test_a_witness_whose_memory_was_changed_signs_nothing(desk: WitnessDesk, tmp_path: Path) -> None:
    desk.answer(question(0, 5))
    (kept,) = tmp_path.glob("*.note")
    kept.write_text(kept.read_text("utf-8").replace("\n5\n", "\n3\n"), "utf-8")
    with pytest.raises(CheckpointWrong):
        desk.answer(question(3, 9))


def test_a_log_that_nobody_named_leaves_no_trace(desk: WitnessDesk, tmp_path: Path) -> None:
    other = sign(Checkpoint("../../other", 1, bytes(32)), SIGNING)
    answer = desk.answer(f"old 0\n\n{other}".encode())
    assert (answer.status, answer.said) == (404, "a log that nobody named: refused, unknown_log, seen 0")
    assert not list(tmp_path.glob("*.note"))
