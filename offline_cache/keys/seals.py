"""A seal keeps the wrapping key of a store. No seal falls back to another: what cannot be opened stays shut.

`PracticeSeal` keeps the key in plain, under a name that nobody mistakes; its key file says that it is practice.
"""

from pathlib import Path
from typing import Protocol

from offline_cache.keys.wrapping import KEY_BYTES, new_key
from terminal.durable import write_durably
from terminal.problems import Problem, TerminalError


class Seal(Protocol):
    """Keeps the wrapping key of a store: 32 bytes."""

    @property
    def kind(self) -> str:
        """What the key file calls it: a `SealKind`, or `practice`."""

    @property
    def is_practice(self) -> bool:
        """Whether this seal protects nothing; the key file must say the same."""

    def begin(self) -> bytes:
        """The wrapping key for a store that is being begun. Raises as `open` does."""

    def open(self) -> bytes:
        """The wrapping key of a store that is there. Raises `KEY_MISSING` or `KEY_PASSPHRASE_WRONG`."""

    def keep(self, kek: bytes) -> None:
        """Seals a wrapping key in place of the one before, on disk before it returns. Raises `KEY_MISSING`."""


class PracticeSeal:
    """The wrapping key in plain in the store's folder. For invented people only."""

    FILE = "PRACTICE-KEY-NOT-FOR-REAL-DATA"
    kind = "practice"
    is_practice = True

    def __init__(self, folder: Path) -> None:
        self._path = folder / self.FILE

    def begin(self) -> bytes:
        """Makes the key, or takes the one that is there."""
        if not self._path.exists():
            self.keep(new_key())
        return self.open()

    def open(self) -> bytes:
        """Reads the key."""
        try:
            key = bytes.fromhex(self._path.read_text("ascii"))
        except (OSError, ValueError) as error:
            raise TerminalError(Problem.KEY_MISSING, self.FILE) from error
        return of_right_length(key, self.FILE)

    def keep(self, kek: bytes) -> None:
        """Writes the key."""
        write_sealed(self._path, f"{kek.hex()}\n".encode())


def of_right_length(key: bytes, name: str) -> bytes:
    """The key. Raises `KEY_MISSING` for anything that is not one."""
    if len(key) != KEY_BYTES:
        raise TerminalError(Problem.KEY_MISSING, f"{name}: not {KEY_BYTES} bytes")
    return key


def read_sealed(path: Path) -> bytes:
    """What a seal wrote. Raises `KEY_MISSING`."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TerminalError(Problem.KEY_MISSING, f"no {path.name}: `uketsuke keys init` makes it") from error
    except OSError as error:
        raise TerminalError(Problem.KEY_MISSING, f"{path.name}: {error.strerror}") from error


def write_sealed(path: Path, content: bytes) -> None:
    """Keeps what a seal made. Raises `KEY_MISSING`."""
    try:
        write_durably(path, content)
    except OSError as error:
        raise TerminalError(Problem.KEY_MISSING, f"{path.name}: {error.strerror}") from error
