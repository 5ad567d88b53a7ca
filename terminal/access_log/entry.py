"""One entry of the access log: an access with its place, time and terminal, and the exact bytes that stand for it.

Pure. The bytes are canonical JSON (RFC 8785; integers and strings only) and are what the tree is made of: an entry is
written once and never written anew. Reading refuses whatever would not be written the same way.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from terminal.access_log.access import Access, Action

VERSION = 1
_TEXTS = ("terminal", "actor", "visit", "subject", "method", "outcome", "reason")
_NAMES = frozenset({"v", "seq", "at", "action", "details", *_TEXTS})
_DETAIL = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Entry:
    """An access on record. `seq` is its place in the tree, from 0; `at` is UTC, whole milliseconds.

    `subject` is a keyed pseudonym in hex, empty where the access is about nobody: it tells that two entries are about
    the same person, and tells who only to someone who holds both the person's certificate and the key.
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


class EntryUnreadable(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """The bytes are not an entry as this program writes one."""


def enter(access: Access, *, seq: int, at: datetime, terminal: str, subject: str) -> Entry:
    """The entry for an access. Raises `ValueError` for a naive time or for details named twice or oddly."""
    if at.tzinfo is None:
        raise ValueError("the time of an entry is aware")
    names = [name for name, _ in access.details]
    if len(set(names)) < len(names) or not all(_DETAIL.fullmatch(name) for name in names):
        raise ValueError("each detail has a plain name of its own")
    at = at.astimezone(UTC)
    return Entry(
        seq,
        at.replace(microsecond=at.microsecond // 1000 * 1000),
        terminal,
        access.actor,
        access.action,
        access.visit,
        subject,
        access.method,
        access.outcome,
        access.reason,
        tuple(sorted(access.details)),
    )


def write_entry(entry: Entry) -> bytes:
    """The canonical bytes. Raises `ValueError` for text that UTF-8 cannot hold (a lone surrogate)."""
    fields = {name: getattr(entry, name) for name in _TEXTS} | {
        "v": VERSION,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "action": entry.action,
        "details": dict(entry.details),
    }
    # Python sorts by code point and RFC 8785 by UTF-16 unit: the same for our names, which are ASCII.
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def read_entry(untrusted: bytes) -> Entry:
    """The entry that these bytes stand for. Raises `EntryUnreadable`."""
    try:
        fields = json.loads(untrusted)
        if not isinstance(fields, dict) or fields.keys() != _NAMES or fields["v"] != VERSION:
            raise EntryUnreadable("not an entry of this version")
        texts = {name: fields[name] for name in _TEXTS}
        details = tuple(sorted(fields["details"].items()))
        if not all(isinstance(text, str) for text in (*texts.values(), *(text for _, text in details))):
            raise EntryUnreadable("a text is not a text")
        if not all(_DETAIL.fullmatch(name) for name, _ in details) or type(fields["seq"]) is not int:
            raise EntryUnreadable("a detail or the number is odd")
        at = datetime.fromisoformat(fields["at"])
        entry = Entry(seq=fields["seq"], at=at, action=Action(fields["action"]), details=details, **texts)
        is_canonical = write_entry(entry) == untrusted
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise EntryUnreadable("not an entry") from error
    if not is_canonical:
        raise EntryUnreadable("an entry, but not as it is written")
    return entry
