"""The second way in: the wrapping key encrypted to a public key whose private half is kept off the machine.

HPKE (RFC 9180): X25519, HKDF-SHA256, AES-256-GCM. Made with the public key alone, so that a rotation needs no safe.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from terminal.problems import Problem, TerminalError

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_INFO = b"uketsuke/recovery/1"


@dataclass(frozen=True)
class RecoveryKey:
    """The public half: 32 bytes, no secret."""

    public: bytes

    @property
    def id(self) -> str:
        """A short name for it, in hex, to be written on the envelope that the private half lies in."""
        return sha256(self.public).hexdigest()[:16]

    def seal(self, kek: bytes) -> bytes:
        """The wrapping key, for nobody but the holder of the private half: 80 bytes."""
        return _SUITE.encrypt(kek, X25519PublicKey.from_public_bytes(self.public), info=_INFO)


def new_private_key() -> X25519PrivateKey:
    """A private half, to be carried off the machine."""
    return X25519PrivateKey.generate()


def recovery_key(private: X25519PrivateKey) -> RecoveryKey:
    """The public half of a private one."""
    return RecoveryKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def open_recovery(untrusted: bytes, private: X25519PrivateKey) -> bytes:
    """The wrapping key out of `RecoveryKey.seal`. Raises `ValueError` for another key's, or damage."""
    try:
        return _SUITE.decrypt(untrusted, private, info=_INFO)
    except InvalidTag as error:
        raise ValueError("encrypted to another recovery key, or damaged") from error


def write_private(private: X25519PrivateKey) -> bytes:
    """PKCS #8 in PEM, as `openssl genpkey -algorithm X25519` writes it."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_public(untrusted: bytes) -> RecoveryKey:
    """A public half from PEM, as `openssl pkey -pubout` writes it. Raises `KEY_MISSING`."""
    try:
        public = load_pem_public_key(untrusted)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TerminalError(Problem.KEY_MISSING, "the recovery key: no public key in PEM") from error
    if not isinstance(public, X25519PublicKey):
        raise TerminalError(Problem.KEY_MISSING, "the recovery key: not of X25519")
    return RecoveryKey(public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def read_private(untrusted: bytes, ask: Callable[[], str]) -> X25519PrivateKey:
    """A private half from PEM; `ask` is asked for the passphrase of an encrypted one.

    Raises `KEY_MISSING` or `KEY_PASSPHRASE_WRONG`.
    """
    encrypted = b"ENCRYPTED" in untrusted
    try:
        private = load_pem_private_key(untrusted, ask().encode() if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        problem = Problem.KEY_PASSPHRASE_WRONG if encrypted else Problem.KEY_MISSING
        raise TerminalError(problem, "the recovery key: no private key in PEM can be read") from error
    if not isinstance(private, X25519PrivateKey):
        raise TerminalError(Problem.KEY_MISSING, "the recovery key: not of X25519")
    return private
