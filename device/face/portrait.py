"""The photo in the chip: hostile JPEG 2000 bytes to a picture. Its size is read and bounded before anything is decoded.

Decoding proves nothing: nine of ten damaged files still decode. What proves the photo is the card's signature.
"""

from collections.abc import Iterator

import numpy as np

from device.face.pixels import Pixels
from device.opencv import cv2
from terminal.problems import Problem, TerminalError

LARGEST_BYTES = 32 * 1024  # the whole card-face file: READ BINARY takes 15 bits of offset (ISO 7816-4, 11.3)
LARGEST_SIDE_PX = 2000
MOST_COMPONENTS = 4  # grey is 1, colour 3; the format allows 16,384 planes of the picture's full size

_SIGNATURE = bytes.fromhex("0000000C6A5020200D0A870A")  # JP2 signature box (ISO/IEC 15444-1, I.5.1)
_CODESTREAM_START = bytes.fromhex("FF4FFF51")  # markers SOC and SIZ (15444-1, A.4.1 and A.5.1)


def decode(untrusted_portrait: bytes) -> Pixels:
    """The picture. Raises `PHOTO_UNUSABLE`, and nothing else, for whatever bytes."""
    if len(untrusted_portrait) > LARGEST_BYTES:
        raise TerminalError(Problem.PHOTO_UNUSABLE, f"{len(untrusted_portrait)} bytes")
    width, height = declared_size(untrusted_portrait)
    if not (0 < width <= LARGEST_SIDE_PX and 0 < height <= LARGEST_SIDE_PX):
        raise TerminalError(Problem.PHOTO_UNUSABLE, f"{width} by {height} pixels")
    try:
        decoded = cv2.imdecode(np.frombuffer(untrusted_portrait, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise TerminalError(Problem.PHOTO_UNUSABLE, "does not decode") from error
    if decoded is None or decoded.shape != (height, width, 3):
        raise TerminalError(Problem.PHOTO_UNUSABLE, "does not decode")
    return np.asarray(decoded, np.uint8)


def declared_size(untrusted_portrait: bytes) -> tuple[int, int]:
    """Width and height, as header box and codestream both declare them. Raises `PHOTO_UNUSABLE` otherwise."""
    if not untrusted_portrait.startswith(_SIGNATURE):
        raise TerminalError(Problem.PHOTO_UNUSABLE, "not JP2")
    header = _first_box(_first_box(untrusted_portrait, b"jp2h"), b"ihdr")
    codestream = _first_box(untrusted_portrait, b"jp2c")
    if len(header) != 14 or len(codestream) < 42 or not codestream.startswith(_CODESTREAM_START):
        raise TerminalError(Problem.PHOTO_UNUSABLE, "without header or codestream")
    height, width, components = _number(header[0:4]), _number(header[4:8]), _number(header[8:10])
    right, bottom, left, top = (_number(codestream[at : at + 4]) for at in (8, 12, 16, 20))
    if (right - left, bottom - top, _number(codestream[40:42])) != (width, height, components):
        raise TerminalError(Problem.PHOTO_UNUSABLE, "header and codestream differ")
    if components > MOST_COMPONENTS:
        raise TerminalError(Problem.PHOTO_UNUSABLE, f"{components} components")
    return width, height


def _first_box(data: bytes, kind: bytes) -> bytes:
    """What the first box of a kind holds, for that is the one that is decoded; empty when there is none."""
    return next((content for found, content in _boxes(data) if found == kind), b"")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in `data` by kind, as far as they are whole (15444-1, I.4). No box on a card needs a 64-bit length."""
    at = 0
    while at + 8 <= len(data):
        length = _number(data[at : at + 4]) or len(data) - at  # 0: to the end
        if length < 8 or at + length > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += length


def _number(big_endian: bytes) -> int:
    return int.from_bytes(big_endian, "big")
