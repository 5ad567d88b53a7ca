"""What the tree is made of instead of an entry's bytes: salted commitments, so that fields can be left out of a copy.

Pure. An entry is stored as its own bytes, a newline, 32 hex digits of salt and 64 of a hash over a commitment for each
of its fields. The leaf holds that hash, by which a copy with masked fields is verified, and one over all stored bytes,
by which a store is: two hashes an entry, taking the commitments as given, as `check_fields` does not. Each commitment
has 128 bits of salt of its own, so nobody finds a masked value by trying all that it may be.

    {"bytes":"<hash of all stored bytes>","fields":"<hash over the commitments>"}

An entry whose bytes retention has deleted is this line alone: the tree stays as it was.
"""

import hashlib
import json
from binascii import hexlify
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import add
from struct import unpack
from typing import Final

SALT_BYTES: Final = 16
SEED_BYTES: Final = 16
HASH_DIGITS: Final = 64
BELOW: Final = 1 + 2 * SEED_BYTES + HASH_DIGITS  # bytes that stand below the entry's own
_MARK: Final = slice(-BELOW, 1 - BELOW)
_SALTS: Final = b"uketsuke/journal/salts/1\0"
LEAF: Final = b'{"bytes":"%b","fields":"%b"}'
_EMPTIED: Final = b'{"bytes":'
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class MaskWrong(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """The fields are not those that the leaf commits to, or a field is none that may be masked."""


@dataclass(frozen=True)
class OpenField:
    """A field that a copy shows: its value as text, and the salt that it was committed with, in hex."""

    salt: str
    value: str


@dataclass(frozen=True)
class MaskedField:
    """A field that a copy leaves out: its commitment, in hex."""

    commitment: str


CopiedField = OpenField | MaskedField


def seal(plain: bytes, seed: bytes) -> bytes:
    """An entry as it is stored: its bytes, and below them what it is committed with. `seed` is 16 random bytes."""
    fields = json.loads(plain)
    return seal_texts(plain, {name: _text(fields[name]) for name in sorted(fields)}, seed)


def seal_texts(plain: bytes, texts: Mapping[str, str], seed: bytes) -> bytes:
    """The same, where the texts of its fields are at hand, in the order of names."""
    # As `_over(_commitments(_open(plain, seed)))`, much faster: each access waits for it.
    salts = hashlib.shake_256(_SALTS + seed).digest(SALT_BYTES * len(texts))
    named = [f"{name}\0{text}".encode() for name, text in texts.items()]
    salted = map(add, unpack(f"{SALT_BYTES}s" * len(named), salts), named)
    commitments = [commitment.hexdigest() for commitment in map(hashlib.sha256, salted)]
    over = "\0%s\n".join([*texts, ""]) % tuple(commitments)
    return b"%b\n%b%b" % (plain, hexlify(seed), hexlify(hashlib.sha256(over.encode()).digest()))


def leaf_content(stored: bytes) -> bytes:
    """The bytes whose hash is the entry's leaf; what is not as `seal` writes it is its own, of nothing in any tree."""
    if not is_sealed(stored):
        return stored
    return LEAF % (hashlib.sha256(stored).hexdigest().encode(), stored[-HASH_DIGITS:])


def plain_of(stored: bytes) -> bytes:
    """The entry's own bytes."""
    return stored.partition(b"\n")[0]


def is_sealed(stored: bytes) -> bool:
    """Whether it has what it is committed with below it, as `seal` writes that."""
    return stored[_MARK] == b"\n"


def unsealed(lines: Iterable[bytes]) -> list[bytes]:
    """Those that `seal` has not written so."""
    return [line for line in lines if line[_MARK] != b"\n"]


def is_emptied(stored: bytes) -> bool:
    """Whether retention has deleted the entry's bytes."""
    return stored.startswith(_EMPTIED)


def check_fields(stored: bytes) -> None:
    """Raises `MaskWrong` unless the entry is what its commitments are of: else it was two different things at once."""
    if not is_emptied(stored):
        copied_fields(stored, ())


def copied_fields(stored: bytes, masked: Collection[str]) -> dict[str, CopiedField]:
    """Each field for a copy, open or masked. Raises `MaskWrong` where the commitments do not fit the entry."""
    plain, _, below = stored.partition(b"\n")
    try:
        opened = _open(plain, bytes.fromhex(below[: 2 * SEED_BYTES].decode()))
    except ValueError as error:
        raise MaskWrong("not an entry with its commitments") from error
    commitments = _commitments(opened)
    if below[2 * SEED_BYTES :] != _over(commitments).encode():
        raise MaskWrong("the commitments are not those of the entry")
    return {name: MaskedField(commitments[name]) if name in masked else field for name, field in opened.items()}


def check_copied(untrusted_leaf: bytes, seq: int, fields: Mapping[str, CopiedField]) -> None:
    """Raises `MaskWrong` unless the leaf commits to just these fields, and they are those of entry `seq`."""
    try:
        if json.loads(untrusted_leaf)["fields"] != _over(_commitments(fields)):
            raise MaskWrong("the fields are not those that it commits to")
        number = fields["seq"]
    except (ValueError, KeyError, TypeError) as error:
        raise MaskWrong(str(error) if isinstance(error, MaskWrong) else "not the fields of an entry") from error
    if not isinstance(number, OpenField) or number.value != str(seq):
        raise MaskWrong("the fields are those of another entry")


def masked_plain(plain: bytes, masked: Collection[str]) -> bytes:
    """The entry's bytes with the masked fields empty, for the forms of a copy that prove nothing."""
    if not masked:
        return plain
    fields = json.loads(plain)
    for name in masked:
        if name in fields:
            fields[name] = {} if isinstance(fields[name], dict) else ""
    return _CANONICAL.encode(fields).encode()


def commitment(name: str, value: str, salt: bytes) -> str:
    """SHA-256 over salt, name, a zero byte and value, in hex."""
    return hashlib.sha256(b"%b%b\0%b" % (salt, name.encode(), value.encode())).hexdigest()


def _open(plain: bytes, seed: bytes) -> dict[str, CopiedField]:
    """Each field as text, a text as it is and all else as canonical JSON, with the salt that the seed gives it."""
    fields = json.loads(plain)
    if not isinstance(fields, dict):
        raise ValueError("not an entry")  # noqa: TRY004  # of what was read, not of an argument
    # Pieces of one SHAKE-256 output, of which none tells anything of the others.
    stream = hashlib.shake_256(_SALTS + seed).hexdigest(SALT_BYTES * len(fields))
    digits = 2 * SALT_BYTES
    return {
        name: OpenField(stream[at * digits : (at + 1) * digits], _text(fields[name]))
        for at, name in enumerate(sorted(fields))
    }


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return _CANONICAL.encode(value)


def _commitments(fields: Mapping[str, CopiedField]) -> dict[str, str]:
    return {
        name: field.commitment
        if isinstance(field, MaskedField)
        else commitment(name, field.value, bytes.fromhex(field.salt))
        for name, field in fields.items()
    }


def _over(commitments: Mapping[str, str]) -> str:
    """One hash over all commitments, each with its name, in the order of names."""
    content = "".join(f"{name}\0{commitments[name]}\n" for name in sorted(commitments))
    return hashlib.sha256(content.encode()).hexdigest()
