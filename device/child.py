"""A process of our own, asked over its pipes: what may hang, crash or meet hostile bytes is done there.

A message is a JSON header and raw blobs. JSON, not pickle: what comes back from a process that reads hostile bytes is
data, never objects. The child ends when its standard input does, so it never outlives the desk.
"""

import contextlib
import ctypes
import json
import logging
import os
import queue
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, Final

from device.clean_memory import CLEAN_MEMORY
from terminal.problems import Problem, TerminalError

Values = dict[str, Any]
Answer = tuple[Mapping[str, Any], Sequence[bytes]]
Verb = Callable[[Values, list[bytes]], Answer]

CHILD_ENDED: Final = "child_ended"  # the news that `tell` gets when the process ended by itself
_PR_SET_DUMPABLE: Final = 4  # prctl(2)
_LOG_LEVEL: Final = "UKETSUKE_LOG_LEVEL"  # a child logs, to standard error, what its desk would log


def command(module: str, *arguments: str) -> list[str]:
    """The command line that runs one of our modules as a process; the frozen program is its own interpreter."""
    run = ["--child"] if getattr(sys, "frozen", False) else ["-m"]
    return [sys.executable, *run, module, *arguments]


def program(*arguments: str) -> list[str]:
    """The command line of `uketsuke VERB ARGUMENT...`, of this very program."""
    return [sys.executable, *(() if getattr(sys, "frozen", False) else ("-m", "terminal")), *arguments]


class Child:
    """One process, started on first need, asked one question at a time, and killed when it does not answer in time.

    `hung` and `ended` are the problems raised when a time limit is over or the process is gone; either way the next
    question finds a fresh process. `tell` gets, on a thread of its own, what the process says unasked.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        hung: Problem,
        ended: Problem,
        tell: Callable[[Values], None] | None = None,
    ) -> None:
        self._command = command(module, *arguments)
        self._hung = hung
        self._ended = ended
        self._tell = tell
        self._asking = threading.Lock()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[tuple[Values, list[bytes]] | None] = queue.SimpleQueue()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def start(self) -> None:
        """Starts the process ahead of need; does nothing while it runs."""
        with self._starting:
            if self._closed or self.pid is not None:
                return
            if self._process is not None:
                _close_input(self._process)
            self._answers = queue.SimpleQueue()
            self._process = subprocess.Popen(
                self._command,
                bufsize=0,  # a buffer would keep what it passed on last
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **CLEAN_MEMORY, _LOG_LEVEL: str(logging.getLogger().level)},
                process_group=0,  # Ctrl-C at the terminal is for the desk, which ends its children
            )
            reading = threading.Thread(target=self._read, args=(self._process, self._answers), daemon=True)
            reading.start()

    def ask(
        self, verb: str, values: Mapping[str, Any] | None = None, *blobs: bytes, within: float
    ) -> tuple[Values, list[bytes]]:
        """Asks and waits at most `within` seconds. Raises `TerminalError`: the child's own, or `hung`, or `ended`."""
        with self._asking:
            self.start()
            process, answers = self._process, self._answers
            if self._closed or process is None or process.stdin is None:
                raise TerminalError(self._ended)
            out_of_time = threading.Event()

            def give_up() -> None:
                out_of_time.set()
                process.kill()  # a write to it or a read from it ends with this

            limit = threading.Timer(within, give_up)
            limit.start()
            try:
                _write(process.stdin, {"verb": verb, "values": values or {}}, blobs)
                answer = answers.get()
            except (OSError, ValueError):  # `ValueError`: its input was closed meanwhile
                answer = None
            finally:
                limit.cancel()
            if answer is None:
                process.kill()
                process.wait()
                raise TerminalError(self._hung if out_of_time.is_set() else self._ended, verb)
        header, received = answer
        if "problem" in header:
            raise TerminalError(Problem(header["problem"]), header["detail"])
        return header["values"], received

    def close(self) -> None:
        """Ends the process; a question under way ends with `ended`."""
        with self._starting:
            self._closed = True
            process = self._process
        if process is not None:
            process.kill()
            process.wait()
            _close_input(process)

    def _read(
        self, process: subprocess.Popen[bytes], answers: "queue.SimpleQueue[tuple[Values, list[bytes]] | None]"
    ) -> None:
        """Sorts what the process says into answers and news, until it ends."""
        assert process.stdout is not None  # noqa: S101  # we asked for the pipe
        try:
            while self._pass_on(_read_message(process.stdout), answers):
                pass
        except (OSError, ValueError):
            process.kill()  # it does not speak as agreed
        answers.put(None)
        process.stdout.close()
        process.wait()
        if self._tell is not None and not self._closed:
            self._tell({"news": CHILD_ENDED})

    def _pass_on(
        self,
        message: tuple[Values, list[bytes]] | None,
        answers: "queue.SimpleQueue[tuple[Values, list[bytes]] | None]",
    ) -> bool:
        """Passes on one message, and keeps nothing of it while it waits for the next; false when there is none."""
        if message is None:
            return False
        if "news" not in message[0]:
            answers.put(message)
        elif self._tell is not None:
            self._tell(message[0]["news"])
        return True


