"""What is signed, and whether it is: the municipality's certificate, the surface, the text, a challenge. No I/O.

RSA-2048, PKCS#1 v1.5, SHA-256 (RFC 8017, 8.2.2). Each check returns or raises; none answers yes or no.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from device.card.profile import CV_CERTIFICATE, SURFACE, TEXT
from device.card.tlv import Element
from terminal.people import IssuerTrust
from terminal.problems import Problem, TerminalError

_SHA256_ALGORITHM = bytes.fromhex("300D06096086480165030402010500")
_DIGEST_INFO = bytes.fromhex("3031") + _SHA256_ALGORITHM + bytes.fromhex("0420")  # RFC 8017, 9.2
_THREE_DIGESTS_INFO = bytes.fromhex("3071") + _SHA256_ALGORITHM + bytes.fromhex("0460")  # 96 bytes in place of 32
_CHALLENGE_SIZE = 32  # bytes


@dataclass(frozen=True)
class CvCertificate:
    """A municipality's key, and who vouches for it."""

    issuer: bytes  # key id, 16 bytes
    subject: bytes = field(repr=False)
    key: RSAPublicKey = field(repr=False)
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def trust(self, roots: Mapping[bytes, RSAPublicKey]) -> IssuerTrust:
        """Whether an imported root signed it. Raises `CARD_SIGNATURE_WRONG` when one of that name did not."""
        if (root := roots.get(self.issuer)) is None:
            return IssuerTrust.UNKNOWN
        _verify(root, self.signature, self.body, Problem.CARD_SIGNATURE_WRONG, "the municipality's certificate")
        return IssuerTrust.CHECKED


def cv_certificate(untrusted: Element) -> CvCertificate:
    """Parses a card-verifiable certificate (7F21)."""
    profile = CV_CERTIFICATE
    body = untrusted.child(profile.body_tag)
    size = profile.key_id_size
    if len(body.value) <= 2 * size:
        raise body.malformed()
    key = Element(body.source, body.offset, body.tag, body.header_size + 2 * size, body.raw)
    return CvCertificate(
        issuer=body.value[:size],
        subject=body.value[size : 2 * size],
        key=public_key(key),
        body=body.value,
        signature=untrusted.child(profile.signature_tag).value,
    )


def public_key(untrusted: Element) -> RSAPublicKey:
    """The RSA key whose exponent and modulus an object holds."""
    exponent = int.from_bytes(untrusted.child(CV_CERTIFICATE.exponent_tag).value)
    modulus = int.from_bytes(untrusted.child(CV_CERTIFICATE.modulus_tag).value)
    if modulus.bit_length() != CV_CERTIFICATE.modulus_bits:
        raise untrusted.malformed()
    try:
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise untrusted.malformed() from error


def check_surface(surface: Element, key: RSAPublicKey) -> None:
    """Raises `CARD_SIGNATURE_WRONG` unless the municipality signed these objects.

    The signature holds three digests of whole objects in the place of one, which no ordinary verification accepts:
    the signed block is recovered, its padding checked in full, and its content compared.
    """
    parts = surface.children()

    def digest(*tags: int) -> bytes:
        return hashlib.sha256(b"".join(parts[tag].raw for tag in tags if tag in parts)).digest()

    signed = (
        digest(SURFACE.birth_date_tag, SURFACE.sex_tag, SURFACE.card_key_tag)
        + digest(SURFACE.name_image_tag, SURFACE.address_image_tag)
        + digest(SURFACE.portrait_tag)
    )
    try:
        block = key.recover_data_from_signature(surface.child(SURFACE.signature_tag).value, PKCS1v15(), None)
    except (InvalidSignature, ValueError) as error:
        raise TerminalError(Problem.CARD_SIGNATURE_WRONG, surface.source) from error
    if block != _THREE_DIGESTS_INFO + signed:
        raise TerminalError(Problem.CARD_SIGNATURE_WRONG, surface.source)


def check_attributes(attributes: Element, integrity: Element, key: RSAPublicKey) -> None:
    """Raises `CARD_SIGNATURE_WRONG` unless the municipality signed the digest of these attributes.

    The signature spans a digest of the 12-digit number too. That one is touched here only, and left with this frame.
    """
    signed = integrity.child(TEXT.number_digest_tag).raw + integrity.child(TEXT.attributes_digest_tag).raw
    signature = integrity.child(TEXT.signature_tag).value
    _verify(key, signature, signed, Problem.CARD_SIGNATURE_WRONG, integrity.source)
    offsets = attributes.child(TEXT.offsets_tag)
    covered = attributes.raw[offsets.offset - attributes.offset + len(offsets.raw) :]
    if hashlib.sha256(covered).digest() != integrity.child(TEXT.attributes_digest_tag).value:
        raise TerminalError(Problem.CARD_SIGNATURE_WRONG, attributes.source)


def new_challenge() -> bytes:
    """Random bytes that nobody has signed before."""
    return secrets.token_bytes(_CHALLENGE_SIZE)


def digest_info(message: bytes) -> bytes:
    """What the card is given to sign: the DigestInfo of a message."""
    return _DIGEST_INFO + hashlib.sha256(message).digest()


def check_challenge(key: RSAPublicKey, challenge: bytes, signature: bytes) -> None:
    """Raises `CARD_NOT_GENUINE` unless the card has the private key that belongs to `key`."""
    _verify(key, signature, challenge, Problem.CARD_NOT_GENUINE, "the challenge")


def _verify(key: RSAPublicKey, signature: bytes, message: bytes, problem: Problem, what: str) -> None:
    try:
        key.verify(signature, message, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise TerminalError(problem, what) from error
