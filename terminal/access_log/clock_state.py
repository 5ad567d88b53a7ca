"""How far this machine's clock is to be trusted, as the kernel says it: `synchronised`, `unsynchronised` or `unknown`.

Reads only. `ntp_adjtime(2)` with no mode changes nothing and needs no right; its state `TIME_ERROR` is what it gives
while no time server keeps the clock.
"""

import ctypes
import sys
from enum import StrEnum, auto
from functools import cache
from typing import Final

_TIMEX_BYTES: Final = 256  # `struct timex` has 208 on 64-bit Linux; all zero: read, change nothing
_TIME_ERROR: Final = 5


class ClockState(StrEnum):
    """Whether a time server keeps the clock."""

    SYNCHRONISED = auto()
    UNSYNCHRONISED = auto()
    UNKNOWN = auto()


def clock_state() -> ClockState:
    """The state now; unknown where the kernel does not say. Some microseconds."""
    if not sys.platform.startswith("linux"):
        return ClockState.UNKNOWN
    try:
        state = _libc().adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return ClockState.UNKNOWN
    if state < 0:  # a container may forbid it
        return ClockState.UNKNOWN
    return ClockState.UNSYNCHRONISED if state == _TIME_ERROR else ClockState.SYNCHRONISED


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
