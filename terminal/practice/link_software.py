"""The desk's hold on the practice link software: starts it, kills it, sets its faults, lays cards on its reader."""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from terminal.practice.link_software_faults import LinkFault
from terminal.problems import Problem, TerminalError

MODULE = "terminal.practice.link_software_process"
START_SECONDS = 30.0
ORDER_SECONDS = 15.0


class PracticeLinkSoftware:
    """One process on the folders under `folder`. `home` holds `registry.json`; `command` runs a module.

    `asked` are the identifiers of the requests that it took, in order, over all its starts.
    """

    def __init__(self, home: Path, folder: Path, command: Callable[[str], list[str]]) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self._home = home
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._listening: threading.Thread | None = None
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> None:
        """Returns once it works. Raises `PROGRAM_ERROR` if it does not start."""
        self.close()
        self._said = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [*self._command(MODULE), "--home", str(self._home), "--folder", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="ascii",
            process_group=0,  # Ctrl-C at the terminal is for the desk, which ends its children
        )
        self._listening = threading.Thread(target=self._listen, args=(self._process, self._said), daemon=True)
        self._listening.start()
        if self._next_line(START_SECONDS) != "ready":
            self.close()
            raise TerminalError(Problem.PROGRAM_ERROR, "the practice link software did not start")

    def set_fault(self, fault: LinkFault) -> None:
        """Returns once the fault holds."""
        self._order("fault", fault)

    def set_delay(self, seconds: float) -> None:
        """Returns once each reply waits that long."""
        self._order("delay", seconds)

    def lay_card(self, person_id: str) -> str:
        """Lays someone's card on the official reader: the name of the result in `face`."""
        return self._order("card", person_id)

    def close(self) -> None:
        """Kills it; what it had still to write is lost."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):  # what was not flushed is lost with the process
                process.stdin.close()
        if self._listening is not None:
            self._listening.join()

    def _order(self, word: str, value: object) -> str:
        """What it says to an order. Raises `PROGRAM_ERROR` when it says nothing, or something else."""
        process = self._process
        if process is None or process.stdin is None:
            raise TerminalError(Problem.PROGRAM_ERROR, "the practice link software does not run")
        with contextlib.suppress(OSError):  # it ended just now, and will not answer
            process.stdin.write(json.dumps({word: value}) + "\n")
            process.stdin.flush()
        said, _, result = self._next_line(ORDER_SECONDS).partition(" ")
        if said != word:
            raise TerminalError(Problem.PROGRAM_ERROR, "the practice link software does not obey")
        return result

    def _next_line(self, seconds: float) -> str:
        try:
            return self._said.get(timeout=seconds)
        except queue.Empty:
            return ""

    def _listen(self, process: "subprocess.Popen[str]", said: queue.SimpleQueue[str]) -> None:
        """Keeps what was asked, passes on the rest; an empty line is the end."""
        if process.stdout is not None:
            with process.stdout:
                for line in process.stdout:
                    word, _, rest = line.strip().partition(" ")
                    if word == "asked":
                        self.asked.append(rest)
                    else:
                        said.put(line.strip())
        said.put("")
