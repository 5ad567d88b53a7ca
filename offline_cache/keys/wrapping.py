"""The keys of a store, 32 random bytes each, and how one key wraps others (AES-KW, RFC 3394). Pure but for chance."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """What a store works with. In memory only."""

    journal: bytes = field(repr=False)  # encrypts journal.db
    cache: bytes = field(repr=False)  # encrypts cache.db
    lookup: bytes = field(repr=False)  # HMAC: certificate to row of the cache
    pseudonym: bytes = field(repr=False)  # HMAC: certificate to pseudonym in the log
    signing: bytes = field(repr=False)  # Ed25519 seed: signs the log's checkpoints


def new_keys() -> Keys:
    """Keys for a store that is being begun."""
    return Keys(*(new_key() for _ in fields(Keys)))


def new_key() -> bytes:
    """A key."""
    return secrets.token_bytes(KEY_BYTES)


def wrap_keys(keys: Keys, kek: bytes) -> dict[str, str]:
    """Each key wrapped, in hex, by its name."""
    return {each.name: aes_key_wrap(kek, getattr(keys, each.name)).hex() for each in fields(Keys)}


def unwrap_keys(untrusted: Mapping[str, str], kek: bytes) -> Keys:
    """The keys. Raises `ValueError` for anything but what `wrap_keys` gave with this `kek`."""
    names = [each.name for each in fields(Keys)]
    if sorted(untrusted) != sorted(names):
        raise ValueError("not the keys of a store")
    return Keys(*(unwrap_key(bytes.fromhex(untrusted[name]), kek) for name in names))


def unwrap_key(untrusted: bytes, kek: bytes) -> bytes:
    """One key. Raises `ValueError` for another wrapping key's, and for one of another length."""
    try:
        key = aes_key_unwrap(kek, untrusted)
    except InvalidUnwrap as error:
        raise ValueError("wrapped by another key") from error
    if len(key) != KEY_BYTES:  # SQLCipher takes any other length for a passphrase
        raise ValueError(f"not a key of {KEY_BYTES} bytes")
    return key


def check_value(key: bytes) -> str:
    """Tells one random key from another and nothing of either, in hex."""
    return hmac.digest(key, b"uketsuke/check value/1", "sha256")[:8].hex()
