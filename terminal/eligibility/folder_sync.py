"""A rename made lasting, as far as the folder's file system can."""

import contextlib
from pathlib import Path

from terminal import durable


def sync_folder(folder: Path) -> None:
    """Puts a folder's names on disk; where that cannot be done, a power cut may undo the last rename."""
    with contextlib.suppress(OSError):  # Windows opens no folders, and some network shares sync none
        durable.sync_folder(folder)
