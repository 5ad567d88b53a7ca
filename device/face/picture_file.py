"""A picture file given by hand: JPEG, PNG or a chip photo's JP2, to a picture. Bounded before anything is decoded.

Whatever its bytes, there is a picture in eight-bit colour or `PHOTO_UNUSABLE` with the reason in a few words.
"""

import os
import re
import stat
from pathlib import Path

import numpy as np

from device.face import portrait
from device.face.memory_bound import at_most
from device.face.pixels import Pixels
from device.opencv import cv2
from terminal.problems import Problem, TerminalError

LARGEST_BYTES = 16 * 1024**2
LARGEST_SIDE_PX = portrait.LARGEST_SIDE_PX
MOST_MEMORY = 192 * 1024**2  # bytes; 2000 by 2000 pixels in 16 bits with alpha take 32 MB, and some twice

_JP2 = b"\x00\x00\x00\x0cjP  "
_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # not a stuffed byte, not a restart (ITU-T T.81, B.1.1.5)
_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15 without DHT, JPG, DAC (T.81, table B.1)
_END, _SCAN = 0xD9, 0xDA


def read_file(path: Path) -> bytes:
    """The bytes of a regular file. Raises `PHOTO_UNUSABLE` when there is none, or it is empty or too large."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _unusable("not a regular file")
            data = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        raise _unusable((getattr(error, "strerror", None) or "not a path").lower()) from error
    if not data:
        raise _unusable("the file is empty")
    if len(data) > LARGEST_BYTES:
        raise _unusable(f"the file has more than {LARGEST_BYTES // 1024**2} MB")
    return data


def decode_file(untrusted_file: bytes) -> Pixels:
    """The picture, upright as its EXIF orientation says. Raises `PHOTO_UNUSABLE`, and nothing else."""
    if untrusted_file.startswith(_JP2):
        return portrait.decode(untrusted_file)
    width, height = declared_size(untrusted_file)
    if not (0 < width <= LARGEST_SIDE_PX and 0 < height <= LARGEST_SIDE_PX):
        raise _unusable(f"{width} by {height} pixels; from 1 to {LARGEST_SIDE_PX} a side are taken")
    try:
        with at_most(MOST_MEMORY):
            decoded = cv2.imdecode(np.frombuffer(untrusted_file, np.uint8), cv2.IMREAD_COLOR)
    except (cv2.error, MemoryError) as error:
        raise _unusable("does not decode; it is damaged or cut short") from error
    if decoded is None or decoded.shape not in ((height, width, 3), (width, height, 3)):
        raise _unusable("does not decode; it is damaged or cut short")
    return np.asarray(decoded, np.uint8)


def declared_size(untrusted_file: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the header of a whole JPEG or PNG file says. Raises `PHOTO_UNUSABLE`."""
    if untrusted_file.startswith(_PNG):
        return _png_size(untrusted_file)
    if untrusted_file.startswith(_JPEG):
        return _jpeg_size(untrusted_file)
    raise _unusable("neither JPEG nor PNG nor JP2")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe that nobody writes to would hang


def _png_size(data: bytes) -> tuple[int, int]:
    """IHDR is the first chunk (PNG, 5.6), its width and height the first of its content (11.2.1)."""
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise _unusable("a PNG file without a header")
    if b"IEND" not in data[-64:]:
        raise _unusable("a PNG file without its end; it is cut short")
    return _number(data, 16, 4), _number(data, 20, 4)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """The frame header's size (T.81, B.2.2), once all segments up to the end of the image have been walked."""
    size: tuple[int, int] | None = None
    at = 2
    while found := _MARKER.search(data, at):
        marker, at = found[1][0], found.end()
        if marker == _END and size is not None:
            return size
        if marker in _FRAME:
            if size is not None:
                raise _unusable("a JPEG file with several frames")
            size = _number(data, at + 5, 2), _number(data, at + 3, 2)
        if marker == _SCAN and size is None:
            raise _unusable("a JPEG file without a frame header")
        at += max(_number(data, at, 2), 2)
    raise _unusable("a JPEG file without its end; it is cut short")


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def _unusable(why: str) -> TerminalError:
    return TerminalError(Problem.PHOTO_UNUSABLE, why)
