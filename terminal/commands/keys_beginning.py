"""Beginning a store under new keys, and the second way in to it: for whoever types a command, and for the set-up."""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from offline_cache.journal_end import FILE as JOURNAL_FILE
from offline_cache.keys.choice import seal_in
from offline_cache.keys.recovery import RecoveryKey, new_private_key, recovery_key, write_private
from offline_cache.keys.seals import Seal
from offline_cache.keys.wrapping import new_key
from offline_cache.store import KEY_FILE, open_store
from terminal.clock import SystemClock
from terminal.commands.new_file import write_new
from terminal.configuration.settings import SealKind
from terminal.durable import give_to_folders_owner
from terminal.problems import Problem, TerminalError


def has_store(folder: Path) -> bool:
    """Whether anything of a store lies there."""
    return any((folder / name).exists() for name in (KEY_FILE, JOURNAL_FILE))


def begin_store(folder: Path, seal: Seal, terminal: str, recovery: Callable[[], RecoveryKey | None]) -> None:
    """Seals a new wrapping key, and begins the store under it. Raises `STORE_BUSY` where there is one, and what it is.

    `recovery` gives the second way in, once there is a folder.
    """
    if has_store(folder):
        raise TerminalError(Problem.STORE_BUSY, f"{folder}: there is a store already, which keeps its keys")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        second = recovery()
        seal.keep(new_key())
        open_store(folder, seal, SystemClock(), terminal, recovery=second).close()
        give_to_folders_owner(folder)
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{error.filename}: {error.strerror}") from error


def make_recovery(path: Path) -> RecoveryKey:
    """A new pair; the private half is written to a file that is not there yet. Raises `KEY_MISSING`."""
    private = new_private_key()
    write_new(path, write_private(private))
    return recovery_key(private)


def seal_found() -> SealKind:
    """What this machine can keep a key with: found by having it keep one, which takes a second, and opening it again.

    A passphrase is what is left where nothing else can.
    """
    kind = SealKind.DPAPI if sys.platform == "win32" else SealKind.CREDENTIAL
    with TemporaryDirectory(prefix="uketsuke-seal-") as folder:
        seal, kek = seal_in(Path(folder), kind), new_key()
        try:
            seal.keep(kek)
            return kind if seal.open() == kek else SealKind.PASSPHRASE
        except TerminalError:
            return SealKind.PASSPHRASE