def _close_input(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):  # what was not flushed is lost with the process
            process.stdin.close()


# --- in the child -----------------------------------------------------------------------------------------------------

_speaking = threading.Lock()
_mouth: list[BinaryIO] = []  # the real standard output, once `serve` has put it aside


def serve(verbs: Mapping[str, Verb]) -> None:
    """The child's main loop: answers questions from standard input until its end.

    Standard output is put aside for answers first, so that whatever a library prints goes to standard error.
    """
    forbid_core_dumps()
    logging.basicConfig(level=int(os.environ.get(_LOG_LEVEL, logging.WARNING)))
    ears = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115  # standard input without a buffer that keeps things
    _mouth.append(os.fdopen(os.dup(1), "wb", buffering=0))
    os.dup2(2, 1)
    while _answer(verbs, _read_message(ears)):
        pass


def _answer(verbs: Mapping[str, Verb], question: tuple[Values, list[bytes]] | None) -> bool:
    """Answers one question, and keeps nothing of it while it waits for the next; false when there is none."""
    if question is None:
        return False
    header, blobs = question
    try:
        values, answer_blobs = verbs[header["verb"]](header["values"], blobs)
    except TerminalError as error:
        _say({"problem": error.problem, "detail": error.detail}, ())
    else:
        _say({"values": values}, answer_blobs)
    return True


def tell(news: Mapping[str, Any]) -> None:
    """Says something unasked; from any thread of the child, once `serve` runs."""
    _say({"news": news}, ())


def forbid_core_dumps() -> None:
    """No crash of this process leaves its memory on disk, nor may another process of the same user read it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _say(header: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
    with _speaking:
        if _mouth:
            _write(_mouth[0], header, blobs)


# --- the wire ---------------------------------------------------------------------------------------------------------


def _write(stream: Any, header: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
    text = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    message = memoryview(b"".join((struct.pack(">I", len(text)), text, *blobs)))
    while message:
        message = message[stream.write(message) :]
    stream.flush()


def _read_message(stream: Any) -> tuple[Values, list[bytes]] | None:
    length = _read_exactly(stream, 4)
    if length is None:
        return None
    text = _read_exactly(stream, struct.unpack(">I", length)[0])
    if text is None:
        return None
    header: Values = json.loads(text)
    blobs = [_read_exactly(stream, size) for size in header.pop("blobs")]
    return None if None in blobs else (header, [blob for blob in blobs if blob is not None])


def _read_exactly(stream: Any, size: int) -> bytes | None:
    """`size` bytes, or None at the stream's end."""
    parts: list[bytes] = []
    while size > 0:
        part = stream.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
