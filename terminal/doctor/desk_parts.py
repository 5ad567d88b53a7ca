"""What stands on the desk and in the machine: reader, camera, link software's folders, disk. Each check ends in time.

The reader is listened to and no card is touched, so that a check may run beside a desk that works.
"""

import os
import queue
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from terminal.card_news import CardNews, ReaderLost
from terminal.doctor.hops import Cause, Finding, found
from terminal.ports import Camera
from terminal.problems import Problem, TerminalError

READER_SECONDS: Final = 6.0
FULL_BYTES: Final = 64 * 1024**2
NEARLY_FULL_BYTES: Final = 1024**3

_READER: Final = {
    Problem.READER_ABSENT: Cause.READER_ABSENT,
    Problem.READER_BUSY: Cause.READER_BUSY,
    Problem.READER_HUNG: Cause.READER_HUNG,
    Problem.READER_PROCESS_ENDED: Cause.READER_PROCESS_ENDED,
    Problem.READER_SERVICE_DOWN: Cause.READER_SERVICE_DOWN,
}
_FOLDERS: Final = {Problem.SERVICE_REFUSED: Cause.FOLDERS_FORBIDDEN}
_STORE: Final = {
    Problem.KEY_MISSING: Cause.STORE_KEY_MISSING,
    Problem.KEY_PASSPHRASE_WRONG: Cause.STORE_KEY_MISSING,
    Problem.STORE_BUSY: Cause.STORE_LOCKED,
}


class Listening(Protocol):
    """So much of a `CardReader` as is needed."""

    def listen(self, tell: Callable[[CardNews], None]) -> None:
        """As `CardReader` says; begins with how things stand."""


def check_reader(reader: Listening, seconds: float = READER_SECONDS) -> Iterator[Finding]:
    """The reader and its service, by the first thing that is told of them."""
    told: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
    reader.listen(told.put)
    try:
        news = told.get(timeout=seconds)
    except queue.Empty:
        yield found(Cause.READER_HUNG)
        return
    if not isinstance(news, ReaderLost):
        yield found(Cause.READER_SERVICE_UP)
        yield found(Cause.READER_READY)
        return
    cause = _READER.get(news.problem, Cause.READER_PROCESS_ENDED)
    if cause in (Cause.READER_ABSENT, Cause.READER_BUSY):
        yield found(Cause.READER_SERVICE_UP)
    yield found(cause)


def check_camera(camera: Camera) -> Finding:
    """Whether a picture comes."""
    try:
        is_there = next(camera.frames(), None) is not None
    except TerminalError:
        is_there = False
    return found(Cause.CAMERA_READY if is_there else Cause.CAMERA_ABSENT)


def check_folders(reach: Callable[[], None]) -> Finding:
    """The link software's folders; `reach` raises as `SharedFolders.reach` does."""
    try:
        reach()
    except TerminalError as error:
        return found(_FOLDERS.get(error.problem, Cause.FOLDERS_AWAY))
    return found(Cause.FOLDERS_REACHED)


def check_face(read_models: Callable[[], object]) -> Finding:
    """The face models' hashes; `read_models` raises `FACE_MODEL_WRONG`."""
    try:
        read_models()
    except TerminalError:
        return found(Cause.FACE_MODEL_WRONG)
    return found(Cause.FACE_READY)


def check_disk(folder: Path, free_bytes: Callable[[Path], int] | None = None) -> Finding:
    """Room for the access log, where the store lies or will."""
    try:
        place = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
        free = (free_bytes or _free_bytes)(place)
        is_writable = sys.platform == "win32" or not os.statvfs(place).f_flag & os.ST_RDONLY
    except OSError as error:
        return found(Cause.DISK_READ_ONLY, type(error).__name__)
    if not is_writable:
        return found(Cause.DISK_READ_ONLY)
    steps = ((FULL_BYTES, Cause.DISK_FULL), (NEARLY_FULL_BYTES, Cause.DISK_NEARLY_FULL))
    cause = next((cause for below, cause in steps if free < below), Cause.DISK_ROOMY)
    return found(cause, f"{free // 1024**2} MiB free")


def store_failure(error: TerminalError) -> Finding:
    """What it means that a store could not be opened."""
    return found(_STORE.get(error.problem, Cause.STORE_DAMAGED), error.problem)


def _free_bytes(place: Path) -> int:
    return shutil.disk_usage(place).free
