"""A practice process of ours: it is started, takes orders as lines of JSON, answers in lines, and is killed.

An answer begins with the word of its order; an empty line is the end of the process.
"""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import IO

from terminal.problems import Problem, TerminalError

ORDER_SECONDS = 15.0


class OrderedProcess:
    """One at a time. `name` says in what is raised who it is; `overhear` gets each line first, True: it was for it."""

    def __init__(self, name: str, overhear: Callable[[str], bool] = lambda _line: False) -> None:
        self._name = name
        self._overhear = overhear
        self._process: subprocess.Popen[str] | None = None
        self._listening: threading.Thread | None = None
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()

    @property
    def is_running(self) -> bool:
        """Whether it was started, and neither killed nor ended by itself."""
        return self._process is not None and self._process.poll() is None

    def start(self, command: Sequence[str], word: str, seconds: float) -> str:
        """Returns once it works, which it tells by this word, what it says after it. Raises `PROGRAM_ERROR`."""
        self.kill()  # and what is left of one that ended by itself
        said = self._said = queue.SimpleQueue()
        self._process = process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="ascii",
            process_group=0,  # Ctrl-C at the terminal is for the desk, which ends its children
        )
        self._listening = threading.Thread(target=self._listen, args=(process.stdout, said), daemon=True)
        self._listening.start()
        first, _, rest = self._line(seconds).partition(" ")
        if first != word:
            self.kill()
            raise TerminalError(Problem.PROGRAM_ERROR, f"{self._name} did not start")
        return rest

    def order(self, word: str, value: object, **more: object) -> str:
        """What it says to an order, after the word. Raises `PROGRAM_ERROR` when it says nothing, or something else."""
        process = self._process
        if process is None or process.stdin is None or not self.is_running:
            raise TerminalError(Problem.PROGRAM_ERROR, f"{self._name} does not run")
        with contextlib.suppress(OSError):  # it ended just now, and will not answer
            process.stdin.write(json.dumps({word: value, **more}) + "\n")
            process.stdin.flush()
        said, _, rest = self._line(ORDER_SECONDS).partition(" ")
        if said != word:
            raise TerminalError(Problem.PROGRAM_ERROR, f"{self._name} does not obey")
        return rest

    def kill(self) -> None:
        """Ends it at once; what it had still to do or to say is lost."""
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

    def _line(self, seconds: float) -> str:
        try:
            return self._said.get(timeout=seconds)
        except queue.Empty:
            return ""

    def _listen(self, stdout: IO[str] | None, said: queue.SimpleQueue[str]) -> None:
        if stdout is not None:
            with stdout:
                for line in map(str.strip, stdout):
                    if not self._overhear(line):
                        said.put(line)
        said.put("")
