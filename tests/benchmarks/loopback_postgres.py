"""Debian's PostgreSQL on a loopback port, with every commit on disk, that a test may stop and start again."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

READY = "database system is ready to accept connections"
ACCOUNT = "postgres"  # the server refuses to run as root


class LoopbackPostgres:
    """A server with an empty database; `address` is for psycopg."""

    def __init__(self) -> None:
        self._programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self._account = ACCOUNT if os.getuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="uketsuke-postgres-"))
        if self._account:
            shutil.chown(self._folder, self._account, self._account)
        self._run("initdb", "-D", self._folder / "data", "-A", "trust", "-U", ACCOUNT, "-E", "UTF8", "--locale=C.UTF-8")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address: str = f"postgresql://{ACCOUNT}@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self) -> None:
        """Returns once it takes connections."""
        self._process = subprocess.Popen(
            [
                self._programs / "postgres",
                *("-D", self._folder / "data", "-p", str(self.port)),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            user=self._account,
            cwd=self._folder,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )
        assert self._process.stderr is not None
        while READY not in (line := self._process.stderr.readline()):
            assert line, "PostgreSQL ended before it was ready"

    def stop(self) -> None:
        """Ends it at once, with every connection."""
        self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
        assert self._process.stderr is not None
        with self._process.stderr:
            self._process.stderr.read()
        self._process.wait(30)

    def __enter__(self) -> "LoopbackPostgres":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: object) -> None:
        command: list[str | Path] = [self._programs / program, *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, user=self._account, cwd=self._folder)
