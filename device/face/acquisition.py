"""Faces out of picture files, by processes that are killed when they hang: one file, or any number on all cores.

Of a file nothing stays but its embedding and its measures; the pictures are gone when a process has looked at them.
"""

import os
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from device.child import Child
from device.face.picture_file import read_file
from device.face.pixels import Floats
from device.face.quality import Hint
from terminal.problems import Problem, TerminalError

MODULE = "device.face.acquisition_process"
WITHIN_SECONDS = 60.0  # for one picture, a cold start's loading of the networks included; a warm one takes 0.05
AHEAD = 4  # pictures read from disk for each process that looks


@dataclass(frozen=True)
class Sample:
    """What a picture holds: the one face's embedding and measures, None without one; `hint` says what is not good.

    `quality` has the fields of `device.face.quality.Quality`.
    """

    hint: Hint | None
    quality: dict[str, Any] | None = None
    embedding: Floats | None = field(default=None, repr=False)


class PictureUnusable(Exception):  # noqa: N818  # a finding about a file
    """A file that is no picture: its path and why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


Acquire = Callable[[Path], Sample]
"""Looks at one file. Raises `PictureUnusable`, and `TerminalError` when the engine fails."""


@contextmanager
def acquiring(processes: int = 1) -> Iterator[Acquire]:
    """Processes for the time of a `with`; `Acquire` may be called from as many threads at once."""
    children: queue.SimpleQueue[Child] = queue.SimpleQueue()
    started = [
        Child(MODULE, hung=Problem.FACE_ENGINE_FAILED, ended=Problem.FACE_ENGINE_FAILED) for _ in range(processes)
    ]
    for child in started:
        child.start()  # all load at the same time
        children.put(child)

    def acquire(path: Path) -> Sample:
        child = children.get()
        try:
            values, blobs = child.ask("acquire", {}, read_file(path), within=WITHIN_SECONDS)
        except TerminalError as error:
            if error.problem is Problem.PHOTO_UNUSABLE:
                raise PictureUnusable(path, error.detail) from error
            raise
        finally:
            children.put(child)
        hint = Hint(values["hint"]) if values["hint"] else None
        return Sample(hint, values.get("quality"), np.frombuffer(blobs[0], np.float32) if blobs else None)

    try:
        yield acquire
    finally:
        for child in started:
            child.close()


def acquire_all(paths: Sequence[Path], processes: int | None = None) -> Iterator[Sample]:
    """Each file's sample, in the order of `paths`, as they come. Raises what `Acquire` does, at the first bad file."""
    processes = processes or os.cpu_count() or 1
    with acquiring(processes) as acquire, closing(_in_order(acquire, paths, processes)) as samples:
        yield from samples


def _in_order(acquire: Acquire, paths: Iterable[Path], processes: int) -> Generator[Sample, None, None]:
    """A bounded number of files is under way, so that any number of them takes the same memory."""
    pending: queue.SimpleQueue[Future[Sample]] = queue.SimpleQueue()
    stopped = threading.Event()

    def unless_stopped(path: Path) -> Sample:
        if stopped.is_set():
            raise TerminalError(Problem.CANCELLED)
        return acquire(path)

    with ThreadPoolExecutor(processes) as threads:
        try:
            for path in paths:
                pending.put(threads.submit(unless_stopped, path))
                if pending.qsize() >= AHEAD * processes:
                    yield pending.get().result()
            while not pending.empty():
                yield pending.get().result()
        finally:
            stopped.set()
