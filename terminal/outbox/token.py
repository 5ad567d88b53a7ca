"""An answer from the night before as a signed, dated token: canonical JSON and an Ed25519 signature (RFC 8032). Pure.

A token is for one person, by a keyed hash that is signed with it, and for a time. One that was changed, or moved to
another person, or is not yet or no longer good is no answer at all.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from terminal.certificate import JST
from terminal.coverage import Coverage, Recalled
from terminal.outbox.coverage_json import coverage_fields, coverage_of

VERSION = 1
CLOCK_SLACK = timedelta(minutes=5)
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_KEY_DOMAIN = b"uketsuke/token/signing/1"


@dataclass(frozen=True)
class Token:
    """What is signed, byte for byte, and the signature's 64 bytes."""

    content: bytes = field(repr=False)
    signature: bytes


def token_key(signing_seed: bytes) -> Ed25519PrivateKey:
    """The tokens' own key, derived from the log's seed (RFC 5869): neither is ever taken for the other's signature."""
    return Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, None, _KEY_DOMAIN).derive(signing_seed))


def sign_token(person: bytes, recalled: Recalled, key: Ed25519PrivateKey) -> Token:
    """A token for whom the keyed hash `person` stands for."""
    content = _canonical(person, recalled)
    return Token(content, key.sign(content))


def open_token(token: Token, person: bytes, key: Ed25519PublicKey, now: datetime) -> Recalled | None:
    """The answer; None where the signature, the person or the time is not right."""
    try:
        key.verify(token.signature, token.content)
        untrusted = json.loads(token.content)
        coverage: Coverage = coverage_of(untrusted["coverage"])
        as_of, ends = datetime.fromisoformat(untrusted["as_of"]), date.fromisoformat(untrusted["ends"])
        recalled = Recalled(coverage, as_of, ends)
        if token.content != _canonical(person, recalled):  # another person's, another version, or not canonical
            return None
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return recalled if as_of <= now + CLOCK_SLACK and now.astimezone(JST).date() <= ends else None


def _canonical(person: bytes, recalled: Recalled) -> bytes:
    """Keys sorted, no spaces, UTF-8: one way of writing each content."""
    content = {
        "v": VERSION,
        "for": person.hex(),
        "as_of": recalled.as_of.isoformat(),
        "ends": recalled.ends.isoformat(),
        "coverage": coverage_fields(recalled.coverage),
    }
    return _CANONICAL.encode(content).encode()
