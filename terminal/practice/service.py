"""The desk's hold on the practice eligibility service: starts it, cuts its line, mends it, sets its faults.

Cutting the line kills the process, so that the desk meets a real refused connection; mending starts it again on the
same port.
"""

from collections.abc import Callable
from pathlib import Path

from terminal.practice.faults import Fault
from terminal.practice.ordered_process import OrderedProcess

MODULE = "terminal.practice.service_process"
START_SECONDS = 15.0


class PracticeService:
    """One service. `home` holds `tls/` and `registry.json`; `command` gives the command line that runs a module."""

    def __init__(self, home: Path, command: Callable[[str], list[str]]) -> None:
        self._home = home
        self._command = command
        self._port = 0  # any; from the first start on, always the same
        self._process = OrderedProcess("the practice service")

    @property
    def url(self) -> str:
        """Where questions go; known once the service was started."""
        return f"https://127.0.0.1:{self._port}/eligibility"

    @property
    def is_cut(self) -> bool:
        """Whether nobody listens at `url`."""
        return not self._process.is_running

    def start(self) -> None:
        """Returns once the service listens. Does nothing while it runs. Raises `PROGRAM_ERROR` if it does not start."""
        if self.is_cut:
            command = [*self._command(MODULE), "--home", str(self._home), "--port", str(self._port)]
            self._port = int(self._process.start(command, "listening", START_SECONDS))

    def set_fault(self, fault: Fault, seed: int = 0) -> None:
        """Returns once the fault holds; `seed` decides what it leaves to chance. Raises `PROGRAM_ERROR` while cut."""
        self._process.order("fault", fault, seed=seed)

    def cut(self) -> None:
        """Ends the process at once, as a line is cut; faults are forgotten."""
        self._process.kill()

    def mend(self) -> None:
        """Starts it again where it was."""
        self.start()

    def close(self) -> None:
        """Ends it for good."""
        self.cut()
