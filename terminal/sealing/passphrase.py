"""A key out of a passphrase that someone knows (Argon2id, RFC 9106).

Each guess costs whoever makes it what it costs the desk: 1 s and 256 MiB.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from terminal.problems import Problem, TerminalError

LEAST_CHARACTERS: Final = 16
SALT_BYTES: Final = 16  # RFC 9106, 3.1
KEY_BYTES: Final = 32
MOST_MEMORY_KIB: Final = 1 << 20  # a damaged file must not take the machine down
MOST_PASSES: Final = 16
MOST_LANES: Final = 16


@dataclass(frozen=True)
class Cost:
    """What one guess costs: the second choice of RFC 9106, 4, with four times its memory."""

    memory_kib: int = 1 << 18
    passes: int = 3
    lanes: int = 4

    @property
    def is_bearable(self) -> bool:
        """Whether a file that names it may have it: no file of ours asks for more memory or time."""
        return (
            8 * self.lanes <= self.memory_kib <= MOST_MEMORY_KIB
            and 1 <= self.passes <= MOST_PASSES
            and 1 <= self.lanes <= MOST_LANES
        )


def normal(passphrase: str) -> str:
    """A Japanese input method types full-width letters unasked: they are the same passphrase (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", passphrase)


def check_length(passphrase: str) -> None:
    """Whether a new one is long enough. Raises `KEY_PASSPHRASE_WRONG`."""
    if len(normal(passphrase)) < LEAST_CHARACTERS:
        raise TerminalError(Problem.KEY_PASSPHRASE_WRONG, f"at least {LEAST_CHARACTERS} characters are wanted")


def derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The 32 bytes of the key. Raises `KEY_MISSING` where the memory for it is not there."""
    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    try:
        return kdf.derive(normal(passphrase).encode("utf-8", "surrogatepass"))
    except MemoryError as error:
        raise TerminalError(Problem.KEY_MISSING, f"no {cost.memory_kib} KiB of memory for the passphrase") from error
