"""Whether a log is as it was written: finds any change, deletion, insertion or reordering, and the first bad entry.

Pure. One pass, whatever the length. Each entry is held against its place, its own hash and the checkpoints signed over
it. What stored bytes alone cannot show, and so this cannot see:

- a log written anew by someone who holds the signing key;
- an old copy of the whole log put in the place of a newer one, or the newest entries taken away together with their
  checkpoints: what is left is a log that was once whole.

Both are seen with a `Head` noted elsewhere (on paper, by another machine) and handed in. A checkpoint taken away from
between others goes unnoticed, for nothing rests on it: the next one speaks for the same entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, open_note
from terminal.access_log.entry import EntryUnreadable, read_entry
from terminal.access_log.tree import HASH_BYTES, Frontier, leaf_hash


@dataclass(frozen=True)
class StoredEntry:
    """An entry as it lies on disk: the number it is kept under, its bytes, and the leaf hash kept beside them."""

    seq: int
    line: bytes
    leaf: bytes


@dataclass(frozen=True)
class StoredNote:
    """A signed checkpoint as it lies on disk, with the size that it is kept under."""

    size: int
    text: str


@dataclass(frozen=True)
class Head:
    """How long a log was, and its root then. Written as `SIZE:ROOT`, the root in hex."""

    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.size}:{self.root.hex()}"

    @classmethod
    def of_text(cls, text: str) -> "Head":
        """Reads `SIZE:ROOT`. Raises `ValueError`."""
        size, _, root = text.partition(":")
        head = cls(int(size), bytes.fromhex(root))
        if head.size < 0 or len(head.root) != HASH_BYTES:
            raise ValueError("a head is SIZE:ROOT, the root being 64 hex digits")
        return head


class Finding(StrEnum):
    """What is wrong with the first bad entry."""

    MISSING = "it is missing"
    MISPLACED = "it stands in the wrong place"
    CHANGED = "its bytes are not those that its hash was made of"
    UNREADABLE = "it is not an entry as this program writes one"
    NOT_AS_SIGNED = "it does not match the checkpoint signed over it"
    NOT_SIGNED = "no checkpoint was signed over it"
    NOT_AS_NOTED = "the head noted elsewhere is that of another log"


@dataclass(frozen=True)
class Intact:
    """Every entry is as it was written; `head` is worth noting elsewhere."""

    head: Head


@dataclass(frozen=True)
class Broken:
    """The first bad entry is `first`, or lies from `first` to `last` where nothing tells closer."""

    first: int
    last: int
    finding: Finding


Report = Intact | Broken


def verify(
    entries: Iterable[StoredEntry], notes: Iterable[StoredNote], key: LogKey, noted: Head | None = None
) -> Report:
    """Holds `entries` against signed `notes`, both in the order of the log; the last note must be over all entries.

    With every note, the first bad entry is found exactly. The last note alone is enough to tell that there is one, and
    is several times as fast.
    """
    unread = iter(entries)
    frontier = Frontier()
    signed: int | None = None  # how many entries the last good note speaks for
    for note in notes:
        for stored in islice(unread, max(0, note.size - frontier.size)):
            if finding := _look_at(stored, frontier.size):
                return Broken(frontier.size, frontier.size, finding)
            frontier = frontier.append(stored.leaf)
            if noted and noted.size == frontier.size and noted.root != frontier.root():
                return Broken(0, noted.size - 1, Finding.NOT_AS_NOTED)
        if frontier.size < note.size:
            return Broken(frontier.size, frontier.size, Finding.MISSING)
        if not _is_signed(note, Checkpoint(key.name, frontier.size, frontier.root()), key):
            first = min(signed or 0, max(0, frontier.size - 1))
            return Broken(first, max(first, frontier.size - 1), Finding.NOT_AS_SIGNED)
        signed = frontier.size
    if signed is None or next(unread, None) is not None:
        return Broken(frontier.size, frontier.size, Finding.NOT_SIGNED)
    if noted and noted.size > frontier.size:
        return Broken(frontier.size, noted.size - 1, Finding.MISSING)
    return Intact(Head(frontier.size, frontier.root()))


def _look_at(stored: StoredEntry, place: int) -> Finding | None:
    """What an entry alone shows to be wrong with it."""
    if stored.seq != place:
        return Finding.MISSING if stored.seq > place else Finding.MISPLACED
    if leaf_hash(stored.line) != stored.leaf:
        return Finding.CHANGED
    try:
        entry = read_entry(stored.line)
    except EntryUnreadable:
        return Finding.UNREADABLE
    return None if entry.seq == place else Finding.MISPLACED


def _is_signed(note: StoredNote, checkpoint: Checkpoint, key: LogKey) -> bool:
    try:
        return open_note(note.text, key) == checkpoint
    except CheckpointWrong:
        return False
