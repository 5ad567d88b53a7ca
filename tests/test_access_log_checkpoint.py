"""A checkpoint is a signed note that others can read, and nothing forged passes for one."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, log_key, open_note, sign
from terminal.access_log.tree import Frontier, leaf_hash

SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CHECKPOINT = Checkpoint("desk-1/access/3f2a9c04", 1, Frontier().append(leaf_hash(b"x")).root())
KEY = log_key(CHECKPOINT.origin, SIGNING)
NOTE = sign(CHECKPOINT, SIGNING)


def test_a_signed_checkpoint_is_opened() -> None:
    assert open_note(NOTE, KEY) == CHECKPOINT


def test_the_note_is_laid_out_as_c2sp_says() -> None:
    text, signature = NOTE.split("\n\n")
    assert text == f"desk-1/access/3f2a9c04\n1\n{b64encode(CHECKPOINT.root).decode()}"
    assert signature.startswith("— desk-1/access/3f2a9c04 ")
    assert signature.endswith("\n")


@pytest.mark.parametrize(
    "vkey",
    [  # of others, so that the key id is not only right by our own reckoning
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # golang.org/x/mod/sumdb/note
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        KEY.vkey(),
    ],
)
def test_the_line_of_a_key_is_read_and_written_alike(vkey: str) -> None:
    assert LogKey.of_vkey(vkey).vkey() == vkey


@pytest.mark.parametrize("vkey", ["", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"])
def test_a_wrong_line_of_a_key_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whichever part is wrong
        LogKey.of_vkey(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b"])
def test_a_name_that_would_break_the_note_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        LogKey(name, KEY.public)


@given(st.integers(0, len(NOTE) - 1), st.characters(exclude_categories=["Cs"]))
def test_a_note_with_one_character_changed_is_refused(place: int, character: str) -> None:
    changed = NOTE[:place] + character + NOTE[place + 1 :]
    if changed != NOTE:
        with pytest.raises(CheckpointWrong):
            open_note(changed, KEY)


@pytest.mark.parametrize(
    "note", ["", "\n", "\n\n", NOTE[:-1], NOTE + NOTE, NOTE + "\n", NOTE.partition("\n\n")[0], "a\n-1\n\n\n— a b\n"]
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(CheckpointWrong):
        open_note(note, KEY)


def test_a_witness_may_sign_beside_the_log() -> None:
    witness = f"— witness.example {b64encode(b'wxyz' + bytes(64)).decode()}\n"
    assert open_note(NOTE + witness, KEY) == CHECKPOINT


def test_another_key_under_the_same_name_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(CheckpointWrong):
        open_note(sign(CHECKPOINT, other), KEY)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = Checkpoint("desk-2/access/3f2a9c04", CHECKPOINT.size, CHECKPOINT.root)
    with pytest.raises(CheckpointWrong):
        open_note(sign(other, SIGNING), KEY)
