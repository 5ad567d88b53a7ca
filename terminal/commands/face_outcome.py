"""How `uketsuke face` ends: its exit codes, its sentences, and how it writes what others named."""

import sys
from typing import Final

DONE: Final = 0
FAILED: Final = 1
UNREADABLE: Final = 2


def say(sentence: str, code: int) -> int:
    """Says one sentence on standard error, and gives the exit code back."""
    print(f"uketsuke face: {printable(sentence)}", file=sys.stderr)
    return code


def printable(text: str) -> str:
    """The text without what a terminal might obey: files and groups are named by others."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
