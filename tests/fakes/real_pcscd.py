"""The PC/SC service that really runs here, or is begun for a test."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from device.virtual.pcsc_service import PcscService
from terminal.problems import TerminalError


@contextmanager
def real_pcscd() -> Iterator[PcscService]:
    """Skips where there is none."""
    try:
        service = PcscService()
    except TerminalError as error:
        pytest.skip(error.detail)
    with closing(service):
        yield service
