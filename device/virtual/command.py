"""Command APDUs as a card takes them apart, and the status words it answers with (ISO/IEC 7816-4). Pure."""

from dataclasses import dataclass, field
from enum import IntEnum


class StatusWord(IntEnum):
    """How a command ended. `TRIES_LEFT` carries the number in its last digit, `WRONG_LE` the right length."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    TRIES_LEFT = 0x63C0
    WRONG_LENGTH = 0x6700
    WRONG_FILE_TYPE = 0x6981
    NOT_AUTHORISED = 0x6982
    METHOD_BLOCKED = 0x6983
    DATA_INVALIDATED = 0x6984
    NO_CURRENT_FILE = 0x6986
    WRONG_DATA = 0x6A80
    NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    WRONG_P1_P2 = 0x6A86
    OFFSET_PAST_END = 0x6B00
    WRONG_LE = 0x6C00
    UNKNOWN_INSTRUCTION = 0x6D00
    UNKNOWN_CLASS = 0x6E00
    NO_PRECISE_DIAGNOSIS = 0x6F00


@dataclass(frozen=True)
class Command:
    """A command. `limit`: the most bytes asked for, None: none; `takes_less`: Le was 00, "whatever there is"."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    limit: int | None = None
    takes_less: bool = False
    is_extended: bool = False


def parse(apdu: bytes) -> Command | None:
    """Takes a command apart, short or extended (ISO/IEC 7816-3, 12.1.3); None when its lengths do not add up."""
    if len(apdu) < 4:
        return None
    cla, ins, p1, p2 = apdu[:4]
    body = apdu[4:]
    if not body:
        return Command(cla, ins, p1, p2)
    if len(body) == 1:
        return Command(cla, ins, p1, p2, limit=body[0] or 256, takes_less=not body[0])
    if body[0]:
        return _with_data(apdu[:4], body[0], body[1:], le_size=1)
    if len(body) == 3:
        expected = int.from_bytes(body[1:])
        return Command(cla, ins, p1, p2, limit=expected or 65536, takes_less=not expected, is_extended=True)
    return _with_data(apdu[:4], int.from_bytes(body[1:3]), body[3:], le_size=2)


def reply(data: bytes = b"", status: int = StatusWord.OK) -> bytes:
    """A response APDU."""
    return data + status.to_bytes(2)


def _with_data(header: bytes, length: int, rest: bytes, le_size: int) -> Command | None:
    data, le = rest[:length], rest[length:]
    if length == 0 or len(data) < length or len(le) not in (0, le_size):
        return None
    cla, ins, p1, p2 = header
    expected = int.from_bytes(le)
    limit = (expected or 256**le_size) if le else None
    return Command(cla, ins, p1, p2, data, limit, bool(le) and not expected, is_extended=le_size == 2)
