"""The port `Camera`: one thread owns the capture; whoever wants a frame takes the newest one from a slot.

Its law: a frame is shown to nobody once it is a second old, and a device that went away is opened again each second.
"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from device.opencv import cv2
from terminal.people import Picture
from terminal.problems import Problem, TerminalError

LARGEST = (640, 480)  # pixels, width and height: what the face networks and the preview want
STALE_SECONDS = 1.0
ABSENT_SECONDS = 3.0
REOPEN_SECONDS = 1.0
CLOSE_SECONDS = 2.0
FILE_FRAMES_PER_SECOND = 15.0  # for files that do not say

_SMALL_AND_FRESH = {
    cv2.CAP_PROP_FRAME_WIDTH: LARGEST[0],
    cv2.CAP_PROP_FRAME_HEIGHT: LARGEST[1],
    cv2.CAP_PROP_BUFFERSIZE: 1,
}


class FrameSource(Protocol):
    """Where frames come from. Used by one thread only."""

    def read(self) -> Picture | None:
        """Waits for the next frame, at the source's own pace; opens the device when needed. None: it is gone."""

    def close(self) -> None:
        """Lets go of the device. May be read again."""


class SharedCamera:
    """A camera whose frames several may look at. `close` it, or its thread goes on."""

    def __init__(
        self,
        source: FrameSource,
        *,
        stale_seconds: float = STALE_SECONDS,
        absent_seconds: float = ABSENT_SECONDS,
        reopen_seconds: float = REOPEN_SECONDS,
    ) -> None:
        self._source = source
        self._stale_seconds = stale_seconds
        self._absent_seconds = absent_seconds
        self._reopen_seconds = reopen_seconds
        self._changed = threading.Condition()
        self._newest: Picture | None = None
        self._taken_at = 0.0  # time.monotonic
        self._count = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._capture, name="camera", daemon=True)
        self._thread.start()

    def latest(self) -> Picture | None:
        """The newest frame; None when it is over a second old. Never waits."""
        with self._changed:
            is_stale = time.monotonic() - self._taken_at > self._stale_seconds
            return None if is_stale else self._newest

    def frames(self) -> Iterator[Picture]:
        """Each frame taken from now on, the newest when several came meanwhile; ends when the camera is closed.

        Raises `CAMERA_ABSENT` when none comes for three seconds.
        """
        with self._changed:
            seen = self._count
        while True:
            with self._changed:
                waits_until = time.monotonic() + self._absent_seconds
                while self._count == seen and not self._closing.is_set():
                    if not self._changed.wait(waits_until - time.monotonic()):
                        raise TerminalError(Problem.CAMERA_ABSENT)
                seen, frame = self._count, self._newest
            if frame is None:
                return
            yield frame

    def close(self) -> None:
        """Lets go of the device; does not wait for one that hangs."""
        self._closing.set()
        with self._changed:
            self._newest = None
            self._changed.notify_all()
        self._thread.join(CLOSE_SECONDS)

    def _capture(self) -> None:
        while not self._closing.is_set():
            frame = self._source.read()
            if frame is None:
                self._source.close()
                self._closing.wait(self._reopen_seconds)
                continue
            with self._changed:
                if not self._closing.is_set():
                    self._newest, self._taken_at = frame, time.monotonic()
                    self._count += 1
                    self._changed.notify_all()
        self._source.close()


class OpenCvSource:
    """A camera of this machine over Video4Linux: its index, or a path in `/dev/v4l/by-id/`, which stays the same."""

    def __init__(self, device: int | str) -> None:
        self._device = device
        self._capture: cv2.VideoCapture | None = None

    def read(self) -> Picture | None:
        """The next frame; None when there is no such camera, or it was unplugged."""
        try:
            if self._capture is None:
                self._capture = cv2.VideoCapture(self._device, cv2.CAP_V4L2)
                for setting, value in _SMALL_AND_FRESH.items():
                    self._capture.set(setting, value)  # a camera that does not know one goes on without
            is_there, frame = self._capture.read()
        except cv2.error:
            return None
        return _taken(frame) if is_there else None

    def close(self) -> None:
        """Lets go of the device, so that it keeps its index when it is plugged in again."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class FileSource:
    """A video file or a sequence of pictures (`frame_%03d.jpg`) at its own pace; gone at its end, then begins anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._capture: cv2.VideoCapture | None = None
        self._due = 0.0  # time.monotonic

    def read(self) -> Picture | None:
        """The next frame when its time has come; None at the end, or when the file cannot be read."""
        try:
            if self._capture is None:
                self._capture = cv2.VideoCapture(str(self._path))
                self._due = time.monotonic()
            is_there, frame = self._capture.read()
            pace = max(1.0, self._capture.get(cv2.CAP_PROP_FPS) or FILE_FRAMES_PER_SECOND)
        except cv2.error:
            return None
        if not is_there:
            return None
        time.sleep(max(0.0, self._due - time.monotonic()))
        self._due += 1 / pace
        return _taken(frame)

    def close(self) -> None:
        """Closes the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


def _taken(frame: cv2.typing.MatLike) -> Picture | None:
    """What a device or file gave as a picture, and the array overwritten; None when it is none.

    Grey cameras give one channel, some files four. None is as good as gone: the device is opened anew.
    """
    if frame.dtype != np.uint8 or frame.size == 0 or frame.ndim not in (2, 3):
        return None
    channels = 1 if frame.ndim == 2 else frame.shape[2]
    match channels:
        case 1:
            picture = picture_of(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
        case 3:
            picture = picture_of(frame)
        case 4:
            picture = picture_of(cv2.cvtColor(frame, cv2.COLOR_BGRA2BGR))
        case _:
            return None
    frame.fill(0)
    return picture


def picture_of(bgr: cv2.typing.MatLike) -> Picture:
    """An array of blue, green, red as a picture of at most `LARGEST`."""
    scale = min(1.0, LARGEST[0] / bgr.shape[1], LARGEST[1] / bgr.shape[0])
    if scale < 1:
        size = (max(1, round(bgr.shape[1] * scale)), max(1, round(bgr.shape[0] * scale)))
        bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    return Picture(bgr.shape[1], bgr.shape[0], bgr.tobytes())
