"""How `uketsuke log` ends: its exit codes and its sentences."""

import sys
from typing import Final

INTACT: Final = 0
BROKEN: Final = 1
FAILED: Final = 1
"""Not done, or not found out: the sentence says why, and whether anything is broken."""
WRONG: Final = 2
"""The words of the command line are wrong, whatever lies on the disk."""


def say(sentence: str, code: int) -> int:
    """Says one sentence on standard error, and gives the exit code back."""
    print(f"uketsuke log: {sentence}", file=sys.stderr)
    return code
