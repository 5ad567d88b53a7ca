"""A picture file: whatever its bytes, there is a picture in eight-bit colour, or a reason, and never much memory."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.face.picture_file import LARGEST_BYTES, LARGEST_SIDE_PX, decode_file, read_file
from device.face.pixels import Pixels
from device.opencv import cv2
from device.virtual.camera import PORTRAITS
from terminal.problems import Problem, TerminalError

JPEG = (PORTRAITS / "p01_cam1.jpg").read_bytes()
COLOUR = decode_file((PORTRAITS / "p01.jp2").read_bytes())


def encoded(picture: "np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.uint16]]", kind: str = ".png") -> bytes:
    return cv2.imencode(kind, picture)[1].tobytes()


PNG = encoded(COLOUR)


def png_of(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    checked = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return PNG[:8] + checked + PNG[33:]


def jpeg_of(width: int, height: int) -> bytes:
    frame = JPEG.index(b"\xff\xc0\x00\x11\x08") + 5
    return JPEG[:frame] + struct.pack(">HH", height, width) + JPEG[frame + 4 :]


def why_refused(data: bytes) -> str | None:
    """Why it is refused, None when it is not; any other exception fails the test."""
    try:
        picture = decode_file(data)
    except TerminalError as error:
        if error.problem is not Problem.PHOTO_UNUSABLE:
            raise
        return error.detail
    assert max(picture.shape) <= LARGEST_SIDE_PX
    assert picture.dtype == np.uint8
    return None


@pytest.mark.parametrize(
    ("picture", "likeness"),
    [
        (COLOUR.astype(np.uint16) * 257, COLOUR),
        (cv2.cvtColor(COLOUR, cv2.COLOR_BGR2BGRA), COLOUR),
        (COLOUR[:, :, 0], np.stack([COLOUR[:, :, 0]] * 3, axis=2)),
    ],
    ids=["16-bit", "RGBA", "grey"],
)
def test_other_depths_and_channels_become_eight_bit_colour(
    picture: "np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.uint16]]", likeness: Pixels
) -> None:
    assert np.array_equal(decode_file(encoded(picture)), likeness)


def test_a_jpeg_decodes_to_the_size_that_it_declares() -> None:
    assert decode_file(JPEG).shape == (480, 640, 3)


@pytest.mark.parametrize("data", [png_of(20_000, 20_000), png_of(2**32 - 1, 1), png_of(0, 5), jpeg_of(20_000, 20_000)])
def test_a_size_out_of_bounds_is_refused_with_its_size(data: bytes) -> None:
    assert "pixels; from 1 to 2000 a side are taken" in (why_refused(data) or "")


@pytest.mark.parametrize("data", [png_of(2000, 2000), jpeg_of(2000, 2000), PNG.replace(b"IDAT", b"IDAX")])
def test_a_header_that_does_not_fit_its_picture_harms_nobody(data: bytes) -> None:
    why_refused(data)


@pytest.mark.parametrize("whole", [JPEG, PNG], ids=["jpeg", "png"])
@settings(deadline=None, max_examples=40)
@given(share=st.floats(0, 0.9999))
def test_a_file_cut_short_is_refused(whole: bytes, share: float) -> None:
    assert why_refused(whole[: int(share * len(whole))]) is not None


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff", PNG[:8], JPEG[2:], b"\xff\xd8\xff\xd9"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert why_refused(data)


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from([JPEG, PNG]),
    st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_a_damaged_file_gives_a_picture_or_a_reason(whole: bytes, damage: list[tuple[float, int]]) -> None:
    damaged = bytearray(whole)
    for share, byte in damage:
        damaged[int(share * len(whole))] = byte
    why_refused(bytes(damaged))


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", JPEG[:200], PNG[:60]]))
def test_any_bytes_give_a_picture_or_a_reason(tail: bytes, head: bytes) -> None:
    why_refused(head + tail)


def test_only_a_regular_file_of_bearable_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    for name, why in {
        "empty": "the file is empty",
        "pipe": "not a regular file",
        "large": "the file has more than 16 MB",
        "absent": "no such file or directory",
        ".": "is a directory",
        "\0": "not a path",
    }.items():
        with pytest.raises(TerminalError) as caught:
            read_file(tmp_path / name)
        assert (caught.value.problem, caught.value.detail) == (Problem.PHOTO_UNUSABLE, why)
