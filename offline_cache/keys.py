"""The keys of a store: random, wrapped under one key that a seal keeps (AES-KW, RFC 3394), in a file beside the store.

The wrapping key never lies in plain beside real data: `CredentialSeal` has systemd unseal it. `PracticeSeal` does lay
it in plain, under a name that nobody mistakes, and opens nothing that does not say of itself that it is practice.
"""

import hmac
import json
import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from terminal.problems import Problem, TerminalError

KEY_BYTES = 32
VERSION = 1


@dataclass(frozen=True)
class Keys:
    """What a store works with, 32 random bytes each. In memory only."""

    journal: bytes = field(repr=False)  # encrypts journal.db
    cache: bytes = field(repr=False)  # encrypts cache.db
    lookup: bytes = field(repr=False)  # HMAC: certificate to row of the cache
    pseudonym: bytes = field(repr=False)  # HMAC: certificate to pseudonym in the log
    signing: bytes = field(repr=False)  # Ed25519 seed: signs the log's checkpoints


class Seal(Protocol):
    """Keeps the wrapping key of a store: 32 bytes."""

    @property
    def is_practice(self) -> bool:
        """Whether this seal protects nothing; the key file must say the same."""

    def begin(self) -> bytes:
        """The wrapping key for a store that is being begun."""

    def open(self) -> bytes:
        """The wrapping key of a store that is there. Raises `KEY_MISSING`."""


class PracticeSeal:
    """The wrapping key in plain in the store's folder. For invented people only."""

    FILE = "PRACTICE-KEY-NOT-FOR-REAL-DATA"
    is_practice = True

    def __init__(self, folder: Path) -> None:
        self._path = folder / self.FILE

    def begin(self) -> bytes:
        """Makes the key, or takes the one that is there."""
        if not self._path.exists():
            write_durably(self._path, f"{secrets.token_hex(KEY_BYTES)}\n".encode())
        return self.open()

    def open(self) -> bytes:
        """Reads the key. Raises `KEY_MISSING`."""
        try:
            key = bytes.fromhex(self._path.read_text("ascii"))
        except (OSError, ValueError) as error:
            raise TerminalError(Problem.KEY_MISSING, self.FILE) from error
        return _of_right_length(key, self.FILE)


class CredentialSeal:
    """The wrapping key as systemd hands it to the unit: `LoadCredentialEncrypted=uketsuke-kek` (systemd.exec(5)).

    `directory` is the unit's `$CREDENTIALS_DIRECTORY`; None where there is none, and then there is no key.
    """

    FILE = "uketsuke-kek"
    is_practice = False

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def begin(self) -> bytes:
        """The same as `open`: this key was made when the machine was set up."""
        return self.open()

    def open(self) -> bytes:
        """Reads the credential: 32 raw bytes. Raises `KEY_MISSING`."""
        if self._directory is None:
            raise TerminalError(Problem.KEY_MISSING, f"no credential {self.FILE}")
        try:
            return _of_right_length((self._directory / self.FILE).read_bytes(), self.FILE)
        except OSError as error:
            raise TerminalError(Problem.KEY_MISSING, f"credential {self.FILE}") from error


def new_keys() -> Keys:
    """Keys for a store that is being begun."""
    return Keys(*(secrets.token_bytes(KEY_BYTES) for _ in fields(Keys)))


def wrap(keys: Keys, kek: bytes, *, is_practice: bool) -> bytes:
    """The key file's content, JSON: each key wrapped, and check values that tell a wrong key from a damaged file."""
    wrapped = {
        each.name: {"wrapped": aes_key_wrap(kek, key).hex(), "check": _check_value(key)}
        for each in fields(Keys)
        for key in [getattr(keys, each.name)]
    }
    content = {"v": VERSION, "practice": is_practice, "check": _check_value(kek), "keys": wrapped}
    return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def unwrap(untrusted: bytes, seal: Seal) -> Keys:
    """The keys in a key file. Raises `STORE_UNREADABLE` (another seal's file, a wrong key, damage) or `KEY_MISSING`."""
    try:
        content = json.loads(untrusted)
        if content["v"] != VERSION or content["practice"] is not seal.is_practice:
            raise TerminalError(Problem.STORE_UNREADABLE, "key file: of another version, or practice and real mixed")
        kek = seal.open()
        if not hmac.compare_digest(content["check"], _check_value(kek)):
            raise TerminalError(Problem.STORE_UNREADABLE, "key file: the wrapping key is another one")
        keys = Keys(*(_unwrap_one(kek, content["keys"][each.name]) for each in fields(Keys)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidUnwrap) as error:
        raise TerminalError(Problem.STORE_UNREADABLE, "key file: damaged") from error
    return keys


def says_practice(untrusted: bytes) -> bool:
    """Whether a key file calls itself practice. Raises `STORE_UNREADABLE`."""
    try:
        return json.loads(untrusted)["practice"] is True
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TerminalError(Problem.STORE_UNREADABLE, "key file: damaged") from error


def write_durably(path: Path, content: bytes) -> None:
    """Puts a file there as a whole, for its owner only, and on disk before it returns. Raises `OSError`."""
    draft = path.with_name(f"{path.name}.tmp")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    move_durably(draft, path)


def move_durably(source: Path, target: Path) -> None:
    """Renames within a folder, on disk before it returns. Raises `OSError`."""
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unwrap_one(kek: bytes, entry: dict[str, str]) -> bytes:
    key = aes_key_unwrap(kek, bytes.fromhex(entry["wrapped"]))
    if len(key) != KEY_BYTES or not hmac.compare_digest(entry["check"], _check_value(key)):
        raise ValueError("a key does not match its check value")
    return key


def _of_right_length(key: bytes, name: str) -> bytes:
    if len(key) != KEY_BYTES:
        raise TerminalError(Problem.KEY_MISSING, f"{name}: not {KEY_BYTES} bytes")
    return key


def _check_value(key: bytes) -> str:
    """Tells one random key from another and nothing of either."""
    return hmac.digest(key, b"uketsuke/check value/1", "sha256")[:8].hex()
