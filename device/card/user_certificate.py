"""The holder's user-authentication certificate (X.509, RFC 5280): its end, its key, and who signed it. No I/O.

Revocation is not checked: the lists are open to verifiers approved by law alone. The authorities share one name over
their generations, so the one that signed is found by its signature.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from device.card.suites import PublicKey, Suite
from terminal.problems import Problem, TerminalError

_FOREIGN = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)

_FAR = datetime(9999, 12, 30, tzinfo=UTC)  # RFC 5280, 4.1.2.5, writes "no end" as a day that no other zone has


def parse(untrusted_der: bytes, suite: Suite) -> x509.Certificate:
    """The certificate. Raises `CERTIFICATE_WRONG` for bytes that are none, or one of another kind of key."""
    try:
        certificate = x509.load_der_x509_certificate(untrusted_der)
        fits = suite.fits(certificate.public_key(), certificate.signature_hash_algorithm)
    except _FOREIGN as error:
        raise TerminalError(Problem.CERTIFICATE_WRONG, "it cannot be parsed") from error
    if not fits:
        raise TerminalError(Problem.CERTIFICATE_WRONG, f"it is not {suite.name}")
    return certificate


def ends(certificate: x509.Certificate) -> datetime:
    """The moment up to which it is valid, aware."""
    return min(certificate.not_valid_after_utc, _FAR)


def key_of(certificate: x509.Certificate) -> PublicKey:
    """The key that answers challenges, of a certificate that was parsed here."""
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise TerminalError(Problem.CERTIFICATE_WRONG, "it has no key for challenges")
    return key


def check_usable(certificate: x509.Certificate, authorities: Iterable[x509.Certificate], at: datetime) -> None:
    """Raises `CERTIFICATE_WRONG` unless an imported authority signed it, for signing challenges, and it has begun."""
    if not any(_is_signed_by(certificate, authority) for authority in authorities):
        raise TerminalError(Problem.CERTIFICATE_WRONG, "no imported authority signed it")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (*_FOREIGN, x509.ExtensionNotFound) as error:
        raise TerminalError(Problem.CERTIFICATE_WRONG, "it has no key usage") from error
    if not usage.digital_signature:
        raise TerminalError(Problem.CERTIFICATE_WRONG, "it is not for signing challenges")
    if at < certificate.not_valid_before_utc:
        raise TerminalError(Problem.CERTIFICATE_WRONG, "it has not begun")


def _is_signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (*_FOREIGN, InvalidSignature):
        return False
    return True
