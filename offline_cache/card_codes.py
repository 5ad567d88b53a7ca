"""Card codes that patients want remembered, in the cache's file: each encrypted so that only its own card opens it.

The key comes from the store's key and the card's certificate together, and the certificate is not on this machine: a
copy of the file, even with the store's keys, opens no code without the card itself. A code is never in a name or a log.
"""

import hmac
import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from offline_cache.database import Database
from terminal.certificate import JST

MAX_AGE = timedelta(days=365)
_LOOKUP_DOMAIN = b"uketsuke/cache/card code/lookup/1\0"
_SEAL_DOMAIN = b"uketsuke/cache/card code/seal/1"
_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2


class SqlCardCodes:
    """The port `CardCodes`, for use from any thread. A code is kept for `max_age` after it was typed, at most."""

    def __init__(self, database: Database, key: bytes, max_age: timedelta = MAX_AGE) -> None:
        self._database = database
        self._key = key
        self._max_age = max_age

    def remember(self, certificate: bytes, code: str, card_expires: date, now: datetime) -> None:
        """Keeps a code in place of the one before, and drops those whose end has come."""
        today = now.astimezone(JST).date()
        lookup, nonce = self._lookup(certificate), secrets.token_bytes(_NONCE_BYTES)
        ends = min(card_expires, today + self._max_age).isoformat()
        sealed = nonce + self._cipher(certificate).encrypt(nonce, code.encode(), lookup + ends.encode())
        with self._database.transaction():
            self._database.rows("DELETE FROM card_code WHERE ends < ?", today.isoformat())
            self._database.rows("INSERT OR REPLACE INTO card_code VALUES (?, ?, ?)", lookup, ends, sealed)

    def recall(self, certificate: bytes, now: datetime) -> str | None:
        """The code; None when there is none, its end has come, or someone changed the row."""
        lookup = self._lookup(certificate)
        rows = self._database.rows("SELECT ends, sealed FROM card_code WHERE lookup = ?", lookup)
        if not rows or rows[0][0] < now.astimezone(JST).date().isoformat():
            return None
        ends, sealed = rows[0]
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher(certificate).decrypt(nonce, ciphertext, lookup + ends.encode()).decode()
        except InvalidTag:
            return None

    def forget(self, certificate: bytes) -> None:
        """Drops what was kept."""
        self._database.rows("DELETE FROM card_code WHERE lookup = ?", self._lookup(certificate))

    def close(self) -> None:
        """The file is the cache's, which closes it."""

    def _lookup(self, certificate: bytes) -> bytes:
        return hmac.digest(self._key, _LOOKUP_DOMAIN + sha256(certificate).digest(), "sha256")

    def _cipher(self, certificate: bytes) -> AESGCM:
        derived = HKDF(SHA256(), length=32, salt=sha256(certificate).digest(), info=_SEAL_DOMAIN)
        return AESGCM(derived.derive(self._key + certificate))
