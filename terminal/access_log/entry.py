"""One entry of the access log: an access with its place, time and terminal, and the exact bytes that stand for it.

Pure. The bytes are canonical JSON (RFC 8785; integers and strings only) and are what the tree is made of: an entry is
written once and never written anew. Reading refuses whatever would not be written the same way.

There are two versions; `schema/` has a JSON Schema of each. The second is written, and a log may begin with the first.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted  # a text in JSON, as `ensure_ascii=False` writes it
from typing import Any

from terminal.access_log.access import Access, Action
from terminal.access_log.masking import plain_of

VERSION = 2
_FIRST_MASKABLE = ("terminal", "actor", "visit", "subject", "method", "outcome", "reason", "details")
_SECOND = ("role", "sign_in", "helper", "purpose", "items", "upstream", "clock", "consent", "identity")
_FIRST = frozenset({*_FIRST_MASKABLE, "v", "seq", "at", "action"})
MASKABLE = frozenset({*_FIRST_MASKABLE, *_SECOND})
"""The fields that a copy may leave out."""
_BARE = frozenset({"consent", "details", "provisional", "seq", "v"})  # not texts
_DETAIL = re.compile(r"[a-z][a-z0-9_]*")
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_NAMED = rb'\{(?:"[a-z][a-z0-9_]*+":%b,?)*+\}' % _TEXT
_AT, _SEQ = rb'"([0-9T:.-]++Z)"', rb"(0|[1-9][0-9]*+)"
_FIRST_SHAPE = re.compile(
    rb'\{"action":"[a-z_]++","actor":%b,"at":%b,"details":%b,"method":%b,'
    rb'"outcome":%b,"reason":%b,"seq":%b,"subject":%b,"terminal":%b,"v":1,"visit":%b\}'
    % (_TEXT, _AT, _NAMED, *(_TEXT,) * 3, _SEQ, *(_TEXT,) * 3)
)
_SHAPE = re.compile(
    rb'\{"action":"[a-z_]++","actor":%b,"at":%b,"clock":%b,"consent":%b,"details":%b,"helper":%b,'
    rb'(?:"identity":"[A-Za-z0-9+/]++=*+",)?"items":%b,'
    rb'"method":%b,"outcome":%b,"provisional":(?:true|false),"purpose":%b,"reason":%b,"role":%b,"seq":%b,"sign_in":%b,'
    rb'"subject":%b,"terminal":%b,"upstream":%b,"v":2,"visit":%b\}'
    % (_TEXT, _AT, _TEXT, _NAMED, _NAMED, *(_TEXT,) * 7, _SEQ, *(_TEXT,) * 5)
)


@dataclass(frozen=True)
class Entry:
    """An access on record. `seq` is its place in the tree, from 0; `at` is UTC, whole milliseconds.

    `subject` is a keyed pseudonym in hex, empty where the access is about nobody: it tells that two entries are about
    the same person, and tells who only to someone who holds both the person's certificate and the key. `items` are
    kinds of data, with spaces between. What follows `details` is unknown in an entry of the first version. `identity`
    is who the person is, sealed to the auditors (`identity.py`): only the entry that first learns it has that field.
    """

    seq: int
    at: datetime
    terminal: str
    actor: str
    action: Action
    visit: str
    subject: str
    method: str
    outcome: str
    reason: str
    details: tuple[tuple[str, str], ...]
    role: str = ""
    sign_in: str = ""
    helper: str = ""
    purpose: str = ""
    items: str = ""
    consent: tuple[tuple[str, str], ...] = ()
    upstream: str = ""
    is_provisional: bool = False
    clock: str = ""
    version: int = 1
    identity: str = ""


class EntryUnreadable(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """The bytes are not an entry as this program writes one."""


def enter(
    access: Access, *, seq: int, at: datetime, terminal: str, subject: str, clock: str = "", identity: str = ""
) -> Entry:
    """The entry for an access; `clock` says how far the time is to be trusted, `identity` is the sealed one.

    Raises `ValueError` for a naive time or for details named twice or oddly.
    """
    if at.tzinfo is None:
        raise ValueError("the time of an entry is aware")
    for named in filter(None, (access.details, access.consent)):
        names = [name for name, _ in named]
        if len(set(names)) < len(names) or not all(map(_DETAIL.fullmatch, names)):
            raise ValueError("each detail has a plain name of its own")
    at = at.astimezone(UTC)
    ours = {
        "seq": seq,
        "at": at.replace(microsecond=at.microsecond // 1000 * 1000),
        "terminal": terminal,
        "subject": subject,
        "details": tuple(sorted(access.details)),
        "items": " ".join(access.items),
        "consent": tuple(sorted(access.consent)),
        "clock": clock,
        "version": VERSION,
        "identity": identity,
    }
    return _made(vars(access) | ours)


def write_entry(entry: Entry) -> bytes:
    """The canonical bytes, in its own version. Raises `ValueError` for text that UTF-8 cannot hold."""
    return write_texts(texts_of(entry))


def texts_of(entry: Entry) -> dict[str, str]:
    """What is written of an entry, in its own version and the order of names: a text as it is, all else as JSON."""
    texts = {
        "action": entry.action,
        "actor": entry.actor,
        "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "clock": entry.clock,
        "consent": _named_text(entry.consent),
        "details": _named_text(entry.details),
        "helper": entry.helper,
        "identity": entry.identity,
        "items": entry.items,
        "method": entry.method,
        "outcome": entry.outcome,
        "provisional": "true" if entry.is_provisional else "false",
        "purpose": entry.purpose,
        "reason": entry.reason,
        "role": entry.role,
        "seq": str(entry.seq),
        "sign_in": entry.sign_in,
        "subject": entry.subject,
        "terminal": entry.terminal,
        "upstream": entry.upstream,
        "v": str(entry.version),
        "visit": entry.visit,
    }
    if not entry.identity:
        del texts["identity"]
    return texts if entry.version != 1 else {name: text for name, text in texts.items() if name in _FIRST}


def write_texts(texts: Mapping[str, str]) -> bytes:
    """The canonical bytes for the fields of an entry, in a third of `json`'s time. Raises as `write_entry` does."""
    # Python sorts by code point and RFC 8785 by UTF-16 unit: the same for our names, which are ASCII.
    members = [f'"{name}":{text if name in _BARE else quoted(text)}' for name, text in texts.items()]
    return f"{{{','.join(members)}}}".encode()


