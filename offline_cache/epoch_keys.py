"""The keys of epochs that are over, kept openable while the wrapping key of their store is changed.

Law: between two steps each key file opens with the wrapping key that the seal has. A damaged journal cannot be
encrypted anew, so it keeps its own key, and only what wraps that is changed.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from offline_cache.epochs import epochs_in
from offline_cache.keys.key_file import (
    FILE,
    KeyFile,
    Opened,
    make_wrap,
    open_with,
    read_key_file,
    rewrap,
    write_key_file,
)
from offline_cache.keys.recovery import RecoveryKey
from offline_cache.keys.seals import Seal
from offline_cache.keys.wrapping import check_value
from terminal.durable import write_durably


def wrap_epochs(folder: Path, old: bytes, new: bytes, seal: Seal, at: datetime, recovery: RecoveryKey | None) -> None:
    """Wraps every epoch's keys under the wrapping key `new` as well, before the seal has it. Raises `OSError`."""
    for path in _key_files(folder):
        file = _read(path)
        opened = open_with(file, old)
        wrap = make_wrap(opened.keys, new, seal, at, recovery or opened.wrap.recovery_key)
        wrap = rewrap(Opened(wrap, opened.keys, opened.following), new, is_practice=file.is_practice)
        write_durably(path, write_key_file(replace(file, wraps=(opened.wrap, wrap))))


def drop_old_wraps(folder: Path, kek: bytes) -> None:
    """Leaves every epoch's keys under that wrapping key alone. Raises `OSError`."""
    for path in _key_files(folder):
        file = _read(path)
        kept = tuple(wrap for wrap in file.wraps if wrap.kek == check_value(kek))
        if kept and kept != file.wraps:
            write_durably(path, write_key_file(replace(file, wraps=kept)))


def _key_files(folder: Path) -> list[Path]:
    return [path / FILE for path in epochs_in(folder).values()]


def _read(path: Path) -> KeyFile:
    return read_key_file(path.read_bytes())
