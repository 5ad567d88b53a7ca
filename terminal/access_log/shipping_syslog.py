"""A collector that speaks syslog over TLS (RFC 5425), such as rsyslog.

Law: syslog confirms nothing, so a batch is a connection of its own, and counts only when the receiver answers our end
of the TLS connection with its own. By then it has read every byte; one that was killed cannot say it. Whether what was
read is on its disk is for the receiver's settings: no queue in memory (`queue.type="Direct"`).
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from terminal.access_log.syslog import frame, message
from terminal.access_log.verify import StoredEntry
from terminal.problems import Problem, TerminalError

PORT: Final = 6514  # RFC 5425, section 4.1
TIMEOUT_S: Final = 20.0


@dataclass(frozen=True)
class Trust:
    """PEM files: who may have signed the receiver's certificate, and the desk's own certificate with its key."""

    authorities: Path
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or newer, the receiver's name checked. Raises `SHIPPING_FAILED` for files that cannot be read."""
        try:
            context = ssl.create_default_context(cafile=str(self.authorities))
            if self.certificate:
                context.load_cert_chain(self.certificate, self.key)
        except OSError as error:  # an `SSLError` is one
            raise TerminalError(Problem.SHIPPING_FAILED, "certificate files cannot be read") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # Python below 3.11.4 takes a line that just ends for a farewell (CPython issue 95494), which would confirm
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        return context


class SyslogCollector:
    """`seen` is how many entries were confirmed before; `note` is called with each new count, to keep it."""

    def __init__(
        self, address: tuple[str, int], trust: Trust, log: str, *, seen: int, note: Callable[[int], None]
    ) -> None:
        self._address = address
        self._context = trust.context()
        self._log = log
        self._seen = seen
        self._note = note

    def confirmed(self) -> int:
        """How many entries were confirmed, as kept on this side."""
        return self._seen

    def take(self, entries: Sequence[StoredEntry]) -> None:
        """Sends a batch on a connection of its own. Raises `SHIPPING_FAILED`."""
        content = b"".join(frame(message(entry, self._log)) for entry in entries)
        try:
            with (
                socket.create_connection(self._address, TIMEOUT_S) as line,
                self._context.wrap_socket(line, server_hostname=self._address[0]) as connection,
            ):
                connection.sendall(content)
                connection.unwrap()  # sends our close_notify, and waits for theirs
        except OSError as error:  # an `SSLError` is one
            raise TerminalError(Problem.SHIPPING_FAILED, f"syslog: {type(error).__name__}") from error
        self._seen = entries[-1].seq + 1
        self._note(self._seen)

    def close(self) -> None:
        """Nothing is open between batches."""
