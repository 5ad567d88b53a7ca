"""Each kind of signature is believed when the key's owner made it over these very bytes, and never otherwise."""

import hashlib
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import tlv
from device.card.suites import P_384, RSA_2048, PublicKey, Suite
from device.virtual.signing import plain_signature
from device.virtual.tlv_writing import public_key
from device.virtual.tlv_writing import tlv as written
from terminal.problems import Problem, TerminalError

RSA_KEY, RSA_OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CURVE_KEY, CURVE_OTHER = (ec.generate_private_key(ec.SECP384R1()) for _ in range(2))
SMALL_CURVE = ec.generate_private_key(ec.SECP256R1())
OUTER = 0xFF20


def signed_by_rsa(*messages: bytes) -> bytes:
    block = RSA_2048.to_sign(messages[0])
    if len(messages) > 1:
        digests = b"".join(hashlib.sha256(message).digest() for message in messages)
        octets = bytes([0x04, len(digests)]) + digests
        block = bytes([0x30, 15 + len(octets)]) + bytes.fromhex("300D06096086480165030402010500") + octets
    return RSA_KEY.sign(block, PKCS1v15(), NoDigestInfo())


def signed_by_curve(*messages: bytes) -> bytes:
    return plain_signature(CURVE_KEY, hashlib.sha384(b"".join(messages)).digest())


Signer = tuple[PublicKey, Callable[..., bytes]]
SIGNERS: dict[Suite, Signer] = {
    RSA_2048: (RSA_KEY.public_key(), signed_by_rsa),
    P_384: (CURVE_KEY.public_key(), signed_by_curve),
}
each_suite = pytest.mark.parametrize("suite", SIGNERS, ids=lambda suite: suite.name)


def is_believed(suite: Suite, key: PublicKey, signature: bytes, *messages: bytes) -> bool:
    try:
        suite.verify(key, signature, *messages)
    except InvalidSignature:
        return False
    return True


def held(value: bytes) -> tlv.Element:
    return tlv.find(written(OUTER, value), OUTER, "a file")


@each_suite
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_was_signed_is_believed_and_any_change_of_it_is_not(suite: Suite, data: st.DataObject) -> None:
    key, sign = SIGNERS[suite]
    messages = data.draw(st.lists(st.binary(max_size=40), min_size=1, max_size=3))
    signature = sign(*messages)
    assert is_believed(suite, key, signature, *messages)
    assert not is_believed(suite, key, signature, *messages[:-1], messages[-1] + b"x")
    at, bit = data.draw(st.integers(0, len(signature) - 1)), data.draw(st.integers(0, 7))
    flipped = signature[:at] + bytes([signature[at] ^ 1 << bit]) + signature[at + 1 :]
    assert not is_believed(suite, key, flipped, *messages)


@each_suite
@settings(max_examples=40, deadline=None)
@given(signature=st.binary(max_size=300))
def test_any_bytes_are_no_signature(suite: Suite, signature: bytes) -> None:
    assert not is_believed(suite, SIGNERS[suite][0], signature, b"message")


def test_anothers_key_and_a_key_of_the_other_kind_are_not_believed() -> None:
    by_rsa, by_curve = signed_by_rsa(b"message"), signed_by_curve(b"message")
    rsa_keys: list[PublicKey] = [RSA_OTHER.public_key(), CURVE_KEY.public_key()]
    curve_keys: list[PublicKey] = [CURVE_OTHER.public_key(), RSA_KEY.public_key(), SMALL_CURVE.public_key()]
    for key in rsa_keys:
        assert not is_believed(RSA_2048, key, by_rsa, b"message")
    for other in curve_keys:
        assert not is_believed(P_384, other, by_curve, b"message")


@pytest.mark.parametrize("halves", [(0, 0), (0, 1), (1, 0), (2**384 - 1, 2**384 - 1)])
def test_r_and_s_out_of_range_are_no_signature(halves: tuple[int, int]) -> None:
    signature = b"".join(half.to_bytes(48) for half in halves)
    assert not is_believed(P_384, CURVE_KEY.public_key(), signature, b"message")


def test_the_digests_of_several_messages_are_not_those_of_fewer() -> None:
    assert not is_believed(RSA_2048, RSA_KEY.public_key(), signed_by_rsa(b"a", b"b"), b"ab")
    assert not is_believed(RSA_2048, RSA_KEY.public_key(), signed_by_rsa(b"a", b"b"), b"b", b"a")


def test_each_finds_its_key_in_an_object() -> None:
    assert RSA_2048.public_key(held(public_key(RSA_KEY.public_key()))) == RSA_KEY.public_key()
    point = CURVE_KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert P_384.public_key(held(written(0x86, point))) == CURVE_KEY.public_key()


@each_suite
@given(content=st.binary(max_size=120), tag=st.sampled_from([0x86, 0x90, 0x91]))
def test_any_bytes_in_place_of_a_key_are_malformed(suite: Suite, content: bytes, tag: int) -> None:
    with pytest.raises(TerminalError) as caught:
        suite.public_key(held(written(tag, content)))
    assert caught.value.problem is Problem.CARD_MALFORMED


def test_a_certificate_is_of_a_kind_by_key_and_digest() -> None:
    assert RSA_2048.fits(RSA_KEY.public_key(), SHA256())
    assert P_384.fits(CURVE_KEY.public_key(), SHA384())
    for suite, key, algorithm in (
        (RSA_2048, RSA_KEY.public_key(), SHA512()),
        (RSA_2048, CURVE_KEY.public_key(), SHA256()),
        (P_384, CURVE_KEY.public_key(), SHA256()),
        (P_384, SMALL_CURVE.public_key(), SHA384()),
        (P_384, CURVE_KEY.public_key(), None),
    ):
        assert not suite.fits(key, algorithm)
