"""What carries httpx's requests on a line: connections whose every step ends by one moment of our clock.

httpx's own transport takes no network of ours: this is the same translation to httpcore, its engine, over one of ours.
What fails comes as httpcore's own errors.
"""

import ssl
from collections.abc import Iterator

import httpcore
import httpx

from terminal.eligibility.line_network import ClockedNetwork

IDLE_SECONDS = 5.0  # a connection is kept for the next question


class ClockedTransport(httpx.BaseTransport):
    """The `transport` of an `httpx.Client` whose limits are moments by `time.monotonic`, but the pool's."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._network = ClockedNetwork()
        self._pool = httpcore.ConnectionPool(context, keepalive_expiry=IDLE_SECONDS, network_backend=self._network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer's head; its body is read, or let go, by whoever gets it."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                target,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Cuts every connection; whoever waits on one waits no longer."""
        self._network.close()
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
