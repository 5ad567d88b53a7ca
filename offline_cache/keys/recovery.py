"""The second way in: the wrapping key encrypted to a public key whose private half is kept off the machine.

Made with the public key alone, so that a rotation needs no safe. The cipher is that of `terminal.sealing`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from terminal.sealing import off_machine
from terminal.sealing.off_machine import PublicHalf, decrypt, new_private_key, public_bytes, write_private

__all__ = [
    "RecoveryKey", "new_private_key", "open_recovery", "read_private", "read_public", "recovery_key", "write_private",
]  # fmt: skip

_PURPOSE: Final = b"uketsuke/recovery/1"
_CALLED: Final = "the recovery key"


@dataclass(frozen=True)
class RecoveryKey(PublicHalf):
    """The public half."""

    def seal(self, kek: bytes) -> bytes:
        """The wrapping key, for nobody but the holder of the private half: 80 bytes."""
        return self.encrypt(kek, _PURPOSE)


def recovery_key(private: X25519PrivateKey) -> RecoveryKey:
    """The public half of a private one."""
    return RecoveryKey(public_bytes(private))


def open_recovery(untrusted: bytes, private: X25519PrivateKey) -> bytes:
    """The wrapping key out of `RecoveryKey.seal`. Raises `ValueError` for another key's, or damage."""
    return decrypt(untrusted, private, _PURPOSE)


def read_public(untrusted: bytes) -> RecoveryKey:
    """A public half from PEM. Raises `KEY_MISSING`."""
    return RecoveryKey(off_machine.read_public(untrusted, _CALLED))


def read_private(untrusted: bytes, ask: Callable[[], str]) -> X25519PrivateKey:
    """A private half from PEM; `ask` gives a passphrase. Raises `KEY_MISSING` or `KEY_PASSPHRASE_WRONG`."""
    return off_machine.read_private(untrusted, ask, _CALLED)
