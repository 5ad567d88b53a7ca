"""Content encrypted to a public key whose private half is kept off the machine: what this machine can write, not read.

HPKE (RFC 9180): X25519, HKDF-SHA256, AES-256-GCM. What it is for goes into the key schedule, so that what was sealed
for one purpose is never opened for another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from terminal.problems import Problem, TerminalError

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@dataclass(frozen=True)
class PublicHalf:
    """32 bytes, no secret."""

    public: bytes

    @property
    def id(self) -> str:
        """A short name for it, in hex, to be written on the envelope that the private half lies in."""
        return sha256(self.public).hexdigest()[:16]

    def encrypt(self, content: bytes, purpose: bytes) -> bytes:
        """The content, for nobody but the holder of the private half: 48 bytes more."""
        return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(self.public), info=purpose)

    def pem(self) -> bytes:
        """The key as `openssl pkey -pubout` writes it."""
        key = X25519PublicKey.from_public_bytes(self.public)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def new_private_key() -> X25519PrivateKey:
    """A private half, to be carried off the machine."""
    return X25519PrivateKey.generate()


def public_bytes(private: X25519PrivateKey) -> bytes:
    """The public half of a private one."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def decrypt(untrusted: bytes, private: X25519PrivateKey, purpose: bytes) -> bytes:
    """The content out of `PublicHalf.encrypt`. Raises `ValueError` for another key's, another purpose's, or damage."""
    try:
        return _SUITE.decrypt(untrusted, private, info=purpose)
    except InvalidTag as error:
        raise ValueError("encrypted to another key, or damaged") from error


def write_private(private: X25519PrivateKey, passphrase: str = "") -> bytes:
    """PKCS #8 in PEM, as `openssl genpkey -algorithm X25519` writes it; with a passphrase, encrypted."""
    how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def read_public(untrusted: bytes, called: str) -> bytes:
    """A public half from PEM, as `openssl pkey -pubout` writes it. `called` names it. Raises `KEY_MISSING`."""
    try:
        public = load_pem_public_key(untrusted)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TerminalError(Problem.KEY_MISSING, f"{called}: no public key in PEM") from error
    if not isinstance(public, X25519PublicKey):
        raise TerminalError(Problem.KEY_MISSING, f"{called}: not of X25519")
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def read_private(untrusted: bytes, ask: Callable[[], str], called: str) -> X25519PrivateKey:
    """A private half from PEM; `ask` is asked for the passphrase of an encrypted one.

    Raises `KEY_MISSING` or `KEY_PASSPHRASE_WRONG`.
    """
    encrypted = b"ENCRYPTED" in untrusted
    try:
        private = load_pem_private_key(untrusted, ask().encode() if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        problem = Problem.KEY_PASSPHRASE_WRONG if encrypted else Problem.KEY_MISSING
        raise TerminalError(problem, f"{called}: no private key in PEM can be read") from error
    if not isinstance(private, X25519PrivateKey):
        raise TerminalError(Problem.KEY_MISSING, f"{called}: not of X25519")
    return private
