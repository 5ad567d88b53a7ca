"""A virtual reader of our own: it listens on 127.0.0.1, and whatever card connects lies on it. No PC/SC is needed.

The wire is that of vpcd (vsmartcard): two bytes of length, big-endian, then the message. One byte from the reader is a
word of power (00 off, 01 on, 02 reset, 04 tell your ATR, the only one answered); more bytes are a command APDU.
"""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from device.card.apdu import Carries, Transmit
from device.card.slot import Presence
from device.card.strangers import is_silent
from terminal.card_news import CardNews
from terminal.problems import Problem, TerminalError

HOST = "127.0.0.1"
POWER_OFF, POWER_ON, TELL_ATR = b"\x00", b"\x01", b"\x04"
_GREETING_S = 2.0  # within which what connects must answer as a card does


class LoopbackSlot:
    """A `Slot` for one virtual card at a time; a second one waits until the first is gone. `OSError`: port taken."""

    def __init__(self, port: int = 0) -> None:
        self._presence: Presence[_Line] = Presence()
        self._carries = Carries()
        self._listener = socket.socket()
        # The parent holds the port with a socket that never listens, so that it stays ours over restarts.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((HOST, port))
        self._listener.listen()

    @property
    def port(self) -> int:
        """Where cards connect."""
        port: int = self._listener.getsockname()[1]
        return port

    def watch(self, tell: Callable[[CardNews], None]) -> None:
        """As `Slot` says; ends with `close`."""
        self._presence.listen(tell)
        self._presence.ready()
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            with connection:
                line = _Line(connection)
                if line.is_card():
                    self._presence.laid(line)
                    line.wait_for_end()
                    self._presence.removed()

    def restate(self) -> None:
        """As `Slot` says."""
        self._presence.restate()

    @contextmanager
    def connect(self, insertion: str) -> Iterator[Transmit]:
        """As `Slot` says."""
        line = self._presence.find(insertion)
        line.say(POWER_ON)
        if is_silent(line.atr):
            raise TerminalError(Problem.CARD_SILENT)
        try:
            yield line.ask
        finally:
            with contextlib.suppress(TerminalError):  # it is gone, and its power with it
                line.say(POWER_OFF)

    def carries(self, insertion: str) -> Carries:
        """As `Slot` says."""
        self._presence.find(insertion)
        return self._carries

    def atr(self, insertion: str) -> bytes:
        """As `Slot` says."""
        return self._presence.find(insertion).atr

    def close(self) -> None:
        """Stops listening."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._listener.close()


class _Line:
    """The connection to one card: one message at a time."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.atr = b""  # as it was told in greeting
        self._connection = connection
        self._lock = threading.Lock()

    def is_card(self) -> bool:
        """Whether it answers with an ATR in time."""
        self._connection.settimeout(_GREETING_S)
        try:
            self.say(POWER_ON)
            self.atr = self.ask(TELL_ATR)
            return bool(self.atr)
        except TerminalError:
            return False
        finally:
            self._connection.settimeout(None)

    def say(self, message: bytes) -> None:
        """Sends a message that has no answer."""
        try:
            with self._lock:
                self._connection.sendall(struct.pack(">H", len(message)) + message)
        except OSError as error:
            raise TerminalError(Problem.CARD_REMOVED, "the virtual card hung up") from error

    def ask(self, message: bytes) -> bytes:
        """Sends a message and waits for its answer, for ever: who asks has the time limit."""
        try:
            with self._lock:
                self._connection.sendall(struct.pack(">H", len(message)) + message)
                (size,) = struct.unpack(">H", self._receive(2))
                return self._receive(size)
        except OSError as error:
            raise TerminalError(Problem.CARD_REMOVED, "the virtual card hung up") from error

    def wait_for_end(self) -> None:
        """Returns when the card has hung up, or speaks unasked, which no card does."""
        while True:
            select.select([self._connection], [], [])
            with self._lock:  # what can be read may have been the answer to a question under way
                try:
                    if not select.select([self._connection], [], [], 0)[0]:
                        continue
                    self._connection.recv(1)
                except OSError:
                    pass
                return

    def _receive(self, size: int) -> bytes:
        received = b""
        while len(received) < size:
            part = self._connection.recv(size - len(received))
            if not part:
                raise ConnectionResetError
            received += part
        return received
