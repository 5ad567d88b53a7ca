"""How `uketsuke log` ends: its exit codes and its sentences."""

import sys
from typing import Final

INTACT: Final = 0
BROKEN: Final = 1
UNREADABLE: Final = 2


def say(sentence: str, code: int) -> int:
    """Says one sentence on standard error, and gives the exit code back."""
    print(f"uketsuke log: {sentence}", file=sys.stderr)
    return code
