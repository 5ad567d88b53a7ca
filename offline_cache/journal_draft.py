"""What one transaction of the journal will write: entries with their tags, hashes of the tree, checkpoints and end.

Pure but for the clock: made whole before anything is written, so that it can be made anew from another end.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_cache.journal_end import End
from offline_cache.keys.identity_key import IdentityKey
from terminal.access_log.access import Access
from terminal.access_log.checkpoint import Checkpoint, sign
from terminal.access_log.clock_state import ClockState, clock_state
from terminal.access_log.entry import enter, texts_of, write_texts
from terminal.access_log.identity import write_identity
from terminal.access_log.masking import SEED_BYTES, seal_texts
from terminal.access_log.tree import Frontier, Subtree, leaf_hash
from terminal.access_log.verify import LogKeys, StoredEntry, StoredNote
from terminal.ports import Clock

SIGNED_AFTER_ENTRIES = 100
_PSEUDONYM_DOMAIN = b"uketsuke/journal/subject/1\0"
_PSEUDONYM_BYTES = 16


def pseudonym(key: bytes, subject: bytes) -> str:
    """What stands for a person in the log, in hex: another one under another key."""
    return hmac.digest(key, _PSEUDONYM_DOMAIN + subject, "sha256")[:_PSEUDONYM_BYTES].hex()


@dataclass(frozen=True)
class Pen:
    """What a log is written with."""

    terminal: str
    clock: Clock
    pseudonym_key: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)
    keys: LogKeys
    auditors: IdentityKey | None = None

    def end_of(self, tree: Frontier, signed: int) -> End:
        """An end with its tag."""
        return End(tree, signed, self.keys.tags.of_end(self.keys.log.name, tree.size, tree.root(), signed))

    def checkpoint(self, tree: Frontier) -> StoredNote:
        """A checkpoint over `tree`, signed."""
        text = sign(Checkpoint(self.keys.log.name, tree.size, tree.root()), self.signing, self.keys.log)
        return StoredNote(tree.size, text, self.keys.tags.of_note(text))

    def entry(self, access: Access, seq: int, clock: ClockState) -> StoredEntry:
        """An access as entry `seq`, now. Raises `ValueError` for one that cannot be written."""
        subject = pseudonym(self.pseudonym_key, access.subject) if access.subject else ""
        at = self.clock.now()
        identity = self.auditors.seal(write_identity(access.identity)) if self.auditors and access.identity else ""
        entry = enter(access, seq=seq, at=at, terminal=self.terminal, subject=subject, clock=clock, identity=identity)
        texts = texts_of(entry)
        line = seal_texts(write_texts(texts), texts, secrets.token_bytes(SEED_BYTES))
        return StoredEntry(seq, line, self.keys.tags.of_entry(seq, line))


@dataclass(frozen=True)
class Draft:
    """What is to be added to a log, and where it ends then."""

    entries: list[StoredEntry]
    tiles: list[Subtree]
    notes: list[StoredNote]
    end: End


def draft(accesses: Iterable[Access], end: End, pen: Pen, *, is_to_sign: bool) -> Draft:
    """Goes on from `end`. Raises `ValueError` for an access that cannot be written."""
    tree, signed, clock = end.tree, end.signed, clock_state()
    entries, tiles, notes = [], [], []
    for access in accesses:
        entry = pen.entry(access, tree.size, clock)
        leaf = leaf_hash(entry.line)
        entries.append(entry)
        tiles += tree.tiles_completed_by(leaf)
        tree = tree.append(leaf)
        if tree.size - signed >= SIGNED_AFTER_ENTRIES:
            notes.append(pen.checkpoint(tree))
            signed = tree.size
    if is_to_sign and tree.size > signed:
        notes.append(pen.checkpoint(tree))
        signed = tree.size
    return Draft(entries, tiles, notes, pen.end_of(tree, signed))
