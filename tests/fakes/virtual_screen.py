"""An X screen that nobody sees: windows on it are as real as on a desk's."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def virtual_screen(*programs: str) -> Iterator[str]:
    """The name of a display of 1920 × 1080; skips where Xvfb or one of `programs` is not installed."""
    if not all(map(shutil.which, ("Xvfb", *programs))):
        pytest.skip(f"{', '.join(('Xvfb', *programs))} are not installed")
    ours, theirs = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(theirs), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=[theirs],
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    try:
        with os.fdopen(ours) as told:
            display = f":{told.readline().strip()}"
        yield display
    finally:
        screen.terminate()
        screen.wait(60)
