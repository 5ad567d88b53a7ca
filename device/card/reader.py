"""The port `CardReader`, on a process of its own that is kept alive.

A thread sees to the process: when it has ended, idle or not, killed for hanging or by anyone, the desk is told
so, a new one is started at once, and its news start afresh: a card that still lies there is laid anew.
"""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

from device.card import messages
from device.card.glance import Glance
from device.card.loopback import HOST
from device.card.readers import ANY, Readers
from device.child import CHILD_ENDED, Child, Values
from terminal.card_news import CardNews, ReaderLost
from terminal.card_token import CodeRefused
from terminal.people import Card, Holder
from terminal.problems import Problem, TerminalError

IDENTIFY_S = 10.0
READ_HOLDER_S = 20.0
VERIFY_PIN_S = 15.0
START_S = 10.0
AGAIN_S = 0.5  # between attempts to start a process that does not start


class SupervisedCardReader:
    """A `CardReader` over PC/SC (`readers` says by which) or, with `loopback`, for virtual cards on `port`.

    `anchors` is the folder of those whom the terminal trusts; None: it trusts nobody.
    """

    def __init__(self, *, loopback: bool = False, readers: Readers = ANY, anchors: Path | None = None) -> None:
        self._reserved = _reserve_port() if loopback else None
        over_pcsc = [f"--pcsc={readers.patient}", f"--desk={readers.desk}", f"--staff={readers.staff}"]
        slot = [f"--loopback={_port(self._reserved)}"] if self._reserved else over_pcsc
        self._child = Child(
            "device.card.process",
            [*slot, f"--anchors={anchors}"] if anchors else slot,
            hung=Problem.READER_HUNG,
            ended=Problem.READER_PROCESS_ENDED,
            tell=self._hear,
        )
        self._tell: Callable[[CardNews], None] = lambda news: None
        self._must_watch = threading.Event()
        self._watches = threading.Event()
        self._closing = threading.Event()
        self._supervising = threading.Thread(target=self._supervise, name="card reader", daemon=True)
        self._starting = threading.Lock()
        self._asking = threading.Lock()
        self._has_hung = False

    @property
    def pid(self) -> int | None:
        """The card process; None while there is none."""
        return self._child.pid

    @property
    def port(self) -> int:
        """Where virtual cards connect, over all restarts. Waits until the process listens there."""
        if self._reserved is None:
            raise TerminalError(Problem.READER_ABSENT, "only the loopback has a port")
        self._start()
        if not self._watches.wait(START_S):
            raise TerminalError(Problem.READER_PROCESS_ENDED, "the loopback does not listen")
        return _port(self._reserved)

    def listen(self, tell: Callable[[CardNews], None]) -> None:
        """As the port says; begins with how things stand."""
        self._tell = tell
        if not self._start():
            self._must_watch.set()

    def identify(self, insertion: str) -> Card:
        """As the port says."""
        return messages.parse_card(*self._ask("identify", {"insertion": insertion}, within=IDENTIFY_S))

    def glance(self, insertion: str) -> Glance:
        """All that a card tells without a code; beside the port, for who only wants to know what lies there."""
        return messages.parse_glance(*self._ask("glance", {"insertion": insertion}, within=IDENTIFY_S))

    def read_holder(self, card: Card, code: str) -> Holder | CodeRefused:
        """As the port says."""
        about = {"insertion": card.insertion, "tries": card.card_code_tries}
        values, blobs = self._ask("read_holder", about, code.encode("ascii", "replace"), within=READ_HOLDER_S)
        return messages.parse_refused(values) or messages.parse_holder(values, blobs)

    def verify_pin(self, card: Card, pin: str) -> CodeRefused | None:
        """As the port says."""
        about, certificate = messages.write_card(card)
        values, _ = self._ask("verify_pin", about, *certificate, pin.encode("ascii", "replace"), within=VERIFY_PIN_S)
        return messages.parse_refused(values)

    def open_phone(self, card: Card, pin: str) -> Card | CodeRefused:
        """As the port says."""
        about, certificate = messages.write_card(card)
        asked = (*certificate, pin.encode("ascii", "replace"))
        values, blobs = self._ask("open_phone", about, *asked, within=VERIFY_PIN_S)
        return messages.parse_refused(values) or messages.parse_card(values, blobs)

    def close(self) -> None:
        """As the port says."""
        self._closing.set()
        self._must_watch.set()
        self._child.close()
        with self._starting:
            if self._supervising.is_alive():
                self._supervising.join()
        if self._reserved is not None:
            self._reserved.close()

    def _ask(self, verb: str, about: Values, *blobs: bytes, within: float) -> tuple[Values, list[bytes]]:
        with self._asking:
            try:
                return self._child.ask(verb, about, *blobs, within=within)
            except TerminalError as error:
                self._has_hung |= error.problem is Problem.READER_HUNG
                raise

    def _start(self) -> bool:
        """Starts the supervision; false when it had been started before."""
        with self._starting:
            if self._supervising.is_alive() or self._closing.is_set():
                return False
            self._must_watch.set()
            self._supervising.start()
            return True

    def _supervise(self) -> None:
        while self._must_watch.wait() and not self._closing.is_set():
            self._must_watch.clear()
            try:
                self._child.ask("watch", {"is_short": self._has_hung}, within=START_S)  # some hang at long answers
                self._watches.set()
            except TerminalError as error:
                if not self._closing.wait(AGAIN_S):
                    self._tell(ReaderLost(error.problem))
                self._must_watch.set()

    def _hear(self, values: Values) -> None:
        if values["news"] != CHILD_ENDED:
            self._tell(messages.parse_news(values))
        elif not self._closing.is_set():
            self._watches.clear()
            if not self._asking.locked():  # else the question under way fails, and says better why
                self._tell(ReaderLost(Problem.READER_PROCESS_ENDED))
            self._must_watch.set()


def _reserve_port() -> socket.socket:
    """A free port that stays ours over restarts of the process: held by a socket that never listens."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind((HOST, 0))
    return reserved


def _port(reserved: socket.socket) -> int:
    port: int = reserved.getsockname()[1]
    return port
