"""The key file of a store, `keys.json`: the store's keys, wrapped, and nothing that opens them.

It holds one wrap, or two while the wrapping key is changed: then either key opens the store, whenever that is cut off.
A wrap is tagged as a whole with its wrapping key, so that nobody without it can put another recovery key there.
"""

import hmac
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offline_cache.keys.recovery import RecoveryKey, open_recovery, recovery_key
from offline_cache.keys.seals import Seal
from offline_cache.keys.wrapping import Keys, check_value, unwrap_keys, wrap_keys
from terminal.problems import Problem, TerminalError

FILE = "keys.json"
VERSION = 2
_TAG_DOMAIN = b"uketsuke/key file/2\0"


@dataclass(frozen=True)
class Wrap:
    """All keys under one wrapping key, as they lie in the file; bytes in hex."""

    kek: str  # the wrapping key's check value
    seal: str  # which kind of seal keeps the wrapping key
    at: str  # since when; ISO 8601, UTC
    keys: dict[str, str]
    following: dict[str, str] | None  # the keys of a rotation that is under way
    recovery: str | None  # the recovery key's public half
    recovery_sealed: str | None  # the wrapping key, encrypted to it
    tag: str = ""
    cache_at: str | None = None  # since when the cache has its key, where that is newer than `at`

    @property
    def cache_since(self) -> datetime:
        """Since when the cache has its key."""
        return datetime.fromisoformat(self.cache_at or self.at)

    @property
    def recovery_key(self) -> RecoveryKey | None:
        """Who can open the store without its seal."""
        return None if self.recovery is None else RecoveryKey(bytes.fromhex(self.recovery))


@dataclass(frozen=True)
class KeyFile:
    """What a key file says; without the wrapping key, nobody vouches for it. The newest wrap is the last."""

    is_practice: bool
    wraps: tuple[Wrap, ...]


@dataclass(frozen=True)
class Opened:
    """A key file's keys. `following` are those of a rotation under way. In memory only."""

    wrap: Wrap
    keys: Keys
    following: Keys | None


def make_wrap(keys: Keys, kek: bytes, seal: Seal, at: datetime, recovery: RecoveryKey | None) -> Wrap:
    """All keys under `kek`, which `seal` keeps since `at`, and the holder of `recovery` can have back."""
    wrap = Wrap(
        check_value(kek),
        seal.kind,
        at.isoformat(timespec="seconds"),
        wrap_keys(keys, kek),
        None,
        None if recovery is None else recovery.public.hex(),
        None if recovery is None else recovery.seal(kek).hex(),
    )
    return replace(wrap, tag=_tag(wrap, kek, is_practice=seal.is_practice))


def rewrap(opened: Opened, kek: bytes, *, is_practice: bool) -> Wrap:
    """The same wrap with other keys in it."""
    following = None if opened.following is None else wrap_keys(opened.following, kek)
    wrap = replace(opened.wrap, keys=wrap_keys(opened.keys, kek), following=following)
    return replace(wrap, tag=_tag(wrap, kek, is_practice=is_practice))


def write_key_file(file: KeyFile) -> bytes:
    """The file's content, JSON."""
    content = {"v": VERSION, "practice": file.is_practice, "wraps": [asdict(wrap) for wrap in file.wraps]}
    return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def read_key_file(untrusted: bytes) -> KeyFile:
    """What a key file says. Raises `STORE_UNREADABLE`."""
    try:
        content = json.loads(untrusted)
        if content["v"] != VERSION:
            raise TerminalError(Problem.STORE_UNREADABLE, "key file: of another version")
        wraps = tuple(_wrap(each) for each in content["wraps"])
        _check(content["practice"] in (True, False), 1 <= len(wraps) <= 2)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TerminalError(Problem.STORE_UNREADABLE, "key file: damaged") from error
    return KeyFile(content["practice"] is True, wraps)


