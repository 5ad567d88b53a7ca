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
from terminal.access_log.masking import MaskWrong, check_fields, is_emptied, is_sealed
from terminal.access_log.tag import TagKey
from terminal.access_log.tree import HASH_BYTES, TILE_WIDTH, Frontier, leaf_hashes, tiles_over

_MOST_UNVOUCHED = 4096  # entries kept for a closer look, until the next checkpoint vouches for them


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

    entries: Iterable[tuple[int, bytes, bytes]]
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


def verify(log: StoredLog, keys: LogKeys, noted: Head | None = None) -> Report:
    """Holds a stored log against its keys, and against a head noted elsewhere."""
    walk = _Walk(log, keys.tags, noted)
    signed: int | None = None  # how many entries the last good note speaks for
    before: int | None = None  # and how many the one before it
    last: tuple[StoredNote, Checkpoint] | None = None
    for note in log.notes:
        if broken := walk.to(note.size):
            return broken
        size = walk.frontier.size
        if size < note.size:
            return walk.look_closer() or Broken(size, size, Finding.MISSING)
        checkpoint = Checkpoint(keys.log.name, size, walk.frontier.root())
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
        self._read = 0
        self._unvouched: list[tuple[int, bytes, bytes]] = []  # the last of those read

    def to(self, size: int | None) -> Broken | None:
        """Reads on until there are `size` entries or no more, or tells of the first bad one."""
        while size is None or self.frontier.size < size:
            before = self.frontier.size
            stops = [before - before % TILE_WIDTH + TILE_WIDTH, size, self._noted.size if self._noted else None]
            stop = min(each for each in stops if each is not None and each > before)
            rows = list(islice(self._unread, stop - before))
            if finding := self._grow(rows, is_tile=before + len(rows) == stops[0]):
                return self.look_closer() or Broken(self.frontier.size, self.frontier.size, finding)
            is_unvouched = size is None or len(self._unvouched) > _MOST_UNVOUCHED or not _are_in_place(rows, before)
            if is_unvouched and (broken := self.look_closer()):
                return broken
            if self._noted and self._noted.size == self.frontier.size and self._noted.root != self.frontier.root():
                return self.look_closer() or Broken(0, self._noted.size - 1, Finding.NOT_AS_NOTED)
            if self.frontier.size < stop:
                break
        return None

    def vouch(self) -> None:
        """Takes note that all entries read until now are as they were written."""
        self._unvouched.clear()

    def look_closer(self) -> Broken | None:
        """Holds each entry that nothing vouches for yet against its place and tag."""
        first = self._read - len(self._unvouched)
        for place, (seq, line, tag) in enumerate(self._unvouched, first):
            if finding := _look_at(StoredEntry(seq, line, tag), place, self._tags):
                return Broken(place, place, finding)
        self.vouch()
        return None

    def _grow(self, rows: list[tuple[int, bytes, bytes]], *, is_tile: bool) -> Finding | None:
        """Adds entries, and holds each tile that they complete against the hash kept."""
        self._unvouched += rows
        self._read += len(rows)
        leaves = leaf_hashes([line for _, line, _ in rows])
        self.frontier = self.frontier.extend(leaves[:-1] if is_tile else leaves)
        if not is_tile:
            return None
        whole = self.frontier.tiles_completed_by(leaves[-1])
        if any(self._tile(each.level, each.place) != each.hash for each in whole):
            return Finding.HASH_CHANGED
        self.frontier = self.frontier.append(leaves[-1])
        return None


def _are_in_place(rows: list[tuple[int, bytes, bytes]], first: int) -> bool:
    """Whether entries have the numbers of their places, and are stored as entries are.

    That each says the same number itself is for `check_written`: the tree has it where it was signed.
    """
    if [seq for seq, _, _ in rows] != list(range(first, first + len(rows))):
        return False
    return all(is_sealed(line) or is_emptied(line) for _, line, _ in rows)


def check_written(rows: Iterable[tuple[int, bytes, bytes]]) -> Broken | None:
    """The first of these entries that was written wrong: misnumbered, or its commitments are not those of its bytes.

    A writer who lied is found by this alone: all else holds entries against what was written.
    """
    for place, line, _ in rows:
        try:
            if not is_emptied(line):
                is_in_place = seq_of(line) == place
                check_fields(line)
                if not is_in_place:
                    return Broken(place, place, Finding.MISPLACED)
        except EntryUnreadable:
            return Broken(place, place, Finding.UNREADABLE)
        except MaskWrong:
            return Broken(place, place, Finding.NOT_COMMITTED)
    return None


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
