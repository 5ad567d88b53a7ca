"""Where a journal ends: its tree, its last checkpoint and the tag over both, as the disk has them.

A log goes on only from an end that its own keys vouch for.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_cache.database import Database
from offline_cache.keys import Keys
from offline_cache.tiles import Tiles
from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, log_key, open_note
from terminal.access_log.tag import tag_key
from terminal.access_log.tree import Frontier
from terminal.access_log.verify import LogKeys, StoredEnd
from terminal.problems import Problem, TerminalError

FILE = "journal.db"


@dataclass(frozen=True)
class End:
    """A log of `tree.size` entries, the first `signed` of them under a checkpoint. `tag` stands for all of that."""

    tree: Frontier
    signed: int
    tag: bytes


def log_keys(database: Database, keys: Keys) -> LogKeys:
    """What this journal is verified with. Raises `STORE_UNREADABLE`."""
    rows = database.rows("SELECT origin FROM log")
    if not rows:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: the log's name is missing")
    signing = Ed25519PrivateKey.from_private_bytes(keys.signing)
    return LogKeys(log_key(str(rows[0][0]), signing), tag_key(keys.signing))


def stored_end(database: Database) -> StoredEnd | None:
    """The end as it lies on disk."""
    rows = database.rows("SELECT size, signed, tag FROM head")
    return StoredEnd(*rows[0]) if rows else None


def load_end(database: Database, keys: LogKeys) -> End:
    """The end, held against what is stored. Reads some hundred rows. Raises `STORE_UNREADABLE`.

    Entries under whole tiles are not read again: that they are as they were is for `verify` to say.
    """
    stored = stored_end(database)
    first_last = database.rows("SELECT min(seq), max(seq) FROM entry")[0]
    if stored is None or first_last != ((0, stored.size - 1) if stored.size else (None, None)):
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: entries are missing, or too many")
    tiles = Tiles(database)
    tree = tiles.frontier(stored.size)
    if stored.tag != keys.tags.of_end(keys.log.name, tree.size, tree.root(), stored.signed):
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: does not end as it was written")
    note = database.rows("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
    try:
        signed = open_note(note[0][1], keys.log) if note else None
    except CheckpointWrong as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: its last checkpoint is wrong") from error
    if signed != Checkpoint(keys.log.name, stored.signed, tiles.frontier(stored.signed).root()):
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: not what its last checkpoint signs")
    return End(tree, stored.signed, stored.tag)
