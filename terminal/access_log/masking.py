"""What the tree is made of instead of an entry's bytes: salted commitments, so that fields can be left out of a copy.

Pure. An entry is stored as its own bytes, a newline and what it is committed with. The leaf holds nothing but hashes:
one over the whole entry, which a store is verified by, and one over a commitment for each field, by which a copy with
masked fields is. Each has 128 bits of salt of its own, so nobody finds a masked value by trying all that it may be.

    {"fields":"<hash over the commitments>","plain":"<hash of salt and entry>","seq":3,"v":1}

An entry whose bytes retention has deleted is this line alone: the tree stays as it was. An entry from before there were
commitments is its own leaf, and can be left out of a copy only as a whole.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

SALT_BYTES: Final = 16
SEED_BYTES: Final = 16
_EMPTIED: Final = re.compile(rb'\{"fields":"[0-9a-f]{64}","plain":"[0-9a-f]{64}","seq":(0|[1-9][0-9]*+),"v":1\}')
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
    values = _values(plain)
    commitments = {
        name: commitment(name, values[name], salt)
        for name, salt in zip(sorted(values), _salts(seed, len(values)), strict=True)
    }
    # The number comes last: `leaf_content` cuts the others out by their place.
    return b'%b\n{"fields":"%b","salt":"%b","seq":%b}' % (
        plain,
        _over(commitments).encode(),
        seed.hex().encode(),
        values["seq"].encode(),
    )


def leaf_content(stored: bytes) -> bytes:
    """The bytes whose hash is the entry's leaf."""
    plain, cut, committed = stored.partition(b"\n")
    if not cut:
        return stored
    fields, salt, seq = committed[11:75], committed[85:117], committed[125:-1]
    if committed != b'{"fields":"%b","salt":"%b","seq":%b}' % (fields, salt, seq):
        return stored  # not as `seal` writes it: the leaf of nothing that is in any tree
    digest = hashlib.sha256(salt + plain).hexdigest().encode()
    return b'{"fields":"%b","plain":"%b","seq":%b,"v":1}' % (fields, digest, seq)


def plain_of(stored: bytes) -> bytes:
    """The entry's own bytes."""
    return stored.partition(b"\n")[0]


def is_emptied(stored: bytes) -> bool:
    """Whether retention has deleted the entry's bytes."""
    return stored.startswith(b'{"fields":')


def is_maskable(stored: bytes) -> bool:
    """Whether single fields of the entry can be masked: it was stored with commitments."""
    return b"\n" in stored


def emptied_seq(stored: bytes) -> int | None:
    """The number in the leaf of an entry whose bytes are gone; None for anything else."""
    found = _EMPTIED.fullmatch(stored)
    return int(found[1]) if found else None


def copied_fields(stored: bytes, masked: Collection[str]) -> dict[str, CopiedField]:
    """Each field for a copy, open or masked; none for an entry without commitments.

    Raises `MaskWrong` where the commitments do not fit the entry: whoever wrote it wrote two different things.
    """
    plain, cut, committed = stored.partition(b"\n")
    if not cut:
        return {}
    values = _values(plain)
    names = sorted(values)
    opened = {
        name: OpenField(salt.hex(), values[name])
        for name, salt in zip(names, _salts(bytes.fromhex(committed[85:117].decode()), len(names)), strict=True)
    }
    commitments = {name: _commitment_of(name, field) for name, field in opened.items()}
    if _over(commitments).encode() != committed[11:75]:
        raise MaskWrong("the commitments are not those of the entry")
    return {name: MaskedField(commitments[name]) if name in masked else field for name, field in opened.items()}


def check_copied(untrusted_leaf: bytes, fields: Mapping[str, CopiedField]) -> None:
    """Raises `MaskWrong` unless the leaf commits to just these fields."""
    try:
        leaf = json.loads(untrusted_leaf)
        commitments = {name: _commitment_of(name, field) for name, field in fields.items()}
        if leaf["fields"] != _over(commitments):
            raise MaskWrong("the fields are not those that it commits to")
        seq = fields["seq"]
        is_its_own = isinstance(seq, OpenField) and seq.value == str(leaf["seq"])
    except (ValueError, KeyError, TypeError) as error:
        raise MaskWrong(str(error) if isinstance(error, MaskWrong) else "not the fields of an entry") from error
    if not is_its_own:
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


def _commitment_of(name: str, field: CopiedField) -> str:
    if isinstance(field, MaskedField):
        return field.commitment
    return commitment(name, field.value, bytes.fromhex(field.salt))


def _over(commitments: Mapping[str, str]) -> str:
    """One hash over all commitments, each with its name, in the order of names."""
    content = "".join(f"{name}\0{commitments[name]}\n" for name in sorted(commitments))
    return hashlib.sha256(content.encode()).hexdigest()


def _salts(seed: bytes, count: int) -> Iterable[bytes]:
    """A salt for each field: pieces of one SHAKE-256 output, of which none tells anything of the others."""
    stream = hashlib.shake_256(b"uketsuke/journal/salts/1\0" + seed).digest(SALT_BYTES * count)
    return (stream[at : at + SALT_BYTES] for at in range(0, len(stream), SALT_BYTES))


def _values(plain: bytes) -> dict[str, str]:
    """Each field as text: a text as it is, all else as canonical JSON."""
    fields = json.loads(plain)
    return {name: value if isinstance(value, str) else _CANONICAL.encode(value) for name, value in fields.items()}
