"""What somebody holds, shown at a command: a security key that is touched, or a card laid on the staff's own reader.

By the desk's own code. A key's PIN is typed unseen, given to the key, and kept nowhere; a card's number is hashed in
the reader's own process.
"""

import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from device.card.readers import Readers
from device.staff.keys import FidoKeys
from device.staff.reader import StaffReader
from offline_cache.epochs import home_of
from offline_cache.staff import SqlRoster
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import Configuration
from terminal.problems import Problem, TerminalError
from terminal.staff.held import HeldFactors
from terminal.staff.key_words import KeyFault
from terminal.staff.ports import CardDoubt, LaidCard
from terminal.staff.signing_in import Claim

CONFIGURATION: Final = Path("/etc/uketsuke/desk.toml")
KEY: Final = "key"
CARD: Final = "card"
WORDS: Final = frozenset({KEY, CARD})
"""What is typed in place of a one-time code, to show what one holds."""
WAIT_S: Final = 30.0
_AGAIN_S: Final = 0.5

Secret = Callable[[str], Callable[[], str]]
"""Makes, of a prompt, what asks for something that nobody may see."""
_Answered = TypeVar("_Answered")


def shown(roster: SqlRoster, configuration: Configuration | None, claim: Claim, word: str, secret: Secret) -> Claim:
    """The claim with what its person holds, `KEY` or `CARD`. Raises `SIGN_IN_REFUSED` when none is shown."""
    with ExitStack() as furniture:
        reader = staff_reader_of(configuration, roster.card_key)
        if reader is not None:
            furniture.callback(reader.close)
        try:
            if word == CARD:
                news = listening(reader)
                tell("Lay your staff card on the staff's reader.")
                return replace(claim, card=next_card(news))
            if reader is not None:
                listening(reader)
            held = HeldFactors(roster, FidoKeys(reader))
            tell("Plug in your security key, or lay it on the staff's reader, and touch it.")
            return answered(lambda pin, stop: held.touched(claim, pin, stop), Pin(secret))
        except TerminalError as error:
            if error.problem is not Problem.STAFF_UNFIT:
                raise
            raise TerminalError(Problem.SIGN_IN_REFUSED, error.detail) from error


def configuration_of(folder: Path) -> Configuration | None:
    """How this machine's desk is configured, if it is the desk of the store in `folder`: that names its reader."""
    try:
        found = read_configuration(CONFIGURATION)
    except TerminalError:
        return None
    return found if found.store.folder.absolute() == home_of(folder).absolute() else None


def staff_reader_of(configuration: Configuration | None, card_key: bytes) -> StaffReader | None:
    """The staff's own reader, where the configuration names one. Close it at the end."""
    readers = Readers(staff=configuration.reader.staff).of_staff if configuration else None
    return StaffReader(card_key, readers) if readers else None


def listening(reader: StaffReader | None) -> "queue.SimpleQueue[LaidCard]":
    """What is laid on the reader from now on. Raises `STAFF_UNFIT` where there is no reader."""
    if reader is None:
        raise TerminalError(Problem.STAFF_UNFIT, "the configuration names no reader for staff: [reader] staff")
    news: queue.SimpleQueue[LaidCard] = queue.SimpleQueue()
    reader.listen(news.put)
    return news


class Pin:
    """The key's PIN, asked for when the key wants it, and once."""

    def __init__(self, secret: Secret) -> None:
        self._ask = secret("PIN of the security key")
        self.typed = ""

    def ask(self) -> None:
        """Asks for it."""
        self.typed = self._ask()


def answered(
    ask: Callable[[str, threading.Event], _Answered | KeyFault],
    pin: Pin,
    stopping: Callable[[], threading.Event] = threading.Event,
) -> _Answered:
    """What the key answers, within the time that it takes to find and plug it in. Raises `STAFF_UNFIT`.

    `stopping` makes what ends one waiting for a touch.
    """
    ends = time.monotonic() + WAIT_S
    while isinstance(answer := ask(pin.typed, stopping()), KeyFault):
        if answer is KeyFault.PIN_NEEDED and not pin.typed:
            pin.ask()
        elif answer is KeyFault.ABSENT and time.monotonic() < ends:
            time.sleep(_AGAIN_S)
        else:
            raise TerminalError(Problem.STAFF_UNFIT, f"security key: {answer}")
    return answer


def next_card(news: "queue.SimpleQueue[LaidCard]") -> bytes:
    """The next card's hash. Raises `STAFF_UNFIT`."""
    try:
        while (laid := news.get(timeout=WAIT_S)) is None:
            pass
    except queue.Empty:
        raise TerminalError(Problem.STAFF_UNFIT, f"no card was laid down within {WAIT_S:g} s") from None
    if isinstance(laid, CardDoubt):
        raise TerminalError(Problem.STAFF_UNFIT, f"staff card: {laid}")
    return laid


def tell(text: str) -> None:
    """Says what to do, beside whatever the command prints."""
    print(text, file=sys.stderr, flush=True)
