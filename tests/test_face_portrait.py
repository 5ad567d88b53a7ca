"""The chip photo: whatever the bytes, there is a picture or `PHOTO_UNUSABLE`, and never much memory."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.face.portrait import LARGEST_BYTES, LARGEST_SIDE_PX, declared_size, decode
from device.virtual.camera import PORTRAITS
from terminal.problems import Problem, TerminalError

PORTRAIT = (PORTRAITS / "p01.jp2").read_bytes()
HEADER = PORTRAIT.index(b"ihdr") + 4  # height, width, components
SIZE = PORTRAIT.index(bytes.fromhex("FF4FFF51")) + 8  # width, height, …
COMPONENTS = SIZE + 32


def with_size(width: int, height: int, components: int = 1) -> bytes:
    changed = bytearray(PORTRAIT)
    changed[HEADER : HEADER + 10] = b"".join((as_u32(height), as_u32(width), components.to_bytes(2, "big")))
    changed[SIZE : SIZE + 8] = as_u32(width) + as_u32(height)
    changed[COMPONENTS : COMPONENTS + 2] = components.to_bytes(2, "big")
    return bytes(changed)


def as_u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


def is_refused(portrait: bytes) -> bool:
    """Whether it is refused, and for the one reason there is; any other exception fails the test."""
    try:
        picture = decode(portrait)
    except TerminalError as error:
        if error.problem is not Problem.PHOTO_UNUSABLE:
            raise
        return True
    assert max(picture.shape) <= LARGEST_SIDE_PX
    return False


def test_a_chip_photo_decodes_to_the_size_that_it_declares() -> None:
    width, height = declared_size(PORTRAIT)
    assert decode(PORTRAIT).shape == (height, width, 3)


@pytest.mark.parametrize("size", [(LARGEST_SIDE_PX + 1, 10), (60_000, 60_000), (2**32 - 1, 1), (0, 300)])
def test_a_size_out_of_bounds_is_refused_before_decoding(size: tuple[int, int]) -> None:
    assert is_refused(with_size(*size))


def test_a_picture_of_many_planes_is_refused_before_decoding() -> None:
    assert is_refused(with_size(*declared_size(PORTRAIT), components=16_384))


def test_a_header_that_hides_the_real_size_is_refused() -> None:
    changed = bytearray(PORTRAIT)
    changed[SIZE : SIZE + 8] = as_u32(50_000) + as_u32(50_000)
    assert is_refused(bytes(changed))


def test_more_bytes_than_a_card_can_hold_are_refused() -> None:
    assert is_refused(PORTRAIT + bytes(LARGEST_BYTES))


def test_other_formats_are_refused() -> None:
    assert is_refused((PORTRAITS / "p01_cam1.jpg").read_bytes())


@settings(deadline=None, max_examples=50)
@given(st.integers(0, len(PORTRAIT) - 1))
def test_a_photo_cut_short_is_refused(length: int) -> None:
    assert is_refused(PORTRAIT[:length])


@settings(deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: PORTRAIT[: HEADER + 30] + tail))
def test_any_bytes_give_a_picture_or_photo_unusable(untrusted: bytes) -> None:
    is_refused(untrusted)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, len(PORTRAIT) - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_photo_gives_a_picture_or_photo_unusable(damage: list[tuple[int, int]]) -> None:
    damaged = bytearray(PORTRAIT)
    for at, byte in damage:
        damaged[at] = byte
    is_refused(bytes(damaged))
