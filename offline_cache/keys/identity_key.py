"""The auditors' key: who a patient is, encrypted to a public key whose private half no desk has.

The cipher is that of `terminal.sealing`; one seal a check-in. Practice has a pair of its own, and says so by name.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from terminal.durable import write_durably
from terminal.problems import Problem, TerminalError
from terminal.sealing import off_machine
from terminal.sealing.off_machine import PublicHalf, decrypt, new_private_key, public_bytes, write_private
from terminal.sealing.passphrase import check_length, normal

PRACTICE: Final = "PRACTICE-AUDITORS-KEY-NOT-FOR-REAL-DATA.pem"
_PURPOSE: Final = b"uketsuke/journal/identity/1"
_CALLED: Final = "the auditors' key"


@dataclass(frozen=True)
class IdentityKey(PublicHalf):
    """The public half."""

    def seal(self, identity: bytes) -> str:
        """An entry's field `identity`, in Base64, for nobody but the auditors."""
        return b64encode(self.encrypt(identity, _PURPOSE)).decode()


def identity_key(private: X25519PrivateKey) -> IdentityKey:
    """The public half of a private one."""
    return IdentityKey(public_bytes(private))


def opener(private: X25519PrivateKey) -> Callable[[str], bytes]:
    """Opens what `IdentityKey.seal` gave; that raises `ValueError` for another key's, or damage."""
    return lambda sealed: decrypt(b64decode(sealed, validate=True), private, _PURPOSE)


def write_identity_private(private: X25519PrivateKey, passphrase: str) -> bytes:
    """A private half in PEM, encrypted. Raises `KEY_PASSPHRASE_WRONG` for a passphrase that is too short."""
    check_length(passphrase)
    return write_private(private, normal(passphrase))


def read_identity_key(path: Path) -> IdentityKey:
    """A public half from a PEM file. Raises `KEY_MISSING`."""
    return IdentityKey(off_machine.read_public(_read(path), _CALLED))


def read_private(path: Path, ask: Callable[[], str]) -> X25519PrivateKey:
    """A private half from a PEM file; `ask` gives a passphrase. Raises `KEY_MISSING` or `KEY_PASSPHRASE_WRONG`."""
    return off_machine.read_private(_read(path), lambda: normal(ask()), _CALLED)


def practice_identity_key(folder: Path) -> IdentityKey:
    """The public half of practice's own pair, whose private half lies in the folder in plain. Raises `OSError`."""
    path = folder / PRACTICE
    if not path.exists():
        write_durably(path, write_private(new_private_key()))
    return identity_key(read_private(path, str))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TerminalError(Problem.KEY_MISSING, f"{_CALLED}, {path.name}: {error.strerror}") from error
