"""The card's ways of signing, each checked with the public key."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from device.virtual.signing import signature

KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = KEY.public_key()
MESSAGE = b"what is signed"
DIGEST = hashlib.sha256(MESSAGE).digest()
PKCS1 = padding.PKCS1v15()
PSS = padding.PSS(padding.MGF1(SHA256()), 32)


def signed(mode: int, data: bytes) -> bytes:
    made = signature(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), mode, data)
    assert made is not None
    return made


@pytest.mark.parametrize("data", [b"x", MESSAGE, bytes(245)], ids=len)
def test_exactly_what_is_given_is_signed(data: bytes) -> None:
    assert PUBLIC.recover_data_from_signature(signed(0x00, data), PKCS1, None) == data


def test_the_bare_hash_of_a_message_is_signed() -> None:
    assert PUBLIC.recover_data_from_signature(signed(0x01, MESSAGE), PKCS1, None) == DIGEST


@pytest.mark.parametrize(("mode", "data"), [(0x02, DIGEST), (0x03, MESSAGE)])
def test_the_card_makes_the_digest_info(mode: int, data: bytes) -> None:
    PUBLIC.verify(signed(mode, data), MESSAGE, PKCS1, SHA256())


@pytest.mark.parametrize(("mode", "data"), [(0x04, DIGEST), (0x05, MESSAGE)])
def test_the_card_signs_with_pss(mode: int, data: bytes) -> None:
    PUBLIC.verify(signed(mode, data), DIGEST, PSS, Prehashed(SHA256()))


@pytest.mark.parametrize(("mode", "data"), [(0x00, bytes(246)), (0x02, b"short"), (0x04, bytes(33))])
def test_data_of_a_wrong_length_is_not_signed(mode: int, data: bytes) -> None:
    assert signature(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), mode, data) is None


CURVE_KEY = ec.generate_private_key(ec.SECP384R1())
CURVE_PKCS8 = CURVE_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def test_a_key_on_a_curve_signs_a_digest_plainly() -> None:
    made = signature(CURVE_PKCS8, 0x00, hashlib.sha384(MESSAGE).digest())
    assert made is not None
    assert len(made) == 96
    r, s = int.from_bytes(made[:48]), int.from_bytes(made[48:])
    CURVE_KEY.public_key().verify(encode_dss_signature(r, s), MESSAGE, ec.ECDSA(SHA384()))


def test_a_key_on_a_curve_signs_nothing_else() -> None:
    assert signature(CURVE_PKCS8, 0x00, DIGEST) is None
    with pytest.raises(LookupError):
        signature(CURVE_PKCS8, 0x03, MESSAGE)
