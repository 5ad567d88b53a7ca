"""Debian's PostgreSQL for as long as it is needed, which may be stopped and started again in between.

It listens on a socket in a folder of its own and nowhere else, and never runs as root, which it would refuse.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

PROGRAMS = Path("/usr/lib/postgresql")
ACCOUNT = "postgres"
LIMIT_S = 60


class PostgresServer:
    """A server with an empty database that the role `owner` owns. Without `fsync` a commit is not yet on disk."""

    def __init__(self, *, fsync: bool = True) -> None:
        self._account = ACCOUNT if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="uketsuke-pg-"))
        if self._account:
            shutil.chown(self._folder, self._account, self._account)
        self._options = f"-c listen_addresses='' -k {self._folder} -c fsync={'on' if fsync else 'off'}"
        self._run("initdb", "-A", "trust", "-U", "owner", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    @staticmethod
    def is_installed() -> bool:
        """Whether there is one on this machine."""
        return any(PROGRAMS.glob("*/bin/initdb"))

    def address(self, role: str = "owner", database: str = "postgres") -> str:
        """For psycopg."""
        return f"postgresql://{role}@localhost/{database}?host={self._folder}"

    def start(self) -> None:
        """Returns once it takes connections."""
        self._run("pg_ctl", "-w", "-t", str(LIMIT_S), "-l", f"{self._folder}/log", "-o", self._options, "start")

    def stop(self) -> None:
        """Ends it at once, with every connection."""
        self._run("pg_ctl", "-w", "-t", str(LIMIT_S), "-m", "fast", "stop")

    def __enter__(self) -> "PostgresServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        found = sorted(PROGRAMS.glob(f"*/bin/{program}"))[-1]
        command = [str(found), "-D", f"{self._folder}/data", *arguments]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, user=self._account, cwd=self._folder, timeout=2 * LIMIT_S
        )
