"""Whether a stored log is as it was written: finds any change, deletion, insertion or reordering, and where it begins.

Pure. One pass and little memory, whatever the length. The tree over all entries is held against the hashes kept, the
checkpoints signed over it and the tagged end. Where no checkpoint vouches for entries, or one does not, each is held
against its own place and tag, and so the first bad one is found. What stored bytes alone cannot show, and so this
cannot see:

- a log written anew by someone who holds its keys;
- an old copy of the whole log put in the place of a newer one.

Both are seen with a `Head` noted elsewhere (on paper, by another machine) and handed in. A checkpoint taken away from
between others goes unnoticed, and so does the tag of an entry that a checkpoint vouches for: nothing rests on them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, open_note
from terminal.access_log.entry import EntryUnreadable, seq_of
from terminal.access_log.masking import is_emptied, unsealed
from terminal.access_log.retention import DeletionWatch
from terminal.access_log.tag import TagKey
from terminal.access_log.tree import (
    HASH_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Frontier,
    Subtree,
    joined,
    leaf_hashes,
    levels_over,
    peaks_of,
    root_of,
    tiles_over,
)

_MOST_UNVOUCHED = 4096  # entries kept for a closer look, until the next checkpoint vouches for them
_Row = tuple[int, bytes, bytes]


class StoredEntry(NamedTuple):
    """An entry as it lies on disk: the number it is kept under, its bytes, and their tag."""

    seq: int
    line: bytes
    tag: bytes


class StoredNote(NamedTuple):
    """A signed checkpoint as it lies on disk, with the size that it is kept under and its tag."""

    size: int
    text: str
    tag: bytes = b""


class StoredEnd(NamedTuple):
    """Where a log says that it ends: after `size` entries, the last checkpoint being over the first `signed`."""

    size: int
    signed: int
    tag: bytes


@dataclass(frozen=True)
class StoredLog:
    """A whole log as it lies on disk, in order. `tile` gives the hash kept at a level and place, one of `tiles`.

    Each of `entries` is a `StoredEntry`, or for speed a bare row of the same.
    """

    entries: Iterable[_Row]
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
    NOT_COMMITTED = "its fields are not those that it commits to"
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


def verify(log: StoredLog, keys: LogKeys, noted: Head | None = None, deletions: DeletionWatch | None = None) -> Report:
    """Holds a stored log against its keys, and against a head noted elsewhere.

    `deletions` sees what retention has deleted, and how far the reading came. Raises what reading the log raises.
    """
    deletions = deletions or DeletionWatch()
    report = _verify(_Walk(log, keys.tags, noted, deletions), log, keys, noted)
    untold = deletions.first_untold()
    return report if untold is None or isinstance(report, Broken) else Broken(untold, untold, Finding.MISSING)


def _verify(walk: "_Walk", log: StoredLog, keys: LogKeys, noted: Head | None) -> Report:
    signed: int | None = None  # how many entries the last good note speaks for
    before: int | None = None  # and how many the one before it
    last: tuple[StoredNote, Checkpoint] | None = None
    for note in log.notes:
        if broken := walk.to(note.size):
            return broken
        size = walk.size
        if size < note.size:
            return walk.look_closer() or Broken(size, size, Finding.MISSING)
        checkpoint = Checkpoint(keys.log.name, size, walk.root())
        if not (_is_tagged(note, checkpoint, keys) or _is_signed(note, checkpoint, keys)):
            first = min(signed or 0, max(0, size - 1))
            return walk.look_closer() or Broken(first, max(first, size - 1), Finding.NOT_AS_SIGNED)
        walk.vouch()
        signed, last, before = size, (note, checkpoint), signed
    if last and not _is_signed(*last, keys):
        first = before or 0
        return Broken(first, max(first, last[0].size - 1), Finding.NOT_AS_SIGNED)
    if broken := walk.to(None):
        return broken
    if log.tiles != tiles_over(walk.size):
        return Broken(walk.size, walk.size, Finding.HASH_CHANGED)
    return _at_the_end(log.end, Head(walk.size, walk.root()), signed, keys, noted)


def _at_the_end(end: StoredEnd | None, head: Head, signed: int | None, keys: LogKeys, noted: Head | None) -> Report:
    if end is None or signed is None:
        return Broken(0, 0, Finding.NOT_SIGNED)
    if head.size < end.size:
        return Broken(head.size, head.size, Finding.MISSING)
    if head.size > end.size:
        return Broken(end.size, end.size, Finding.NOT_SIGNED)
    if end.tag != keys.tags.of_end(keys.log.name, head.size, head.root, end.signed):
        return Broken(head.size, head.size, Finding.END_CHANGED)
    if signed != end.signed:
        return Broken(signed, end.signed - 1, Finding.NOT_SIGNED)
    if noted and noted.size > head.size:
        return Broken(head.size, noted.size - 1, Finding.MISSING)
    return Intact(head, signed)


class _Walk:
    """Reads entries in their order, a tile of them at a time, and grows the tree over them."""

    def __init__(self, log: StoredLog, tags: TagKey, noted: Head | None, deletions: DeletionWatch) -> None:
        self.size = 0  # entries that the walk has come past
        self._unread = iter(log.entries)
        self._kept = log.tile
        self._tags = tags
        self._noted = noted
        self._deletions = deletions
        self._whole = Frontier()  # over the tiles that the walk has come past, each a leaf of it
        self._tile: list[_Row] = []  # entries of the one after them, as far as there are any
        self._levels: list[list[bytes]] = []  # the hashes over these
        self._are_in_place = True
        self._unvouched: list[_Row] = []  # the last of those that the walk has come past

    def to(self, size: int | None) -> Broken | None:
        """Goes on until there are `size` entries or no more, or tells of the first bad one."""
        noted = self._noted
        while size is None or self.size < size:
            begin = self._whole.size * TILE_WIDTH
            if self.size == begin + len(self._tile) and not self._read(begin):
                return None
            stops = (begin + len(self._tile), size, noted.size if noted else None)
            stop = min(each for each in stops if each is not None and each > self.size)
            self._unvouched += self._tile[self.size - begin : stop - begin]
            self.size = stop
            if stop == begin + TILE_WIDTH and not self._complete():
                return self.look_closer() or Broken(stop - 1, stop - 1, Finding.HASH_CHANGED)
            is_unvouched = size is None or len(self._unvouched) > _MOST_UNVOUCHED or not self._are_in_place
            if is_unvouched and (broken := self.look_closer()):
                return broken
            if noted and noted.size == stop and noted.root != self.root():
                return self.look_closer() or Broken(0, stop - 1, Finding.NOT_AS_NOTED)
        return None

    def root(self) -> bytes:
        """The root over all entries that the walk has come past."""
        inner = [self._levels[level][place] for level, place in peaks_of(self.size % TILE_WIDTH)]
        return joined((*self._whole.peaks, *inner)) if self.size else root_of(())

    def vouch(self) -> None:
        """Takes note that all entries until now are as they were written."""
        self._unvouched.clear()

    def look_closer(self) -> Broken | None:
        """Holds each entry that nothing vouches for yet against its place and tag."""
        first = self.size - len(self._unvouched)
        for place, (seq, line, tag) in enumerate(self._unvouched, first):
            if finding := _look_at(StoredEntry(seq, line, tag), place, self._tags):
                return Broken(place, place, finding)
        self.vouch()
        return None

    def _read(self, begin: int) -> bool:
        """Reads on, as far as the next tile's end; whether there was anything."""
        rows, already = self._tile[:], len(self._tile)
        try:
            rows.extend(islice(self._unread, TILE_WIDTH - already))
        finally:  # what was read before a file broke off counts
            self._deletions.look_at(rows[already:])
        lines = [line for _, line, _ in rows]
        self._tile, self._levels = rows, levels_over(leaf_hashes(lines))
        are_numbered = [seq for seq, _, _ in rows] == list(range(begin, begin + len(rows)))
        self._are_in_place = are_numbered and all(map(is_emptied, unsealed(lines)))
        return len(rows) > already

    def _complete(self) -> bool:
        """Adds the tile to the tree; whether it, and each that it completes, is as the hash kept says."""
        [tile] = self._levels[TILE_HEIGHT]
        whole = [Subtree(0, self._whole.size, tile), *self._whole.tiles_completed_by(tile)]
        self._whole, self._tile = self._whole.append(tile), []
        return all(self._kept(each.level + 1, each.place) == each.hash for each in whole)


def _look_at(stored: StoredEntry, place: int, tags: TagKey) -> Finding | None:
    """What an entry alone shows to be wrong with it."""
    if stored.seq != place:
        return Finding.MISSING if stored.seq > place else Finding.MISPLACED
    is_as_written = tags.of_entry(place, stored.line) == stored.tag
    if is_emptied(stored.line):
        return None if is_as_written else Finding.CHANGED
    try:
        is_in_place = seq_of(stored.line) == place
    except EntryUnreadable:
        return Finding.UNREADABLE if is_as_written else Finding.CHANGED
    if not is_in_place:
        return Finding.MISPLACED
    return None if is_as_written else Finding.CHANGED


def _is_tagged(note: StoredNote, checkpoint: Checkpoint, keys: LogKeys) -> bool:
    """Whether whoever may sign says that this note is signed, and it is over this checkpoint."""
    return note.text.startswith(checkpoint.text()) and note.tag == keys.tags.of_note(note.text)


def _is_signed(note: StoredNote, checkpoint: Checkpoint, keys: LogKeys) -> bool:
    try:
        return open_note(note.text, keys.log) == checkpoint
    except CheckpointWrong:
        return False
