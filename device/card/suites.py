"""The two kinds of keys and signatures that generations of cards use, behind one Protocol. No I/O.

`InvalidSignature` leaves here, and never a yes or a no; who asks knows which problem it is.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from device.card.profile import SuiteKind
from device.card.tlv import Element

PublicKey = RSAPublicKey | ec.EllipticCurvePublicKey


class Suite(Protocol):
    """One kind of key, digest and signature."""

    @property
    def name(self) -> str:
        """Its name for IT."""

    def digest(self, message: bytes) -> bytes:
        """The digest of a message."""

    def to_sign(self, message: bytes) -> bytes:
        """What a card is given to sign for a message."""

    def public_key(self, untrusted: Element) -> PublicKey:
        """The key that an object holds. Raises `CARD_MALFORMED`."""

    def fits(self, key: object, algorithm: HashAlgorithm | None) -> bool:
        """Whether a certificate with this key, signed over this digest, is of this kind."""

    def verify(self, key: PublicKey, signature: bytes, *messages: bytes) -> None:
        """Raises `InvalidSignature` unless the key's owner signed the messages, all in one signature."""


class Rsa2048:
    """RSA-2048, PKCS#1 v1.5, SHA-256 (RFC 8017, 8.2.2).

    Several messages are signed as cards do it: their digests, one after the other, in the place of one. No ordinary
    verification accepts that, so the signed block is recovered, its padding checked in full, its content compared.
    """

    name = "RSA-2048 with SHA-256"
    _bits: Final = 2048
    _exponent_tag, _modulus_tag = 0x90, 0x91
    _algorithm: Final = bytes.fromhex("300D06096086480165030402010500")

    def digest(self, message: bytes) -> bytes:
        """As the Protocol says."""
        return hashlib.sha256(message).digest()

    def to_sign(self, message: bytes) -> bytes:
        """The DigestInfo (RFC 8017, 9.2)."""
        return self._digest_info(message)

    def public_key(self, untrusted: Element) -> PublicKey:
        """As the Protocol says: exponent and modulus."""
        exponent = int.from_bytes(untrusted.child(self._exponent_tag).value)
        modulus = int.from_bytes(untrusted.child(self._modulus_tag).value)
        if modulus.bit_length() != self._bits:
            raise untrusted.malformed()
        try:
            return RSAPublicNumbers(exponent, modulus).public_key()
        except ValueError as error:
            raise untrusted.malformed() from error

    def fits(self, key: object, algorithm: HashAlgorithm | None) -> bool:
        """As the Protocol says."""
        return isinstance(key, RSAPublicKey) and isinstance(algorithm, SHA256)

    def verify(self, key: PublicKey, signature: bytes, *messages: bytes) -> None:
        """As the Protocol says."""
        if not isinstance(key, RSAPublicKey):
            raise InvalidSignature
        try:
            block = key.recover_data_from_signature(signature, PKCS1v15(), None)
        except ValueError as error:
            raise InvalidSignature from error
        if block != self._digest_info(*messages):
            raise InvalidSignature

    def _digest_info(self, *messages: bytes) -> bytes:
        digests = b"".join(self.digest(message) for message in messages)
        octets = bytes([0x04, len(digests)]) + digests
        return bytes([0x30, len(self._algorithm) + len(octets)]) + self._algorithm + octets


class P384:
    """ECDSA on P-384 with SHA-384 (FIPS 186-5, 6); several messages are signed as one.

    Announced for the next generation. How its cards write keys and signatures is not published; here as other cards
    do: an uncompressed point in tag 86 (BSI TR-03110-3, D.3.4), r and s of 48 bytes each (BSI TR-03111, 5.2.1).
    """

    name = "P-384 with SHA-384"
    _point_tag: Final = 0x86
    _half: Final = 48  # bytes of r, and of s

    def digest(self, message: bytes) -> bytes:
        """As the Protocol says."""
        return hashlib.sha384(message).digest()

    def to_sign(self, message: bytes) -> bytes:
        """The bare digest."""
        return self.digest(message)

    def public_key(self, untrusted: Element) -> PublicKey:
        """As the Protocol says: a point of the curve."""
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), untrusted.child(self._point_tag).value)
        except ValueError as error:
            raise untrusted.malformed() from error

    def fits(self, key: object, algorithm: HashAlgorithm | None) -> bool:
        """As the Protocol says."""
        is_key = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1)
        return is_key and isinstance(algorithm, SHA384)

    def verify(self, key: PublicKey, signature: bytes, *messages: bytes) -> None:
        """As the Protocol says."""
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 2 * self._half:
            raise InvalidSignature
        r, s = int.from_bytes(signature[: self._half]), int.from_bytes(signature[self._half :])
        key.verify(encode_dss_signature(r, s), self.digest(b"".join(messages)), ec.ECDSA(Prehashed(SHA384())))


RSA_2048: Final[Suite] = Rsa2048()
P_384: Final[Suite] = P384()
SUITES: Final[Mapping[SuiteKind, Suite]] = MappingProxyType({SuiteKind.RSA_2048: RSA_2048, SuiteKind.P_384: P_384})
