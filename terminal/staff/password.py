"""Passwords: hashed with Argon2id (RFC 9106), compared by `cryptography`. Pure but for the salt.

Some 60 ms and 19 MiB each: what OWASP's "Password Storage" asks for at least, on the slowest desk. A password is
normalised (NFKC), so that full-width letters typed on another keyboard are the same.
"""

import os
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

LEAST: Final = 12
MOST_BYTES: Final = 512
_MEMORY_KIB: Final = 19 * 1024
_ITERATIONS: Final = 2


def hash_password(password: str) -> str:
    """The hash with its salt and settings, in PHC form."""
    derived = Argon2id(salt=os.urandom(16), length=32, iterations=_ITERATIONS, lanes=1, memory_cost=_MEMORY_KIB)
    return str(derived.derive_phc_encoded(_normal(password)))


NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + "A" * 43
"""The hash of no known password: compared with for somebody who is not enrolled, so that it takes as long."""


def is_password(password: str, hashed: str) -> bool:
    """Whether it is the password, in constant time. Raises `ValueError` for what is no hash."""
    try:
        Argon2id.verify_phc_encoded(_normal(password), hashed)
    except InvalidKey:
        return False
    return True


def weakness(password: str, id: str) -> str:  # noqa: A002  # the field's word
    """Why it cannot be a password, in words; empty when it can (NIST SP 800-63B, 5.1.1.2: long, no rules of signs)."""
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < LEAST:
        return f"a password has at least {LEAST} characters; several words are easiest to keep"
    if len(normal.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return f"a password has at most {MOST_BYTES} bytes"
    if id in normal.lower() or len(set(normal)) < LEAST // 2:
        return "a password must not hold the id, and not the same few characters over and over"
    return ""


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")[: MOST_BYTES + 1]
