"""Whether a stored log is as it was written: finds any change, deletion, insertion or reordering, and where it begins.

Pure. One pass and little memory, whatever the length. Each entry is held against its place and its tag, the tree over
all of them against the hashes kept, the checkpoints signed over it and the tagged end. What stored bytes alone cannot
show, and so this cannot see:

- a log written anew by someone who holds its keys;
- an old copy of the whole log put in the place of a newer one.

Both are seen with a `Head` noted elsewhere (on paper, by another machine) and handed in. A checkpoint taken away from
between others goes unnoticed, for nothing rests on it: the next one speaks for the same entries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, open_note
from terminal.access_log.entry import EntryUnreadable, seq_of
from terminal.access_log.tag import TagKey
from terminal.access_log.tree import HASH_BYTES, TILE_WIDTH, Frontier, leaf_hash, tiles_over


class StoredEntry(NamedTuple):
    """An entry as it lies on disk: the number it is kept under, its bytes, and their tag."""

    seq: int
    line: bytes
    tag: bytes


class StoredNote(NamedTuple):
    """A signed checkpoint as it lies on disk, with the size that it is kept under."""

    size: int
    text: str


class StoredEnd(NamedTuple):
    """Where a log says that it ends: after `size` entries, the last checkpoint being over the first `signed`."""

    size: int
    signed: int
    tag: bytes


@dataclass(frozen=True)
class StoredLog:
    """A whole log as it lies on disk, in order. `tile` gives the hash kept at a level and place, one of `tiles`."""

    entries: Iterable[StoredEntry]
    notes: Iterable[StoredNote]
    end: StoredEnd | None
    tile: Callable[[int, int], bytes | None]
    tiles: int


@dataclass(frozen=True)
class LogKeys:
    """What a log is held against: the public key of its checkpoints and the secret one of its tags."""

    log: LogKey
    tags: TagKey


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
    CHANGED = "its bytes are not those that were written"
    NOT_AS_HASHED = "its bytes and the hash kept of it do not agree"
    UNREADABLE = "it is not an entry as this program writes one"
    HASH_CHANGED = "the hash kept over it is not its own"
    NOT_AS_SIGNED = "it does not match the checkpoint signed over it"
    NOT_SIGNED = "what was signed or noted over it is gone"
    END_CHANGED = "the log does not end as it was written: it was cut off, or its end replaced"
    NOT_AS_NOTED = "the head noted elsewhere is that of another log"


@dataclass(frozen=True)
class Intact:
    """Every entry is as it was written; `head` is worth noting elsewhere. The first `signed` are under a checkpoint."""

    head: Head
    signed: int


@dataclass(frozen=True)
class Broken:
    """The first bad entry is `first`, or lies from `first` to `last` where nothing tells closer."""

    first: int
    last: int
    finding: Finding


Report = Intact | Broken


def verify(log: StoredLog, keys: LogKeys, noted: Head | None = None) -> Report:
    """Holds a stored log against its keys, and against a head noted elsewhere."""
    walk = _Walk(log, keys.tags, noted)
    signed: int | None = None  # how many entries the last good note speaks for
    for note in log.notes:
        if broken := walk.to(note.size):
            return broken
        size = walk.frontier.size
        if size < note.size:
            return Broken(size, size, Finding.MISSING)
        if not _is_signed(note, Checkpoint(keys.log.name, size, walk.frontier.root()), keys.log):
            first = min(signed or 0, max(0, size - 1))
            return Broken(first, max(first, size - 1), Finding.NOT_AS_SIGNED)
        signed = size
    if broken := walk.to(None):
        return broken
    if log.tiles != tiles_over(walk.frontier.size):
        return Broken(walk.frontier.size, walk.frontier.size, Finding.HASH_CHANGED)
    return _at_the_end(log.end, walk.frontier, signed, keys, noted)


def _at_the_end(end: StoredEnd | None, tree: Frontier, signed: int | None, keys: LogKeys, noted: Head | None) -> Report:
    if end is None or signed is None:
        return Broken(0, 0, Finding.NOT_SIGNED)
    if tree.size < end.size:
        return Broken(tree.size, tree.size, Finding.MISSING)
    if tree.size > end.size:
        return Broken(end.size, end.size, Finding.NOT_SIGNED)
    if end.tag != keys.tags.of_end(keys.log.name, tree.size, tree.root(), end.signed):
        return Broken(tree.size, tree.size, Finding.END_CHANGED)
    if signed != end.signed:
        return Broken(signed, end.signed - 1, Finding.NOT_SIGNED)
    if noted and noted.size > tree.size:
        return Broken(tree.size, noted.size - 1, Finding.MISSING)
    return Intact(Head(tree.size, tree.root()), signed)


class _Walk:
    """Reads entries in their order and grows the tree over them."""

    def __init__(self, log: StoredLog, tags: TagKey, noted: Head | None) -> None:
        self.frontier = Frontier()
        self._unread = iter(log.entries)
        self._tile = log.tile
        self._tags = tags
        self._noted = noted

    def to(self, size: int | None) -> Broken | None:
        """Reads on until there are `size` entries or no more, or tells of the first bad one."""
        while size is None or self.frontier.size < size:
            before = self.frontier.size
            stops = [before - before % TILE_WIDTH + TILE_WIDTH, size, self._noted.size if self._noted else None]
            stop = min(each for each in stops if each is not None and each > before)
            leaves, finding = self._leaves(stop - before)
            is_tile = before + len(leaves) == stops[0]
            self.frontier = self.frontier.extend(leaves[:-1] if is_tile else leaves)
            if is_tile:
                finding = finding or self._end_tile(leaves[-1])
            if finding:
                return Broken(self.frontier.size, self.frontier.size, finding)
            if self._noted and self._noted.size == self.frontier.size and self._noted.root != self.frontier.root():
                return Broken(0, self._noted.size - 1, Finding.NOT_AS_NOTED)
            if self.frontier.size < stop:
                break
        return None

    def _leaves(self, count: int) -> tuple[list[bytes], Finding | None]:
        leaves: list[bytes] = []
        for place, stored in enumerate(islice(self._unread, count), self.frontier.size):
            if finding := _look_at(stored, place, self._tags):
                return leaves, finding
            leaves.append(leaf_hash(stored.line))
        return leaves, None

    def _end_tile(self, leaf: bytes) -> Finding | None:
        """Adds the last leaf of a tile, and holds each tile that it completes against the hash kept."""
        whole = self.frontier.tiles_completed_by(leaf)
        if any(self._tile(each.level, each.place) != each.hash for each in whole):
            return Finding.HASH_CHANGED
        self.frontier = self.frontier.append(leaf)
        return None


def _look_at(stored: StoredEntry, place: int, tags: TagKey) -> Finding | None:
    """What an entry alone shows to be wrong with it."""
    if stored.seq != place:
        return Finding.MISSING if stored.seq > place else Finding.MISPLACED
    is_as_written = tags.of_entry(place, stored.line) == stored.tag
    try:
        is_in_place = seq_of(stored.line) == place
    except EntryUnreadable:
        return Finding.UNREADABLE if is_as_written else Finding.CHANGED
    if not is_in_place:
        return Finding.MISPLACED
    return None if is_as_written else Finding.CHANGED


def _is_signed(note: StoredNote, checkpoint: Checkpoint, key: LogKey) -> bool:
    try:
        return open_note(note.text, key) == checkpoint
    except CheckpointWrong:
        return False
