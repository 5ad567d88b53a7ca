"""The desk under examination from outside: hands at its pipes, crashes for its processes, eyes in its memory."""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from device.child import command, program
from terminal.commands.traces import Secret, Trace, in_bytes, in_memory
from terminal.problems import Problem, TerminalError

MODULE: Final = "terminal.commands.canary_desk"
FACE_MODULE: Final = "device.face.process"
WITHIN_S: Final = 30.0
SETTLE_S: Final = 5.0  # for what is being freed just now


class ExaminedDesk:
    """A desk in a process of its own, which ends with this. Whatever does not happen in time raises `PROGRAM_ERROR`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._states: queue.SimpleQueue[str] = queue.SimpleQueue()
        with open(home / "stderr.log", "wb") as log:
            self._process = subprocess.Popen(
                command(MODULE, "--home", str(home)),
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "TMPDIR": str(home)},
            )
        threading.Thread(target=self._listen, daemon=True).start()
        self.reader = "127.0.0.1", int(self.expect("ready")[0])
        self.expect("Idle")

    def do(self, word: str, *rest: str, after: str | None = None) -> None:
        """Tells the hands to do something, once the desk has come to the state `after`."""
        if after is not None:
            self.expect(after)
        if self._process.stdin is not None:
            self._process.stdin.write(" ".join((word, *rest)).encode())

    def expect(self, state: str) -> list[str]:
        """Waits until the desk comes to a state; what it said beside its name."""
        deadline = time.monotonic() + WITHIN_S
        while True:
            try:
                name, *rest = self._states.get(timeout=max(deadline - time.monotonic(), 0.0)).split()
            except queue.Empty:
                raise TerminalError(Problem.PROGRAM_ERROR, f"the desk did not come to {state}") from None
            if name == state:
                return rest

    def crash(self, module: str) -> None:
        """Has a process of the desk crash, as one that would leave a core dump."""
        for pid in self._family():
            if _module(pid) == module:
                os.kill(pid, signal.SIGSEGV)

    def kill(self) -> None:
        """Ends the desk without a word, and waits until its processes have followed."""
        family = self._family()
        self._process.kill()
        self._process.wait()
        deadline = time.monotonic() + WITHIN_S
        while any(_lives(pid) for pid in family):
            if time.monotonic() > deadline:
                raise TerminalError(Problem.PROGRAM_ERROR, "a process outlives its desk")
            time.sleep(0.05)

    def is_unknown(self, secrets: Iterable[Secret]) -> bool:
        """Whether they are not there already by chance."""
        return not self._found(secrets)

    def look(self, secrets: Iterable[Secret]) -> Iterator[Trace]:
        """What is found in the memory of the desk's processes, and found again after a while."""
        sought = tuple(secrets)
        if first := self._found(sought):
            time.sleep(SETTLE_S)
            yield from first & self._found(sought)

    def require_sight_of(self, secrets: Iterable[Secret]) -> None:
        """Raises unless what the desk does hold just now is found: a search that finds nothing must not be blind."""
        if not self._found(secrets):
            raise TerminalError(Problem.PROGRAM_ERROR, "the search does not even find what is there")

    def look_in_log(self, secrets: Iterable[Secret]) -> Iterator[Trace]:
        """What is found in the access log, decrypted."""
        shown = subprocess.run(
            program("log", "show", str(self._home)),
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )
        if shown.returncode or not shown.stdout:
            raise TerminalError(Problem.PROGRAM_ERROR, "the access log cannot be read")
        yield from in_bytes(shown.stdout, secrets, "the access log")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process:
            if self._process.stdin is not None:
                self._process.stdin.close()
            try:
                self._process.wait(WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _listen(self) -> None:
        if self._process.stdout is not None:
            rest = b""
            while heard := self._process.stdout.read(4096):
                *lines, rest = (rest + heard).split(b"\n")
                for line in lines:
                    self._states.put(line.decode())

    def _found(self, secrets: Iterable[Secret]) -> set[Trace]:
        sought = tuple(secrets)
        family = [(pid, _module(pid)) for pid in self._family()]
        return {trace for pid, module in family for trace in in_memory(pid, _worth_seeking(sought, module), module)}

    def _family(self) -> list[int]:
        return [pid for pid in (self._process.pid, *_children(self._process.pid)) if _lives(pid)]


def _worth_seeking(secrets: Iterable[Secret], module: str) -> Iterable[Secret]:
    """All but a PIN in the face process: it is never sent there, and pictures hold any four digits by chance."""
    return (secret for secret in secrets if not (secret.only_alone and module == FACE_MODULE))


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _children(child)


def _lives(pid: int) -> bool:
    """Whether it has memory: not so one that has ended and that nobody has asked about yet."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


def _module(pid: int) -> str:
    """The module that a process of ours runs, from its command line."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return next((word for word in words if word.startswith(("device.", "terminal."))), "a process")
