"""Where the files of a practice go."""

import tempfile
from pathlib import Path

from terminal.problems import Problem, TerminalError


def practice_home(folder: Path | None) -> Path:
    """The folder, made if need be; a new one where none is named. Raises `STORE_UNREADABLE`."""
    try:
        if folder is None:
            return Path(tempfile.mkdtemp(prefix="uketsuke-practice-"))
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TerminalError(Problem.STORE_UNREADABLE, f"{folder or tempfile.gettempdir()}: {error.strerror}") from error
    return folder
