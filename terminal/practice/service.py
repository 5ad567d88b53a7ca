"""The desk's hold on the practice eligibility service: starts it, cuts its line, mends it, sets its faults.

Cutting the line kills the process, so that the desk meets a real refused connection; mending starts it again on the
same port.
"""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from terminal.practice.faults import Fault
from terminal.problems import Problem, TerminalError

MODULE = "terminal.practice.service_process"
START_SECONDS = 15.0
ORDER_SECONDS = 5.0


class PracticeService:
    """One service. `home` holds `tls/` and `registry.json`; `command` gives the command line that runs a module."""

    def __init__(self, home: Path, command: Callable[[str], list[str]]) -> None:
        self._home = home
        self._command = command
        self._port = 0  # any; from the first start on, always the same
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    @property
    def url(self) -> str:
        """Where questions go; known once the service was started."""
        return f"https://127.0.0.1:{self._port}/eligibility"

    @property
    def is_cut(self) -> bool:
        """Whether nobody listens at `url`."""
        return self._process is None or self._process.poll() is not None

    def start(self) -> None:
        """Returns once the service listens. Does nothing while it runs. Raises `PROGRAM_ERROR` if it does not start."""
        if not self.is_cut:
            return
        self.cut()  # what is left of one that ended by itself
        self._lines = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [*self._command(MODULE), "--home", str(self._home), "--port", str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="ascii",
            process_group=0,  # Ctrl-C at the terminal is for the desk, which ends its children
        )
        threading.Thread(target=_listen, args=(self._process.stdout, self._lines), daemon=True).start()
        word, _, port = self._line(START_SECONDS).partition(" ")
        if word != "listening":
            self.cut()
            raise TerminalError(Problem.PROGRAM_ERROR, "the practice service did not start")
        self._port = int(port)

    def set_fault(self, fault: Fault, seed: int = 0) -> None:
        """Returns once the fault holds; `seed` decides what it leaves to chance. Raises `PROGRAM_ERROR` while cut."""
        process = self._process
        if process is None or process.stdin is None or self.is_cut:
            raise TerminalError(Problem.PROGRAM_ERROR, "the practice service does not run")
        with contextlib.suppress(OSError):  # it ended just now, and will not answer
            process.stdin.write(json.dumps({"fault": fault, "seed": seed}) + "\n")
            process.stdin.flush()
        if self._line(ORDER_SECONDS) != f"fault {fault}":
            raise TerminalError(Problem.PROGRAM_ERROR, "the practice service does not obey")

    def cut(self) -> None:
        """Ends the process at once, as a line is cut; faults are forgotten."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):  # what was not flushed is lost with the process
                process.stdin.close()

    def mend(self) -> None:
        """Starts it again where it was."""
        self.start()

    def close(self) -> None:
        """Ends it for good."""
        self.cut()

    def _line(self, seconds: float) -> str:
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            return ""


def _listen(stdout: IO[str] | None, lines: queue.SimpleQueue[str]) -> None:
    """Passes on what the process says; an empty line is its end."""
    if stdout is not None:
        with stdout:
            for line in stdout:
                lines.put(line.strip())
    lines.put("")
