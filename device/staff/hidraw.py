"""Security keys on USB, through Linux's hidraw (CTAP 2.1, 11.2): found, opened, and never waited for without end.

A key at work says so ten times a second; one that is silent for longer is taken for gone, so that nothing hangs.
"""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fido2.hid import CtapHidDevice, list_descriptors
from fido2.hid.base import CtapHidConnection, HidDescriptor

SILENCE_S = 3.0
LIFE_S = 90.0  # of a connection: a key that is busy for ever, and heeds no "stop", is given up
_REPORT_ID = b"\x00"  # a security key's only one; hidraw wants it before what is written


class Hidraw(CtapHidConnection):
    """A connection over a descriptor that keeps the borders of reports. Raises `OSError` for one gone or mute."""

    def __init__(self, handle: int, report_bytes: int) -> None:
        self._handle = handle
        self._report_bytes = report_bytes
        self._ends = time.monotonic() + LIFE_S

    def read_packet(self) -> bytes:
        """One report. Raises `TimeoutError` after 3 s of silence."""
        if time.monotonic() > self._ends or not select.select([self._handle], [], [], SILENCE_S)[0]:
            raise TimeoutError
        report = os.read(self._handle, self._report_bytes)
        if not report:
            raise ConnectionResetError
        return report

    def write_packet(self, data: bytes) -> None:
        """Writes one report."""
        os.write(self._handle, _REPORT_ID + data)

    def close(self) -> None:
        """Closes it."""
        os.close(self._handle)


@contextmanager
def plugged() -> Iterator[list[CtapHidDevice]]:
    """The keys that are plugged in and may be opened; one that another program holds, or that is mute, is left out."""
    opened: list[CtapHidDevice] = []
    try:
        found: list[HidDescriptor] = list_descriptors()  # type: ignore[no-untyped-call]  # it has no types on Linux
        opened += filter(None, map(_opened, found))
        yield opened
    finally:
        for device in opened:
            device.close()


def _opened(descriptor: HidDescriptor) -> CtapHidDevice | None:
    try:
        connection = Hidraw(os.open(descriptor.path, os.O_RDWR | os.O_CLOEXEC), descriptor.report_size_in)
    except OSError:
        return None
    try:
        return CtapHidDevice(descriptor, connection)
    except Exception:  # whatever it answered, it is no key that we can talk to
        connection.close()
        return None
