"""A small signed log, what may be done to it, and how it is verified."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from terminal.access_log.access import Access, Action
from terminal.access_log.checkpoint import Checkpoint, log_key, sign
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.masking import SEED_BYTES, seal
from terminal.access_log.tag import TagKey, tag_key
from terminal.access_log.tree import Frontier, leaf_hash, root_of
from terminal.access_log.verify import (
    Head,
    LogKeys,
    Report,
    StoredEnd,
    StoredEntry,
    StoredLog,
    StoredNote,
    verify,
)

SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "desk-1/access/00000000"
KEYS = LogKeys(log_key(ORIGIN, SIGNING), tag_key(bytes(range(32))))
SIZE = 12
EVERY = 4  # entries to a checkpoint


def stored(seq: int, visit: str, tags: TagKey = KEYS.tags) -> StoredEntry:
    access = Access(Action.CARD_IDENTIFIED, visit, "reception")
    entry = enter(access, seq=seq, at=datetime(2026, 11, 21, tzinfo=UTC), terminal="desk-1", subject="")
    line = seal(write_entry(entry), bytes(SEED_BYTES))
    return StoredEntry(seq, line, tags.of_entry(seq, line))


def note_over(entries: list[StoredEntry]) -> StoredNote:
    root = root_of(leaf_hash(entry.line) for entry in entries)
    return StoredNote(len(entries), sign(Checkpoint(ORIGIN, len(entries), root), SIGNING))


def notes_over(entries: list[StoredEntry], every: int = EVERY) -> list[StoredNote]:
    return [note_over(entries[:size]) for size in range(0, len(entries) + 1, every)]


def end_of(entries: list[StoredEntry], signed: int) -> StoredEnd:
    root = root_of(leaf_hash(entry.line) for entry in entries)
    return StoredEnd(len(entries), signed, KEYS.tags.of_end(ORIGIN, len(entries), root, signed))


def tiles_of(entries: list[StoredEntry]) -> dict[tuple[int, int], bytes]:
    frontier = Frontier()
    tiles: dict[tuple[int, int], bytes] = {}
    for entry in entries:
        leaf = leaf_hash(entry.line)
        tiles |= {(tile.level, tile.place): tile.hash for tile in frontier.tiles_completed_by(leaf)}
        frontier = frontier.append(leaf)
    return tiles


ENTRIES = [stored(seq, f"visit-{seq}") for seq in range(SIZE)]
NOTES = notes_over(ENTRIES)
END = end_of(ENTRIES, SIZE)
HEAD = Head(SIZE, root_of(leaf_hash(entry.line) for entry in ENTRIES))
PLACES = st.integers(0, SIZE - 1)


def check(
    entries: list[StoredEntry],
    notes: list[StoredNote] = NOTES,
    end: StoredEnd | None = END,
    *,
    noted: Head | None = None,
    keys: LogKeys = KEYS,
) -> Report:
    tiles = tiles_of(entries)
    log = StoredLog(entries, notes, end, lambda level, place: tiles.get((level, place)), len(tiles))
    return verify(log, keys, noted)
