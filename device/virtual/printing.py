"""The small black-and-white pictures (PNG, 1 bit) of what is printed on a card. Nobody's program reads them. Pure."""

import struct
import zlib

_DIGIT_WIDTH, _DIGIT_HEIGHT = 6, 12  # pixels; 4 and 12 digits then give the sizes that cards have
_DIGITS = (  # 3 columns by 5 rows, a digit of 15 bits
    *(0b111101101101111, 0b010110010010111, 0b111001111100111, 0b111001111001111, 0b101101111001001),
    *(0b111100111001111, 0b111100111101111, 0b111001001001001, 0b111101111101111, 0b111101111001111),
)
_TOP, _LEFT, _SCALE = 1, 1, 2


def digits_png(digits: str) -> bytes:
    """Digits as a picture, 6 pixels wide and 12 high each: 3 by 5 dots, doubled in height."""
    rows = [[0] * (_DIGIT_WIDTH * len(digits)) for _ in range(_DIGIT_HEIGHT)]
    for place, digit in enumerate(digits):
        for dot in range(15):
            if _DIGITS[int(digit)] >> (14 - dot) & 1:
                for line in range(_SCALE):
                    rows[_TOP + dot // 3 * _SCALE + line][place * _DIGIT_WIDTH + _LEFT + dot % 3] = 1
    return _png(rows)


def blank_png(width: int, height: int) -> bytes:
    """An empty field. Name and address are left blank: drawing them would need a font, and the chip has the text."""
    return _png([[0] * width for _ in range(height)])


def _png(rows: list[list[int]]) -> bytes:
    """ISO/IEC 15948: grey, 1 bit a pixel, no filter; 1 in `rows` is black."""
    width = len(rows[0])
    lines = b""
    for row in rows:
        bits = "".join("0" if dot else "1" for dot in row).ljust((width + 7) // 8 * 8, "0")
        lines += b"\x00" + int(bits, 2).to_bytes(len(bits) // 8)
    header = struct.pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
