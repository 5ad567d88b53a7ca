"""Tags: short keyed hashes that hold each entry, and the log's end, to what this store wrote (BLAKE2b, RFC 7693).

Pure. They cost a microsecond where a signature costs seventy, so every entry has one, and they guard what came after
the last checkpoint. Only who holds the store's keys can check them; for everyone else there are the checkpoints.
"""

import hmac
from dataclasses import dataclass, field
from hashlib import blake2b

TAG_BYTES = 16
_ENTRY = b"entry"
_END = b"end"
_NOTE = b"note"


@dataclass(frozen=True)
class TagKey:
    """The key of a log's tags, up to 64 bytes; in memory only."""

    secret: bytes = field(repr=False)
    _blank: blake2b = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        blank = blake2b(digest_size=TAG_BYTES, key=self.secret, person=_ENTRY)
        object.__setattr__(self, "_blank", blank)  # a copy of it is made in half the time of a new one

    def of_entry(self, seq: int, line: bytes) -> bytes:
        """Tells that these bytes are entry `seq`."""
        tag = self._blank.copy()
        tag.update(b"%d\n%b" % (seq, line))
        return tag.digest()

    def of_end(self, origin: str, size: int, root: bytes, signed: int) -> bytes:
        """Tells that the log `origin` ends after `size` entries with `root`, the first `signed` under a checkpoint."""
        content = b"%b\n%d\n%d\n%b" % (origin.encode(), size, signed, root)
        return blake2b(content, digest_size=TAG_BYTES, key=self.secret, person=_END).digest()

    def of_note(self, note: str) -> bytes:
        """Tells that this log signed this note."""
        return blake2b(note.encode(), digest_size=TAG_BYTES, key=self.secret, person=_NOTE).digest()


def tag_key(signing_seed: bytes) -> TagKey:
    """The key of the tags, drawn from the seed that the log signs with: who may sign may tag."""
    return TagKey(hmac.digest(signing_seed, b"uketsuke/journal/tag/1", "sha256"))
