"""A store's keys are changed so that a cut at any moment leaves a store that its seal, old or new, still opens.

First the wrapping key: both wraps lie in the key file, and in those of epochs that are over, while the seal changes.
Then each file's own key: both keys lie under the new wrapping key until every file is seen to open with its new one. A
desk that starts in between goes on.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offline_cache.database import Database, FolderLock, folder_refused, rekey
from offline_cache.epoch_keys import drop_old_wraps, wrap_epochs
from offline_cache.epochs import finish_epoch, home_of
from offline_cache.keys.choice import seal_in
from offline_cache.keys.key_file import (
    FILE,
    KeyFile,
    Opened,
    check_practice,
    make_wrap,
    open_for_recovery,
    open_with,
    read_key_file,
    rewrap,
    write_key_file,
)
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.keys.recovery import RecoveryKey
from offline_cache.keys.seals import Seal
from offline_cache.keys.wrapping import Keys, new_key
from terminal.durable import give_to_folders_owner, write_durably
from terminal.problems import Problem, TerminalError

DATABASES = ("journal", "cache")  # as the files and their keys are called
DISPOSABLE = ("cache",)


def rotate(folder: Path, old: Seal, new: Seal, at: datetime, recovery: RecoveryKey | None = None) -> None:
    """New wrapping key and new keys of both files; from the seal `old` to `new`, for the same or another `recovery`.

    The keys of lookup, pseudonym and signature stay: what the log is called and what it calls people hang on them.
    Some 15 ms and twice the room for each megabyte. Raises what `open_store` raises.
    """
    with _alone(folder):
        file = read_keys(folder)
        check_practice(file, old)
        _change(folder, file, old.open(), new, at, recovery)


def recover(folder: Path, private: X25519PrivateKey, new: Seal, at: datetime) -> None:
    """Opens the store by the recovery key's private half and seals it anew, with new keys. Raises as `rotate` does."""
    with _alone(folder):
        file = read_keys(folder)
        _change(folder, file, open_for_recovery(file, private), new, at, None)


def renew_cache(folder: Path, seal: Seal, give: Callable[[bytes], None], at: datetime, after: timedelta) -> bool:
    """Gives the cache a new key where its own is older than `after`; whether it did. For whoever has the store open.

    `give` encrypts the open file anew. The old key is gone afterwards, and with it whatever a copy of the file, or a
    worn-out cell of the disk, still holds. Raises what the seal raises.
    """
    try:
        file = read_keys(folder)
        kek = seal.open()
        opened = open_with(file, kek)
        is_changing = len(file.wraps) > 1 or opened.following is not None
        if is_changing or at - opened.wrap.cache_since < after:
            return False
        following = replace(opened.keys, cache=new_key())
        changing = rewrap(replace(opened, following=following), kek, is_practice=file.is_practice)
        _write(folder, replace(file, wraps=(changing,)))
        give(following.cache)
        since = replace(opened.wrap, cache_at=at.astimezone(UTC).isoformat(timespec="seconds"))
        done = rewrap(Opened(since, following, None), kek, is_practice=file.is_practice)
        _write(folder, replace(file, wraps=(done,)))
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{FILE}: {type(error).__name__}") from error
    return True


def settle(folder: Path, seal: Seal) -> Keys:
    """The keys of a store that this process alone writes to; ends a rotation that was cut off."""
    file = read_keys(folder)
    check_practice(file, seal)
    kek = seal.open()
    opened = open_with(file, kek)
    with contextlib.suppress(TerminalError, OSError):  # on a full disk each file still opens with the key that it has
        opened = _finish(folder, file, opened, kek)
    return _keys_that_open(folder, opened)


def keys_of(folder: Path, seal: Seal) -> Keys:
    """The keys of a store that another process may be writing to. Changes nothing."""
    file = read_keys(folder)
    check_practice(file, seal)
    return _keys_that_open(folder, open_with(file, seal.open()))