def _named_text(named: Iterable[tuple[str, str]]) -> str:
    return f"{{{','.join([f'{quoted(name)}:{quoted(value)}' for name, value in sorted(named)])}}}" if named else "{}"


def seq_of(untrusted: bytes) -> int:
    """The number in bytes that look like an entry, some twenty times as fast as reading it whole.

    Raises `EntryUnreadable`; what passes may still be refused by `read_entry`.
    """
    return int(_shaped(untrusted)[2])


def time_of(untrusted: bytes) -> datetime:
    """The time in bytes that look like an entry, as fast. Raises `EntryUnreadable`."""
    try:
        return datetime.fromisoformat(_shaped(untrusted)[1].decode())
    except ValueError as error:
        raise EntryUnreadable("an entry at no time") from error


def read_entry(untrusted: bytes) -> Entry:
    """The entry that these bytes stand for, with its commitments below or without. Raises `EntryUnreadable`."""
    untrusted = plain_of(untrusted)
    seq = int(_shaped(untrusted)[2])  # and with it, that each field is there and of its kind
    try:
        fields = json.loads(untrusted)
        fields |= {"seq": seq, "at": datetime.fromisoformat(fields["at"]), "action": Action(fields["action"])}
        entry = Entry(**_renamed(fields))
        is_canonical = write_entry(entry) == untrusted
    except (ValueError, TypeError, OverflowError) as error:
        raise EntryUnreadable("not an entry") from error
    if not is_canonical:
        raise EntryUnreadable("an entry, but not as it is written")
    return entry


def read_verified(line: bytes) -> Entry:
    """The entry in bytes that were found intact before, in a third of the time. Raises `EntryUnreadable`."""
    try:
        fields = json.loads(plain_of(line))
        fields["at"] = datetime.fromisoformat(fields["at"])
        fields["action"] = Action(fields["action"])
        fields = _renamed(fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EntryUnreadable("not an entry") from error
    return _made(fields)


def _made(fields: dict[str, Any]) -> Entry:
    """The entry with these fields. A frozen dataclass sets them one by one, which takes longer than all the rest."""
    entry = object.__new__(Entry)
    vars(entry).update(fields)
    return entry


def _renamed(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as an `Entry` calls them; what the first version lacks, it has by default."""
    fields["details"] = tuple(sorted(fields["details"].items()))
    fields["version"] = fields.pop("v")
    if fields["version"] != 1:
        fields["consent"] = tuple(sorted(fields["consent"].items()))
        fields["is_provisional"] = fields.pop("provisional")
    return fields


def _shaped(untrusted: bytes) -> re.Match[bytes]:
    plain = plain_of(untrusted)
    shaped = _SHAPE.fullmatch(plain) or _FIRST_SHAPE.fullmatch(plain)
    if shaped is None:
        raise EntryUnreadable("not an entry")
    return shaped