def check_practice(file: KeyFile, seal: Seal) -> None:
    """Raises `STORE_UNREADABLE` where practice and real would be mixed."""
    if file.is_practice is not seal.is_practice:
        raise TerminalError(Problem.STORE_UNREADABLE, "key file: practice and real mixed")


def open_with(file: KeyFile, kek: bytes) -> Opened:
    """The keys, by their wrapping key. Raises `STORE_UNREADABLE`."""
    for wrap in file.wraps:
        if hmac.compare_digest(wrap.kek, check_value(kek)):
            return _open(wrap, kek, is_practice=file.is_practice)
    raise TerminalError(Problem.STORE_UNREADABLE, "key file: the wrapping key is another one")


def open_for_recovery(file: KeyFile, private: X25519PrivateKey) -> bytes:
    """The wrapping key, by the recovery key. Raises `KEY_MISSING` or `STORE_UNREADABLE`."""
    own = recovery_key(private)
    for wrap in reversed(file.wraps):
        if wrap.recovery_sealed is None or wrap.recovery_key != own:
            continue
        try:
            kek = open_recovery(bytes.fromhex(wrap.recovery_sealed), private)
        except ValueError as error:
            raise TerminalError(Problem.STORE_UNREADABLE, "key file: what is kept for recovery is damaged") from error
        _open(wrap, kek, is_practice=file.is_practice)
        return kek
    known = ", ".join(key.id for wrap in file.wraps if (key := wrap.recovery_key)) or "none"
    raise TerminalError(Problem.KEY_MISSING, f"this recovery key is {own.id}, the store's is {known}")


def unwrap(untrusted: bytes, seal: Seal) -> Keys:
    """The keys in a key file. Raises `STORE_UNREADABLE` (another key's file, damage) or what the seal raises."""
    file = read_key_file(untrusted)
    check_practice(file, seal)
    return open_with(file, seal.open()).keys


def begin_key_file(keys: Keys, seal: Seal, at: datetime, recovery: RecoveryKey | None) -> bytes:
    """The key file of a store that is being begun. Raises what the seal raises."""
    return write_key_file(KeyFile(seal.is_practice, (make_wrap(keys, seal.begin(), seal, at, recovery),)))


def _open(wrap: Wrap, kek: bytes, *, is_practice: bool) -> Opened:
    try:
        _check(hmac.compare_digest(wrap.tag, _tag(wrap, kek, is_practice=is_practice)))
        following = None if wrap.following is None else unwrap_keys(wrap.following, kek)
        return Opened(wrap, unwrap_keys(wrap.keys, kek), following)
    except (ValueError, TypeError) as error:  # TypeError: a tag that is not ASCII
        raise TerminalError(Problem.STORE_UNREADABLE, "key file: damaged, or changed") from error


def _tag(wrap: Wrap, kek: bytes, *, is_practice: bool) -> str:
    told = {**asdict(wrap), "tag": ""}
    if wrap.cache_at is None:  # as it was before there was such a field
        del told["cache_at"]
    content = [VERSION, is_practice, told]
    return hmac.digest(kek, _TAG_DOMAIN + json.dumps(content, sort_keys=True).encode(), "sha256").hex()


def _wrap(untrusted: dict[str, Any]) -> Wrap:
    wrap = Wrap(**untrusted)
    _check(wrap.kek.isascii(), datetime.fromisoformat(wrap.at).tzinfo is not None, isinstance(wrap.seal, str))
    for text in (*wrap.keys.values(), *(wrap.following or {}).values(), wrap.tag):
        bytes.fromhex(text)
    for optional, length in ((wrap.recovery, 32), (wrap.recovery_sealed, 80)):
        _check(optional is None or len(bytes.fromhex(optional)) == length)
    _check(wrap.cache_since.tzinfo is not None)
    _check((wrap.recovery is None) == (wrap.recovery_sealed is None))
    return wrap


def _check(*rules: bool) -> None:
    if not all(rules):
        raise ValueError
