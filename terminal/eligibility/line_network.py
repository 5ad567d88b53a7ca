"""The sockets of a line: httpcore's, with every step kept to one moment by the clock.

Law: nothing waits past that moment, whatever the other side does. httpcore knows limits for each step alone, and none
for a name's resolution; but it hands them on as they are given, so what it calls a timeout is here a moment by
`time.monotonic`, and each step asks what is left until then.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpcore

CONNECT_SECONDS, READ_SECONDS = 2.0, 3.0  # of one step at most: TCP, TLS, or a read or write
_PIECE_BYTES = 16 * 1024  # one TLS record


class ClockedNetwork(httpcore.NetworkBackend):
    """Connects, and can cut what is connected. Names are resolved on a thread: that alone nothing can cut short."""

    def __init__(self) -> None:
        self._network = httpcore.SyncBackend()
        self._connecting = ThreadPoolExecutor(1, "eligibility")
        self._open: set[httpcore.NetworkStream] = set()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection, by the moment `timeout`."""
        seconds = _left(timeout, CONNECT_SECONDS, httpcore.ConnectTimeout)
        try:
            connecting = self._connecting.submit(self._network.connect_tcp, host, port, seconds)
        except RuntimeError as error:  # closed in the meantime
            raise httpcore.ConnectError("closed") from error
        try:
            return _ClockedStream(connecting.result(seconds), self._open)
        except TimeoutError as error:
            connecting.add_done_callback(_let_go)
            raise httpcore.ConnectTimeout("no connection") from error
        finally:
            del connecting  # it holds the error, whose traceback holds it and the question: a ring that would stay

    def close(self) -> None:
        """Cuts every connection; whoever waits on one waits no longer."""
        self._connecting.shutdown(wait=False)
        for stream in tuple(self._open):
            with contextlib.suppress(OSError):  # already closed
                socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)


class _ClockedStream(httpcore.NetworkStream):
    """One connection. `timeout` is a moment, here as above."""

    def __init__(self, stream: httpcore.NetworkStream, opened: set[httpcore.NetworkStream]) -> None:
        self._stream = stream
        self._open = opened
        opened.add(stream)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, READ_SECONDS, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE_BYTES):
            piece = buffer[start : start + _PIECE_BYTES]
            self._stream.write(piece, _left(timeout, READ_SECONDS, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._open.discard(self._stream)
        seconds = _left(timeout, CONNECT_SECONDS, httpcore.ConnectTimeout)
        return _ClockedStream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._open)

    def close(self) -> None:
        self._open.discard(self._stream)
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(moment: float | None, most_seconds: float, error: type[Exception]) -> float:
    if moment is None:
        return most_seconds
    left = moment - time.monotonic()
    if left <= 0:
        raise error("the time is over")
    return min(left, most_seconds)


def _let_go(connecting: "Future[httpcore.NetworkStream]") -> None:
    """A connection that came too late for whoever wanted it."""
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
