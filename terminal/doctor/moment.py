"""How far this machine's clock is off: by a time server (SNTP, RFC 4330), or by what the gateway takes for now."""

import os
import socket
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, assert_never

from terminal.access_log.clock_state import ClockState
from terminal.doctor.hops import Cause, Finding, found
from terminal.ports import Clock

WRONG: Final = timedelta(minutes=5)  # answers kept for outages, and signatures, count as ended beyond that
A_LITTLE: Final = timedelta(seconds=30)
NTP_PORT: Final = 123
SECONDS: Final = 2.0
_EPOCH: Final = datetime(1900, 1, 1, tzinfo=UTC)
_ERA: Final = timedelta(seconds=2**32)
_PACKET: Final = struct.Struct(">BBBb11I")
_CLIENT: Final = 0o43  # no leap warning, version 4, mode 3 (RFC 4330, 4)
_SERVER_MODE: Final = 4


def compared(ours: datetime, theirs: datetime) -> Finding:
    """What a difference between two clocks means. Both are aware."""
    off = ours - theirs
    steps = ((WRONG, Cause.CLOCK_WRONG), (A_LITTLE, Cause.CLOCK_A_LITTLE_OFF))
    cause = next((cause for beyond, cause in steps if abs(off) > beyond), Cause.CLOCK_RIGHT)
    return found(cause, f"{off.total_seconds():+.0f} s")


def check_clock(clock: Clock, server: str, port: int = NTP_PORT, seconds: float = SECONDS) -> Finding:
    """The clock against a time server."""
    theirs = _asked(server, port, seconds)
    return found(Cause.TIME_SERVER_SILENT) if theirs is None else compared(clock.now(), theirs)


def check_keeping(state: ClockState) -> Iterator[Finding]:
    """What the kernel says of the clock, where no time server of ours is named; nothing where it does not say."""
    match state:
        case ClockState.SYNCHRONISED:
            yield found(Cause.CLOCK_RIGHT)
        case ClockState.UNSYNCHRONISED:
            yield found(Cause.CLOCK_UNKEPT)
        case ClockState.UNKNOWN:
            return
        case _:
            assert_never(state)


def said_in(date_header: str | None) -> datetime | None:
    """The moment in an HTTP `Date` (RFC 9110, 6.6.1), whole seconds; None where there is none."""
    try:
        moment = parsedate_to_datetime(date_header or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _asked(server: str, port: int, seconds: float) -> datetime | None:
    """The server's moment, half the way added; None when it gives no usable answer."""
    token = int.from_bytes(os.urandom(8))  # comes back, so that no late or foreign packet is taken for the answer
    question = _PACKET.pack(_CLIENT, 0, 0, 0, *[0] * 9, token >> 32, token & 0xFFFFFFFF)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(seconds)
            line.connect((server, port))
            began = time.monotonic()
            line.send(question)
            answer = line.recv(_PACKET.size)
            way = timedelta(seconds=(time.monotonic() - began) / 2)
    except (OSError, UnicodeError):
        return None
    if len(answer) < _PACKET.size:
        return None
    first, stratum, _, _, *words = _PACKET.unpack(answer)
    is_ours = (words[5] << 32 | words[6]) == token
    if first & 7 != _SERVER_MODE or first >> 6 == 3 or not 1 <= stratum <= 15 or not is_ours:
        return None
    moment = _EPOCH + timedelta(seconds=words[9] + words[10] / 2**32)
    if not words[9] & 1 << 31:  # from 2036 on (RFC 4330, 3)
        moment += _ERA
    return moment + way
