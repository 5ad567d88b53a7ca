"""The wrapping key under a passphrase that someone types at each start (Argon2id, RFC 9106).

For machines without a seal of their own. Each guess costs whoever makes it what it costs the desk: 1 s and 256 MiB.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from offline_cache.keys.seals import read_sealed, write_sealed
from offline_cache.keys.wrapping import unwrap_key
from terminal.problems import Problem, TerminalError
from terminal.sealing.passphrase import SALT_BYTES, Cost, check_length, derive

VERSION: Final = 1

Ask = Callable[[], str]
"""Has someone give a passphrase. Raises `KEY_MISSING` where there is nobody."""


USUAL: Final = Cost()


class PassphraseSeal:
    """`ask` is asked at each `open` and `keep`; `cost` is that of what `keep` writes."""

    FILE = "uketsuke-kek.passphrase"
    kind = "passphrase"
    is_practice = False

    def __init__(self, folder: Path, ask: Ask, cost: Cost | None = None) -> None:
        self._path = folder / self.FILE
        self._ask = ask
        self._cost = cost or USUAL

    def begin(self) -> bytes:
        """The same as `open`: `uketsuke keys init` made this key."""
        return self.open()

    def open(self) -> bytes:
        """The key. Raises `KEY_PASSPHRASE_WRONG`, or `KEY_MISSING`."""
        cost, salt, wrapped = _read(read_sealed(self._path))
        derived = derive(self._ask(), salt, cost)
        try:
            return unwrap_key(wrapped, derived)
        except ValueError as error:
            raise TerminalError(Problem.KEY_PASSPHRASE_WRONG, self.FILE) from error

    def keep(self, kek: bytes) -> None:
        """Wraps the key under a new passphrase. Raises `KEY_PASSPHRASE_WRONG` for one that is too short."""
        passphrase = self._ask()
        check_length(passphrase)
        salt = secrets.token_bytes(SALT_BYTES)
        wrapped = aes_key_wrap(derive(passphrase, salt, self._cost), kek)
        write_sealed(self._path, _write(self._cost, salt, wrapped))


def _write(cost: Cost, salt: bytes, wrapped: bytes) -> bytes:
    content = {"v": VERSION, "kdf": "argon2id", **asdict(cost), "salt": salt.hex(), "wrapped": wrapped.hex()}
    return json.dumps({**content, "sum": _sum(content)}, indent=1, sort_keys=True).encode() + b"\n"


def _read(untrusted: bytes) -> tuple[Cost, bytes, bytes]:
    """Cost, salt and wrapped key. Raises `KEY_MISSING`: damage is not told as a wrong passphrase."""
    try:
        content = json.loads(untrusted)
        said = content.pop("sum")
        cost = Cost(content["memory_kib"], content["passes"], content["lanes"])
        salt, wrapped = bytes.fromhex(content["salt"]), bytes.fromhex(content["wrapped"])
        is_ours = said == _sum(content) and (content["v"], content["kdf"]) == (VERSION, "argon2id")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TerminalError(Problem.KEY_MISSING, f"{PassphraseSeal.FILE}: damaged") from error
    if not is_ours or not cost.is_bearable:
        raise TerminalError(Problem.KEY_MISSING, f"{PassphraseSeal.FILE}: damaged")
    return cost, salt, wrapped


def _sum(content: dict[str, object]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
