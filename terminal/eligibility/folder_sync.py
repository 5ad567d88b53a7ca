"""A rename made lasting, as far as the folder's file system can."""

import contextlib
import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Puts a folder's names on disk; where that cannot be done, a power cut may undo the last rename."""
    with contextlib.suppress(OSError):  # Windows opens no folders, and some network shares sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
