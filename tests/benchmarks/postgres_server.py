"""A PostgreSQL as Debian has it, for as long as it is needed: on a socket in a folder of its own, never as root."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

LIMIT_S = 60


def binaries() -> Path | None:
    """Where its programs are; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextlib.contextmanager
def postgres_server(programs: Path, *, fsync: bool) -> Iterator[str]:
    """Gives the folder of its socket; it listens nowhere else. The role `owner` owns it."""
    home = Path(tempfile.mkdtemp(prefix="uketsuke-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    control = [str(programs / "pg_ctl"), "-D", f"{home}/data", "-w", "-t", str(LIMIT_S)]
    try:
        _not_as_root([str(programs / "initdb"), "-D", f"{home}/data", "-A", "trust", "-U", "owner", "-N", "-E", "UTF8"])
        options = f"-c listen_addresses='' -k {home} -c fsync={'on' if fsync else 'off'}"
        _not_as_root([*control, "-l", f"{home}/log", "-o", options, "start"])
        try:
            yield str(home)
        finally:
            _not_as_root([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home)


def _not_as_root(command: list[str]) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=LIMIT_S)
