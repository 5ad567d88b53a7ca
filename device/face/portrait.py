"""The photo in the chip: hostile JPEG 2000 bytes to a picture. Its size is read and bounded before anything is decoded.

Decoding proves nothing: nine of ten damaged files still decode. What proves the photo is the card's signature.
"""

from collections.abc import Iterator

import numpy as np

from device.face.memory_bound import at_most
from device.face.pixels import Pixels
from device.opencv import cv2
from terminal.problems import Problem, TerminalError

LARGEST_BYTES = 32 * 1024  # the whole card-face file: READ BINARY takes 15 bits of offset (ISO 7816-4, 11.3)
LARGEST_SIDE_PX = 2000
MOST_COMPONENTS = 4  # grey is 1, colour 3; the format allows 16,384 planes of the picture's full size
MOST_TILES = 64  # the format allows 65,535, for which OpenJPEG takes 800 MB before it looks at the first
MOST_MEMORY = 128 * 1024**2  # bytes; the largest picture needs 75 MB, and tile headers can ask for as much again

_SIGNATURE = bytes.fromhex("0000000C6A5020200D0A870A")  # JP2 signature box (ISO/IEC 15444-1, I.5.1)
_CODESTREAM_START = bytes.fromhex("FF4FFF51")  # markers SOC and SIZ (15444-1, A.4.1 and A.5.1)
_IHDR_SIZE = 14  # bytes (15444-1, I.5.3.1)
_SIZ_SIZE = 42  # bytes with SOC, up to the number of components (15444-1, A.5.1)


def decode(untrusted_portrait: bytes) -> Pixels:
    """The picture. Raises `PHOTO_UNUSABLE`, and nothing else, for whatever bytes; takes at most `MOST_MEMORY`."""
    width, height = declared_size(untrusted_portrait)
    try:
        with at_most(MOST_MEMORY):
            decoded = cv2.imdecode(np.frombuffer(untrusted_portrait, np.uint8), cv2.IMREAD_COLOR)
    except (cv2.error, MemoryError) as error:
        raise TerminalError(Problem.PHOTO_UNUSABLE, "does not decode") from error
    if decoded is None or decoded.shape != (height, width, 3):
        raise TerminalError(Problem.PHOTO_UNUSABLE, "does not decode")
    return np.asarray(decoded, np.uint8)


def declared_size(untrusted_portrait: bytes) -> tuple[int, int]:
    """Width and height in pixels, as header box and codestream both declare them, within bounds.

    Raises `PHOTO_UNUSABLE`, with the offset in the photo, for everything else.
    """
    data = untrusted_portrait
    if len(data) > LARGEST_BYTES:
        raise _unusable(LARGEST_BYTES, f"{len(data)} bytes")
    if not data.startswith(_SIGNATURE):
        raise _unusable(0, "not JP2")
    header = _first_box(data, b"ihdr", _first_box(data, b"jp2h", range(len(data))))
    if len(header) != _IHDR_SIZE:
        raise _unusable(header.start, "without header")
    codestream = _first_box(data, b"jp2c", range(len(data)))
    if len(codestream) < _SIZ_SIZE or not data.startswith(_CODESTREAM_START, codestream.start):
        raise _unusable(codestream.start, "without codestream")
    height, width, components = (_number(data, header.start + at, size) for at, size in ((0, 4), (4, 4), (8, 2)))
    if not (0 < width <= LARGEST_SIDE_PX and 0 < height <= LARGEST_SIDE_PX):
        raise _unusable(header.start, f"{width} by {height} pixels")
    if not 0 < components <= MOST_COMPONENTS:
        raise _unusable(header.start, f"{components} components")
    if _grid(data, codestream.start) != (width, height, components):
        raise _unusable(codestream.start, "header and codestream differ")
    return width, height


def _grid(data: bytes, codestream: int) -> tuple[int, int, int]:
    """Width, height and components of the codestream (15444-1, B.2), cut into no more tiles than we bear (B.3)."""
    right, bottom, left, top, tile_width, tile_height, tiles_left, tiles_top = (
        _number(data, codestream + at, 4) for at in range(8, 40, 4)
    )
    if not (tile_width and tile_height) or tiles_left > left or tiles_top > top:
        raise _unusable(codestream, "without tiles")
    tiles = -((tiles_left - right) // tile_width) * -((tiles_top - bottom) // tile_height)
    if tiles > MOST_TILES:
        raise _unusable(codestream, f"{tiles} tiles")
    return right - left, bottom - top, _number(data, codestream + 40, 2)


def _first_box(data: bytes, kind: bytes, within: range) -> range:
    """Where the first box of a kind has its content, for that is the one that is decoded; empty when there is none."""
    return next((content for found, content in _boxes(data, within) if found == kind), range(0))


def _boxes(data: bytes, within: range) -> Iterator[tuple[bytes, range]]:
    """The boxes by kind, as far as they are whole (15444-1, I.4). No box on a card needs a 64-bit length."""
    at = within.start
    while at + 8 <= within.stop:
        length = _number(data, at, 4) or within.stop - at  # 0: to the end
        if length < 8 or at + length > within.stop:
            return
        yield data[at + 4 : at + 8], range(at + 8, at + length)
        at += length


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def _unusable(offset: int, why: str) -> TerminalError:
    return TerminalError(Problem.PHOTO_UNUSABLE, f"photo, offset {offset}: {why}")
