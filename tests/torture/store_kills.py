"""A store's writer is killed at any moment: while it opens, while it writes, while it signs."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import Random

from store_power_cuts import ROOT, WRITER, last_head, what_is_wrong

from terminal.access_log.verify import Head

MOST_LINES = 60
OPENING_S = 0.6  # from the start of the process to its first entry, about
LIMIT_S = 60


def kill_wrongs(kills: int, home: Path, credentials: Path, random: Random) -> tuple[list[str], int]:
    """What is wrong after each kill that leaves something wrong, and how many entries were acknowledged in all."""
    wrongs, head = [], None
    for number in range(kills):
        head = written_until_killed(home / "killed", credentials, random) or head
        if wrong := what_is_wrong(home / "killed", credentials, head):
            wrongs.append(f"kill {number}: {wrong}")
    return wrongs, head.size if head else 0


def written_until_killed(folder: Path, credentials: Path, random: Random) -> Head | None:
    """Starts a writer and kills it (SIGKILL); the last head that it acknowledged."""
    command = [sys.executable, str(WRITER), str(folder), str(credentials)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        try:
            said = b"".join(writer.stdout.readline() for _ in range(random.choice((0, random.randint(1, MOST_LINES)))))
            with suppress(subprocess.TimeoutExpired):  # a moment that no line tells of
                writer.wait(random.uniform(0, 0.01 if said else OPENING_S))
        finally:
            writer.kill()
        said += writer.stdout.read()
        writer.wait(LIMIT_S)
    return last_head(said)
