"""Writes the data objects of a card's files (BER-TLV, ISO/IEC 7816-4, 5.2), as cards write them. Pure."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_OFFSET = 2  # bytes


def tlv(tag: int, value: bytes, *, is_wide: bool = False) -> bytes:
    """One object; `is_wide` gives the length three bytes where fewer would do, as cards do in places."""
    size = len(value)
    if is_wide or size > 0xFF:
        length = b"\x82" + size.to_bytes(2)
    elif size > 0x7F:
        length = bytes([0x81, size])
    else:
        length = bytes([size])
    return tag.to_bytes(1 if tag < 0x100 else 2) + length + value


def with_offsets(outer: int, table: int, objects: Mapping[int, bytes | None]) -> bytes:
    """A template that begins with a table of where each object stands, from the start of the file; 0: it is absent."""
    outer_header, table_size = 5, len(tlv(table, bytes(_OFFSET * len(objects))))
    offsets, body = b"", b""
    for tag, value in objects.items():
        offset = 0 if value is None else outer_header + table_size + len(body)
        offsets += offset.to_bytes(_OFFSET)
        body += b"" if value is None else tlv(tag, value)
    return tlv(outer, tlv(table, offsets) + body, is_wide=True)


def public_key(key: RSAPublicKey) -> bytes:
    """Exponent and modulus (RSA-2048), 265 bytes."""
    numbers = key.public_numbers()
    return tlv(0x90, numbers.e.to_bytes(3)) + tlv(0x91, numbers.n.to_bytes(256))


def padded(content: bytes, block: int = 256) -> bytes:
    """A file is larger than what it holds: filler up to a whole number of blocks, at least one byte."""
    return content + b"\xff" * (block - len(content) % block)
