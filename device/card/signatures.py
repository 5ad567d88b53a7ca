"""What is signed, and whether it is: the municipality's certificate, the surface, the text, a challenge. No I/O.

Keys and signatures are of the card generation's own kind (`suites`). Each check returns or raises; none answers yes or
no.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature

from device.card.profile import CV_CERTIFICATE, SurfaceProfile, TextProfile
from device.card.suites import PublicKey, Suite
from device.card.tlv import Element
from terminal.people import IssuerTrust
from terminal.problems import Problem, TerminalError

_CHALLENGE_SIZE = 32  # bytes


@dataclass(frozen=True)
class CvCertificate:
    """A municipality's key, and who vouches for it."""

    suite: Suite
    issuer: bytes  # key id, 16 bytes
    subject: bytes = field(repr=False)
    key: PublicKey = field(repr=False)
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def trust(self, roots: Mapping[bytes, PublicKey]) -> IssuerTrust:
        """Whether an imported root signed it. Raises `CARD_SIGNATURE_WRONG` when one of that name did not."""
        if (root := roots.get(self.issuer)) is None:
            return IssuerTrust.UNKNOWN
        try:
            self.suite.verify(root, self.signature, self.body)
        except InvalidSignature as error:
            raise TerminalError(Problem.CARD_SIGNATURE_WRONG, "the municipality's certificate") from error
        return IssuerTrust.CHECKED


def cv_certificate(untrusted: Element, suite: Suite) -> CvCertificate:
    """Parses a card-verifiable certificate (7F21)."""
    profile = CV_CERTIFICATE
    body = untrusted.child(profile.body_tag)
    size = profile.key_id_size
    if len(body.value) <= 2 * size:
        raise body.malformed()
    key = Element(body.source, body.offset, body.tag, body.header_size + 2 * size, body.raw)
    return CvCertificate(
        suite,
        issuer=body.value[:size],
        subject=body.value[size : 2 * size],
        key=suite.public_key(key),
        body=body.value,
        signature=untrusted.child(profile.signature_tag).value,
    )


def check_surface(surface: Element, issuer: CvCertificate, profile: SurfaceProfile) -> None:
    """Raises `CARD_SIGNATURE_WRONG` unless the municipality signed these objects, group by group."""
    parts = surface.children()
    groups = [b"".join(parts[tag].raw for tag in tags if tag in parts) for tags in profile.signed]
    try:
        issuer.suite.verify(issuer.key, surface.child(profile.signature_tag).value, *groups)
    except InvalidSignature as error:
        raise TerminalError(Problem.CARD_SIGNATURE_WRONG, surface.source) from error


def check_attributes(attributes: Element, integrity: Element, issuer: CvCertificate, profile: TextProfile) -> None:
    """Raises `CARD_SIGNATURE_WRONG` unless the municipality signed the digest of these attributes.

    The signature spans a digest of the 12-digit number too. That one is touched here only, and left with this frame.
    """
    signed = integrity.child(profile.number_digest_tag).raw + integrity.child(profile.attributes_digest_tag).raw
    try:
        issuer.suite.verify(issuer.key, integrity.child(profile.signature_tag).value, signed)
    except InvalidSignature as error:
        raise TerminalError(Problem.CARD_SIGNATURE_WRONG, integrity.source) from error
    offsets = attributes.child(profile.offsets_tag)
    covered = attributes.raw[offsets.offset - attributes.offset + len(offsets.raw) :]
    if issuer.suite.digest(covered) != integrity.child(profile.attributes_digest_tag).value:
        raise TerminalError(Problem.CARD_SIGNATURE_WRONG, attributes.source)


def new_challenge() -> bytes:
    """Random bytes that nobody has signed before."""
    return secrets.token_bytes(_CHALLENGE_SIZE)


def check_challenge(suite: Suite, key: PublicKey, challenge: bytes, signature: bytes) -> None:
    """Raises `CARD_NOT_GENUINE` unless the card has the private key that belongs to `key`."""
    try:
        suite.verify(key, signature, challenge)
    except InvalidSignature as error:
        raise TerminalError(Problem.CARD_NOT_GENUINE, "the challenge") from error
