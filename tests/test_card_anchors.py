"""Anchors are what an administrator put there, or nothing; a file that is half understood is none."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from device.card.anchors import load_anchors
from terminal.problems import Problem, TerminalError

MODULUS = f"{rsa.generate_private_key(65537, 2048).public_key().public_numbers().n:x}"
KEY = ec.generate_private_key(ec.SECP384R1()).public_key()
POINT = KEY.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()
NEXT_ROOT = {"issuer": "39" * 16, "p384": POINT}
ROOT = {"issuer": "39" * 16, "modulus": MODULUS, "exponent": 65537}


def test_a_root_is_found_by_its_key_id(tmp_path: Path) -> None:
    (tmp_path / "practice.cvroot.json").write_text(json.dumps(ROOT))
    key = load_anchors(tmp_path).card_roots[b"9" * 16]
    assert isinstance(key, RSAPublicKey)
    assert key.public_numbers().n == int(MODULUS, 16)


def test_a_root_of_the_next_generation_is_a_point(tmp_path: Path) -> None:
    (tmp_path / "next.cvroot.json").write_text(json.dumps(NEXT_ROOT))
    assert load_anchors(tmp_path).card_roots[b"9" * 16] == KEY


def test_an_empty_folder_trusts_nobody(tmp_path: Path) -> None:
    anchors = load_anchors(tmp_path)
    assert (anchors.authorities, dict(anchors.card_roots)) == ((), {})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.crt", "not PEM"),
        ("a.cvroot.json", "{"),
        ("a.cvroot.json", "[]"),
        ("a.cvroot.json", json.dumps(ROOT | {"valid": True})),
        ("a.cvroot.json", json.dumps(ROOT | {"issuer": "no hex"})),
        ("a.cvroot.json", json.dumps(ROOT | {"issuer": "39"})),
        ("a.cvroot.json", json.dumps(ROOT | {"exponent": 2})),
        ("a.cvroot.json", json.dumps(NEXT_ROOT | {"p384": POINT[:-2]})),
        ("a.cvroot.json", json.dumps(NEXT_ROOT | {"p384": "04" + "00" * 96})),
        ("a.cvroot.json", json.dumps(NEXT_ROOT | {"modulus": MODULUS})),
        ("a.cvroot.json", json.dumps(NEXT_ROOT | {"issuer": "39"})),
        ("a.cvroot.json", b"\xff\xfe\x00".decode("latin-1")),
    ],
)
def test_a_file_that_is_not_understood_is_named(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(TerminalError) as caught:
        load_anchors(tmp_path)
    assert caught.value.problem is Problem.PROGRAM_ERROR
    assert name in caught.value.detail


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TerminalError):
        load_anchors(tmp_path / "nowhere")
