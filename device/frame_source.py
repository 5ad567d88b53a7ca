"""Where frames come from, through OpenCV: a camera of this machine, or a file. Each is used by one thread only."""

import time
from pathlib import Path

import numpy as np

from device.opencv import cv2
from terminal.people import Picture

LARGEST = (640, 480)  # pixels, width and height: what the face networks and the preview want
FILE_FRAMES_PER_SECOND = 15.0  # for files that do not say

_SMALL_AND_FRESH = {
    cv2.CAP_PROP_FRAME_WIDTH: LARGEST[0],
    cv2.CAP_PROP_FRAME_HEIGHT: LARGEST[1],
    cv2.CAP_PROP_BUFFERSIZE: 1,
}


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
