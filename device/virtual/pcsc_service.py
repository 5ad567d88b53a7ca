"""The machine's PC/SC service with vsmartcard's virtual reader: the one that runs, or one of ours while it is needed.

Cards connect to the virtual reader on 127.0.0.1; the driver itself listens on all interfaces.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from terminal.problems import Problem, TerminalError

VPCD_PORT: Final = 35963  # 0x8C7B, from Debian's /etc/reader.conf.d/vpcd
VPCD_READER: Final = "Virtual PCD 00 00"
SECOND_VPCD_PORT: Final = 35964
SECOND_VPCD_READER: Final = "Virtual PCD 00 01"
VPCD_POLL_SECONDS: Final = 0.6  # the driver looks for a card every 0.4 s

_COMMUNICATION = Path("/run/pcscd/pcscd.comm")  # where Debian's pcscd listens
_DRIVERS = Path("/etc/reader.conf.d")
_START_SECONDS: Final = 10.0
_ASK_AGAIN_SECONDS: Final = 0.05
_END_SECONDS: Final = 5.0


class PcscService:
    """Starts `pcscd` unless one answers already, and then leaves that one alone.

    Raises `READER_SERVICE_DOWN` when there is none and it cannot be started, or when the virtual reader is missing.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if not _answers():
            self.start()
        self._wait_for_reader()

    @property
    def pid(self) -> int | None:
        """Our service's process; None when it is the machine's own."""
        return self._process.pid if self._process else None

    def start(self, *, drivers: Path = _DRIVERS) -> None:
        """Starts a service of ours, with the readers that the folder `drivers` names."""
        program = shutil.which("pcscd") or shutil.which("pcscd", path="/usr/sbin")
        if program is None or not (_DRIVERS / "vpcd").exists():
            raise TerminalError(Problem.READER_SERVICE_DOWN, "Debian's packages pcscd and vsmartcard-vpcd are needed")
        if os.geteuid() != 0:
            raise TerminalError(Problem.READER_SERVICE_DOWN, "pcscd does not run, and only root may start it")
        _COMMUNICATION.unlink(missing_ok=True)  # left behind by one that was killed
        self._process = subprocess.Popen(
            # It must not outlive a desk that is killed.
            ["setpriv", "--pdeathsig", "TERM", program, "--foreground", "--config", drivers],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """Ends our service without a word, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Ends the service if it is ours."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def _wait_for_reader(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not (_answers() and _listens(VPCD_PORT)):
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.close()
                raise TerminalError(Problem.READER_SERVICE_DOWN, "no virtual reader appeared")
            time.sleep(_ASK_AGAIN_SECONDS)


def _answers() -> bool:
    """Whether someone accepts connections where the service would."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(_COMMUNICATION)) == 0


def _listens(port: int) -> bool:
    """Whether the port is taken, told without connecting: a connection would be a card."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("", port))
        except OSError:
            return True
    return False
