"""A file that a command makes at the place it was told: never in another's place, and on disk when this returns."""

from pathlib import Path

from terminal import durable
from terminal.problems import Problem, TerminalError


def write_new(path: Path, content: bytes, problem: Problem = Problem.KEY_MISSING, *, mode: int = 0o600) -> None:
    """Writes it, for its owner alone unless `mode` says otherwise. Raises `problem`."""
    try:
        durable.write_new(path, content, mode)
    except OSError as error:
        raise TerminalError(problem, f"{path}: {error.strerror}") from error
