"""The chip photo: whatever the bytes, there is a picture or `PHOTO_UNUSABLE`, and never much memory."""

import json
import resource
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.face.memory_bound import at_most
from device.face.portrait import LARGEST_BYTES, LARGEST_SIDE_PX, MOST_MEMORY, MOST_TILES, declared_size, decode
from device.virtual.camera import PORTRAITS
from terminal.problems import Problem, TerminalError

PORTRAIT = (PORTRAITS / "p01.jp2").read_bytes()
HEADER = PORTRAIT.index(b"ihdr") + 4  # height, width, components
SIZE = PORTRAIT.index(bytes.fromhex("FF4FFF51")) + 8  # width, height, …
COMPONENTS = SIZE + 32
COD = PORTRAIT.index(b"\xff\x52", SIZE)


def with_size(width: int, height: int, components: int = 1) -> bytes:
    changed = bytearray(PORTRAIT)
    changed[HEADER : HEADER + 10] = b"".join((as_u32(height), as_u32(width), components.to_bytes(2, "big")))
    changed[SIZE : SIZE + 8] = as_u32(width) + as_u32(height)
    changed[COMPONENTS : COMPONENTS + 2] = components.to_bytes(2, "big")
    return bytes(changed)


def coded(
    width: int = 180,
    height: int = 225,
    *,
    tile: int = 0xFFFFFFFF,
    components: int = 1,
    bits: int = 8,
    layers: int = 1,
    precinct: int | None = None,
) -> bytes:
    """The portrait with another main header (ISO/IEC 15444-1, A.5.1 and A.6.1) before the same coded data."""
    sides = as_u32(width) + as_u32(height)
    grid = sides + bytes(8) + as_u32(tile) * 2 + bytes(8) + components.to_bytes(2, "big")
    siz = bytes(2) + grid + bytes([bits - 1, 1, 1]) * components
    levels = PORTRAIT[COD + 9]
    cod = bytes([precinct is not None, 0]) + layers.to_bytes(2, "big") + PORTRAIT[COD + 8 : COD + 14]
    cod += b"" if precinct is None else bytes([precinct]) * (levels + 1)
    stream = b"\xff\x4f" + segment(0x51, siz) + segment(0x52, cod) + PORTRAIT[COD + 14 :]
    before = bytearray(PORTRAIT[: SIZE - 8])
    before[HEADER : HEADER + 11] = as_u32(height) + as_u32(width) + components.to_bytes(2, "big") + bytes([bits - 1])
    before[-8:-4] = as_u32(len(stream) + 8)
    return bytes(before) + stream


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


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


# --- what is told, and what it may cost -------------------------------------------------------------------------------

HOSTILE = {
    "empty": b"",
    "cut in the header": PORTRAIT[: HEADER + 5],
    "cut in the data": PORTRAIT[: SIZE + 200],
    "20,000 by 20,000": with_size(20_000, 20_000),
    "4 G wide": with_size(2**32 - 1, 1),
    "4 G by 4 G": with_size(2**32 - 1, 2**32 - 1),
    "of 62,500 tiles": coded(LARGEST_SIDE_PX, LARGEST_SIDE_PX, tile=8),
    "of 62,500 tiles in colours": coded(LARGEST_SIDE_PX, LARGEST_SIDE_PX, tile=8, components=4),
    "of tiny precincts in 65,535 layers": coded(500, 500, precinct=0x11, layers=65_535),
    "of precincts in 65,535 layers": coded(
        LARGEST_SIDE_PX, LARGEST_SIDE_PX, precinct=0x77, layers=65_535, components=4
    ),
    "of 38 bits": coded(bits=38),
}
HARMLESS = {
    "as it is": PORTRAIT,
    "of 16 bits": coded(bits=16),
    "RGBA": coded(components=4),
    "as large as may be": coded(LARGEST_SIDE_PX, LARGEST_SIDE_PX),
    "as many tiles as may be": coded(LARGEST_SIDE_PX, LARGEST_SIDE_PX, tile=LARGEST_SIDE_PX // 8),
}
DECODE_EACH = """
import json, os, sys
from pathlib import Path
from device.face.portrait import decode
from terminal.problems import TerminalError

def told(portrait):
    try:
        decode(bytes.fromhex(portrait))
    except TerminalError as error:
        return str(error)
    return "a picture"

def bytes_of(name):
    return next(1024 * int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith(name + ":"))

portraits = json.load(sys.stdin)
told(portraits["as it is"])  # what is needed once
for name, portrait in portraits.items():
    if (child := os.fork()) == 0:
        before = bytes_of("VmSize")
        os.write(1, json.dumps([name, told(portrait), bytes_of("VmPeak") - before]).encode() + b"\\n")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, name
"""
OUR_OWN_BYTES = 4 * 1024**2  # around the decoding


def test_no_portrait_takes_more_memory_than_the_bound() -> None:
    portraits = {name: portrait.hex() for name, portrait in (HARMLESS | HOSTILE).items()}
    command = [sys.executable, "-c", DECODE_EACH]
    done = subprocess.run(command, input=json.dumps(portraits), capture_output=True, text=True, check=True, timeout=60)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, told, _ in answers if told == "a picture"] == list(HARMLESS)
    assert [name for name, told, _ in answers if told.startswith("photo_unusable: ")] == list(HOSTILE)
    assert all(grew < MOST_MEMORY + OUR_OWN_BYTES for _, _, grew in answers), answers


@pytest.mark.parametrize(
    ("portrait", "told"),
    [
        (b"", "offset 0: not JP2"),
        (with_size(20_000, 20_000), f"offset {HEADER}: 20000 by 20000 pixels"),
        (with_size(2**32 - 1, 1), f"offset {HEADER}: 4294967295 by 1 pixels"),
        (with_size(180, 225, components=0), f"offset {HEADER}: 0 components"),
        (coded(tile=1), f"offset {SIZE - 8}: {180 * 225} tiles"),
        (coded(tile=0), f"offset {SIZE - 8}: without tiles"),
        (PORTRAIT[:SIZE], "offset 0: without codestream"),
    ],
)
def test_what_is_refused_is_told_with_its_place(portrait: bytes, told: str) -> None:
    with pytest.raises(TerminalError) as caught:
        declared_size(portrait)
    assert caught.value.detail == f"photo, {told}"


def test_no_more_tiles_are_borne_than_the_bound() -> None:
    assert declared_size(coded(LARGEST_SIDE_PX, LARGEST_SIDE_PX, tile=250)) == (LARGEST_SIDE_PX, LARGEST_SIDE_PX)
    assert (LARGEST_SIDE_PX // 250) ** 2 == MOST_TILES
    assert is_refused(coded(LARGEST_SIDE_PX, LARGEST_SIDE_PX, tile=249))


def test_within_a_bound_no_more_is_given_and_after_it_there_is() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), at_most(16 * 1024**2):
        bytearray(4 * 1024**3)  # more than a long run can have freed, and kept to give again
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(64 * 1024**2)) == 64 * 1024**2


def test_a_bound_within_a_bound_does_not_loosen_it() -> None:
    with at_most(16 * 1024**2):
        outer = resource.getrlimit(resource.RLIMIT_AS)
        with at_most(1024**3):
            assert resource.getrlimit(resource.RLIMIT_AS) == outer
