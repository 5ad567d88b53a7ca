"""Who a patient is, as the one entry of a check-in that first learns it carries it: sealed to the auditors. Pure.

Law: the least that names a person, and never in the open. The log's writer seals it to a public key whose private half
is not on the machine; without such a key nothing is written. Whoever unseals it is on record first.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from terminal.access_log.access import Identity
from terminal.access_log.entry import read_verified
from terminal.access_log.masking import is_emptied

_BLOCK = 128  # bytes that the length is rounded up to: how long a name is would tell of it
_FIELD = b'"identity":"'
Open = Callable[[str], bytes]
"""Opens what an entry's field `identity` holds. Raises `ValueError` for what another key was meant for."""


@dataclass(frozen=True)
class Named:
    """What entry `seq` says of who a patient is; None where this key does not open it."""

    seq: int
    identity: Identity | None = field(repr=False)


def write_identity(identity: Identity) -> bytes:
    """JSON, with spaces up to a whole number of 128 bytes."""
    born = identity.birth_date.isoformat() if identity.birth_date else ""
    content = {"name": identity.name, "kana": identity.kana, "birth_date": born}
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return written.ljust(-(-len(written) // _BLOCK) * _BLOCK)


def read_identity(untrusted: bytes) -> Identity:
    """Reads it again. Raises `ValueError`."""
    try:
        content = json.loads(untrusted)
        born = content["birth_date"]
        return Identity(str(content["name"]), str(content["kana"]), date.fromisoformat(born) if born else None)
    except (KeyError, TypeError) as error:
        raise ValueError("not an identity") from error


def identities(lines: Iterable[tuple[int, bytes]], subject: str, open_field: Open) -> Iterator[Named]:
    """What the entries about one pseudonym say of who that is, in their order; nothing of anyone else is opened."""
    about = f'"subject":"{subject}"'.encode()
    for seq, line in lines:
        if _FIELD not in line or about not in line or is_emptied(line):
            continue
        entry = read_verified(line)
        if entry.subject == subject and entry.identity:  # a text may look like the fields
            yield Named(seq, _opened(entry.identity, open_field))


def _opened(sealed: str, open_field: Open) -> Identity | None:
    try:
        return read_identity(open_field(sealed))
    except ValueError:
        return None