def read_keys(folder: Path) -> KeyFile:
    """What the store's key file says. Raises `KEY_MISSING` or `STORE_UNREADABLE`."""
    try:
        return read_key_file((folder / FILE).read_bytes())
    except OSError as error:
        raise TerminalError(Problem.KEY_MISSING, f"{folder / FILE}: {error.strerror}") from error


def own_seal(folder: Path, credentials: Path | None = None, ask: Ask | None = None) -> Seal:
    """The seal that keeps a store's key, or that of the store an epoch lies in. Raises as `read_keys` does."""
    return seal_in(home_of(folder), read_keys(folder).wraps[-1].seal, credentials, ask)


def _change(folder: Path, file: KeyFile, old_kek: bytes, new: Seal, at: datetime, recovery: RecoveryKey | None) -> None:
    check_practice(file, new)
    opened = _finish(folder, file, open_with(file, old_kek), old_kek)
    kek = new_key()
    wrap = make_wrap(opened.keys, kek, new, at, recovery or opened.wrap.recovery_key)
    _write(folder, replace(file, wraps=(opened.wrap, wrap)))
    wrap_epochs(folder, old_kek, kek, new, at, recovery)
    new.keep(kek)
    following = replace(opened.keys, journal=new_key(), cache=new_key())
    changing = Opened(wrap, opened.keys, following)
    file = replace(file, wraps=(rewrap(changing, kek, is_practice=file.is_practice),))
    _write(folder, file)
    _finish(folder, file, changing, kek)


def _finish(folder: Path, file: KeyFile, opened: Opened, kek: bytes) -> Opened:
    """Gives each file its new key, and drops what a rotation that is over has left."""
    is_newest = opened.wrap.kek == file.wraps[-1].kek  # then the seal was changed before the cut
    if opened.following is None and (len(file.wraps) == 1 or not is_newest):
        return opened
    if opened.following is not None:
        for name in DATABASES:
            if (old := getattr(opened.keys, name)) != (new := getattr(opened.following, name)):
                _rekey(folder / f"{name}.db", old, new)
    drop_old_wraps(folder, kek)
    done = Opened(opened.wrap, opened.following or opened.keys, None)
    wrap = rewrap(done, kek, is_practice=file.is_practice)
    _write(folder, replace(file, wraps=(wrap,)))
    return replace(done, wrap=wrap)


def _rekey(path: Path, old: bytes, new: bytes) -> None:
    """A cut leaves the file under either key, never under neither: one transaction. Raises `STORE_UNREADABLE`."""
    if _opens(path, old, mode="rw"):
        with closing(Database(path, old, mode="rw", failed=Problem.STORE_UNREADABLE)) as database:
            rekey(database, new)
    if not _opens(path, new, mode="rw") and path.stem not in DISPOSABLE:  # the pragma itself tells of no failure
        raise TerminalError(Problem.STORE_UNREADABLE, f"{path.name}: opens with neither key, and so keeps both")


def _keys_that_open(folder: Path, opened: Opened) -> Keys:
    """Each file's key: of a rotation under way the new one, unless the old one still opens the file."""
    if opened.following is None:
        return opened.keys
    kept = {name: key for name in DATABASES if _opens(folder / f"{name}.db", key := getattr(opened.keys, name))}
    return replace(opened.following, **kept)


def _opens(path: Path, key: bytes, *, mode: str = "ro") -> bool:
    try:
        Database(path, key, mode=mode, failed=Problem.STORE_UNREADABLE).close()
    except TerminalError:
        return False
    return True


def _write(folder: Path, file: KeyFile) -> None:
    write_durably(folder / FILE, write_key_file(file))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps the desk out meanwhile. Raises `STORE_BUSY` where it is in, `STORE_UNREADABLE` for the disk's errors."""
    try:
        with contextlib.ExitStack() as locked:
            locked.callback(FolderLock(folder).release)
            finish_epoch(folder)  # the next log is ready under the keys of today
            yield
            give_to_folders_owner(folder)
    except OSError as error:
        raise folder_refused(folder, error) from error
