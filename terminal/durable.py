"""Files that are there as a whole or not at all, for their owner only, and on disk before the call returns.

Law: nothing here is lenient. What the file system will not do is an `OSError`, for the caller to name.
"""

import os
import stat
from pathlib import Path
from typing import IO


def write_durably(path: Path, content: bytes) -> None:
    """Puts a file in place of whatever was there. Root gives it to the folder's owner. Raises `OSError`."""
    draft = path.with_name(f"{path.name}.tmp")
    draft.unlink(missing_ok=True)
    with open_new(draft) as file:
        file.write(content)
        if os.name == "posix" and os.geteuid() == 0:  # else the desk's own account could not read it
            folder = path.parent.stat()
            os.fchown(file.fileno(), folder.st_uid, folder.st_gid)
        sync_file(file)
    move_durably(draft, path)


def write_new(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Writes a file that is not there yet, in no other's place. Raises `OSError`."""
    with open_new(path, mode) as file:
        file.write(content)
        sync_file(file)


def open_new(path: Path, mode: int = 0o600) -> IO[bytes]:
    """Opens a file that is not there yet, with these rights from its first moment on. Raises `OSError`."""
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))


def sync_file(file: IO[bytes]) -> None:
    """Has what was written on disk. Raises `OSError`."""
    file.flush()
    os.fsync(file.fileno())


def move_durably(source: Path, target: Path) -> None:
    """Renames within a file system. Raises `OSError`."""
    source.replace(target)
    for folder in dict.fromkeys((target.parent, source.parent)):  # there before it is not here any more
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Has the names in a folder on disk. Raises `OSError`."""
    if os.name != "posix":  # no other system lets a folder be synced
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def give_to_folders_owner(folder: Path) -> None:
    """What root has made in a folder becomes its owner's. Raises `OSError`."""
    if os.name != "posix" or os.geteuid() != 0:
        return
    owner = folder.stat()
    for path in folder.iterdir():
        about = path.lstat()
        if about.st_nlink == 1 or stat.S_ISDIR(about.st_mode):  # no file of someone else's that was linked here
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
