"""What can be wrong with a file of a practice card, and what some cards write differently in it. Pure.

Nothing here is signed anew: a change of what a signature covers is found by the signature. A hostile card that signs
what it likes is issued with such a file instead.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from device.virtual.card_image import AUTHENTICATION_CERTIFICATE, JPKI, SURFACE, TEXT

LARGEST_FILE: Final = 0x8000  # bytes: READ BINARY has 15 bits of offset (ISO/IEC 7816-4, 11.3)
_JP2: Final = bytes.fromhex("0000000C6A5020200D0A870A")  # signature box (ISO/IEC 15444-1, I.5.1)
_SIZ: Final = bytes.fromhex("FF4FFF51")  # beginning of a codestream (15444-1, A.4.1 and A.5.1)
_OFFSETS: Final = b"\xdf\x21"


class CardFile(StrEnum):
    """The files of objects that a check-in reads."""

    CERTIFICATE = "certificate"
    SURFACE_LAYOUT = "surface layout"
    SURFACE_ISSUER = "surface issuer"
    FACE = "face"
    TEXT_LAYOUT = "text layout"
    TEXT_ISSUER = "text issuer"
    ATTRIBUTES = "attributes"
    INTEGRITY = "integrity"


class Fault(StrEnum):
    """What is wrong with it."""

    ABSENT = "absent"
    EMPTY = "empty"  # nothing but filler
    CUT_SHORT = "cut short"  # it ends in the middle of its object
    CLAIMS_MORE = "claims more"  # its object is said to be longer than the file
    CLAIMS_TOO_MUCH = "claims too much"  # … than any file can be
    CLAIMS_4_GIB = "claims 4 GiB"
    PHOTO_DAMAGED = "photo damaged"
    PHOTO_OF_20000_PIXELS = "photo of 20,000 by 20,000 pixels"
    PHOTO_4_G_WIDE = "photo of 4,294,967,295 by 1 pixels"


PLACES: Final[Mapping[CardFile, tuple[bytes, int]]] = MappingProxyType(
    {
        CardFile.CERTIFICATE: (JPKI, AUTHENTICATION_CERTIFICATE),
        CardFile.SURFACE_LAYOUT: (SURFACE, 0x0003),
        CardFile.SURFACE_ISSUER: (SURFACE, 0x0004),
        CardFile.FACE: (SURFACE, 0x0002),
        CardFile.TEXT_LAYOUT: (TEXT, 0x0005),
        CardFile.TEXT_ISSUER: (TEXT, 0x0004),
        CardFile.ATTRIBUTES: (TEXT, 0x0002),
        CardFile.INTEGRITY: (TEXT, 0x0003),
    }
)


def faulty(content: bytes, fault: Fault) -> bytes:
    """The file with this fault; empty, if it is the fault to be absent. A photo's fault changes only what has one."""
    return _FAULTS[fault](content)


def widened(content: bytes) -> bytes:
    """The file's outer object, if it has a tag of two bytes, with one more byte of length than it had."""
    if content[:1] not in (b"\x7f", b"\xff"):
        return content  # certificates are DER, where lengths are minimal (X.690, 10.1)
    start, length = _length(content)
    size = start - 2
    return content[:2] + bytes([0x80 | size]) + length.to_bytes(size) + content[start:]


def with_wrong_offsets(content: bytes) -> bytes:
    """The file with FF all over its table of offsets, where it has one right after the outer header."""
    at = _length(content)[0] if content[:1] == b"\xff" else 0
    if content[at : at + 2] != _OFFSETS:
        return content
    start, end = at + 3, at + 3 + content[at + 2]
    return content[:start] + b"\xff" * (end - start) + content[end:]


def filled(content: bytes) -> bytes:
    """The file with as much filler as fits behind what it holds."""
    return content.ljust(LARGEST_FILE, b"\xff")


def photo_with_size(photo: bytes, width: int, height: int) -> bytes:
    """A JP2 file, or a file that holds one, whose header box and codestream declare another size."""
    box = photo.index(b"ihdr") + 4
    siz = photo.index(_SIZ) + 8
    sides = width.to_bytes(4), height.to_bytes(4)
    photo = photo[:box] + sides[1] + sides[0] + photo[box + 8 :]
    return photo[:siz] + sides[0] + sides[1] + photo[siz + 8 :]


def _claiming(size: int) -> Callable[[bytes], bytes]:
    """The outer object with another length, of four bytes, and as long a file as before."""

    def change(content: bytes) -> bytes:
        tag_size = 2 if content[0] & 0x1F == 0x1F else 1
        start, _ = _length(content)
        return content[:tag_size] + b"\x84" + size.to_bytes(4) + content[start:]

    return change


def _length(content: bytes) -> tuple[int, int]:
    """Where the value of the first object starts, and its length."""
    at = 2 if content[0] & 0x1F == 0x1F else 1
    first, at = content[at], at + 1
    if first < 0x80:
        return at, first
    end = at + (first & 0x7F)
    return end, int.from_bytes(content[at:end])


def _if_photo(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda content: change(content) if _JP2 in content else content


def _damaged(content: bytes) -> bytes:
    start = content.index(_SIZ) + 45  # right behind the size, where how it is coded is told (15444-1, A.6.1)
    return content[:start] + bytes(byte ^ 0x5A for byte in content[start : start + 64]) + content[start + 64 :]


_FAULTS: Final[Mapping[Fault, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        Fault.ABSENT: lambda content: b"",
        Fault.EMPTY: lambda content: b"\xff" * len(content),
        Fault.CUT_SHORT: lambda content: content[: (_length(content)[1] + 1) // 2],
        Fault.CLAIMS_MORE: _claiming(LARGEST_FILE - 0x100),
        Fault.CLAIMS_TOO_MUCH: _claiming(LARGEST_FILE + 0x100),
        Fault.CLAIMS_4_GIB: _claiming(0xFFFFFFFF),
        Fault.PHOTO_DAMAGED: _if_photo(_damaged),
        Fault.PHOTO_OF_20000_PIXELS: _if_photo(lambda content: photo_with_size(content, 20_000, 20_000)),
        Fault.PHOTO_4_G_WIDE: _if_photo(lambda content: photo_with_size(content, 0xFFFFFFFF, 1)),
    }
)
