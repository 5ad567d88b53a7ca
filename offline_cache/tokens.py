"""Answers about booked patients from the night before, as signed tokens, found by the numbers that were asked with.

What is read is verified each time: whoever could write the file but not sign gets no answer shown. Their end is at most
`MAX_AGE` away, and they are deleted then; the numbers themselves are in no column, only under a keyed hash.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from offline_cache.cache import MAX_AGE
from offline_cache.database import Database
from offline_cache.keys import Keys
from terminal.certificate import JST
from terminal.coverage import Coverage, Recalled
from terminal.eligibility.number_query import Insured
from terminal.outbox.token import Token, open_token, sign_token, token_key

_LOOKUP_DOMAIN = b"uketsuke/token/number/1\0"


class SqlTokens:
    """What `terminal/eligibility/check.py` and the bookings need of a store, for use from any thread."""

    def __init__(self, database: Database, keys: Keys, max_age: timedelta = MAX_AGE) -> None:
        self._database = database
        self._lookup_key = keys.lookup
        self._key = token_key(keys.signing)
        self._public_key = self._key.public_key()
        self._max_age = max_age

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        """Keeps a confirmed answer in place of the one before, and drops those whose end has come."""
        lookup = self._lookup(insured)
        ends = (as_of + self._max_age).astimezone(JST).date()
        if coverage.ends is not None:
            ends = min(ends, coverage.ends)
        token = sign_token(lookup, Recalled(coverage, as_of, ends), self._key)
        row = (lookup, ends.isoformat(), token.content, token.signature)
        with self._database.transaction():
            self._database.rows("DELETE FROM token WHERE ends < ?", as_of.astimezone(JST).date().isoformat())
            self._database.rows("INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?)", *row)

    def tidy(self, now: datetime) -> int:
        """Drops those whose end has come; how many."""
        return self._database.change("DELETE FROM token WHERE ends < ?", now.astimezone(JST).date().isoformat())

    def forget_by_number(self, insured: Insured) -> None:
        """Drops what was kept for those numbers."""
        self._database.rows("DELETE FROM token WHERE lookup = ?", self._lookup(insured))

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        """The answer; None when there is none, it was changed, or `now` is not between its day and its end."""
        lookup = self._lookup(insured)
        for content, signature in self._database.rows("SELECT content, signature FROM token WHERE lookup = ?", lookup):
            return open_token(Token(content, signature), lookup, self._public_key, now)
        return None

    def _lookup(self, insured: Insured) -> bytes:
        return hmac.digest(self._lookup_key, _LOOKUP_DOMAIN + sha256(insured.key).digest(), "sha256")
