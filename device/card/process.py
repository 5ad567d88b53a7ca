"""The card process: a hung card or reader blocks this process only, which can be killed and started again.

Codes and PINs come in here as raw bytes, are given to the card, and are forgotten; no log, answer or error holds them.
"""

import argparse
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from device.card import messages, reading, strangers
from device.card.anchors import Anchors, load_anchors
from device.card.apdu import Transmit
from device.card.loopback import LoopbackSlot
from device.card.pcsc import PcscSlot
from device.card.slot import Slot
from device.child import Answer, Values, serve, tell
from terminal.certificate import JST
from terminal.people import CodeRefused
from terminal.problems import Problem, TerminalError

_MAY_BE_A_STRANGER = (Problem.CARD_NOT_MY_NUMBER, Problem.CARD_UNREADABLE)  # some readers pass no APDU to FeliCa


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description="reads cards for the desk, over standard input and output")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--pcsc", metavar="READER", help="over PC/SC; empty: every reader")
    where.add_argument("--loopback", type=int, metavar="PORT", help="virtual cards that connect to 127.0.0.1")
    parser.add_argument("--anchors", type=Path, metavar="DIR", help="whom to trust")
    arguments = parser.parse_args()
    slot = PcscSlot(arguments.pcsc) if arguments.loopback is None else LoopbackSlot(arguments.loopback)
    questions = Questions(slot, arguments.anchors)
    serve(
        {
            "watch": questions.watch,
            "identify": questions.identify,
            "glance": questions.glance,
            "read_holder": questions.read_holder,
            "verify_pin": questions.verify_pin,
        }
    )


class Questions:
    """What the desk may ask. Each has a connection of its own, to the card of the insertion that it names."""

    def __init__(self, slot: Slot, anchors: Path | None) -> None:
        self._slot = slot
        self._anchors = cache(lambda: load_anchors(anchors) if anchors else Anchors())
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def watch(self, values: Values, blobs: list[bytes]) -> Answer:
        """From now on tells what happens at the slot; asked again, tells once more how things stand."""
        if self._watching.is_alive():
            self._slot.restate()
        else:
            self._watching.start()
        return messages.NOTHING

    def identify(self, values: Values, blobs: list[bytes]) -> Answer:
        """Answers with a card."""
        with self._stranger_named(values["insertion"]) as transmit:
            return messages.write_card(reading.identify(transmit, values["insertion"]))

    def glance(self, values: Values, blobs: list[bytes]) -> Answer:
        """Answers with a glance."""
        with self._stranger_named(values["insertion"]) as transmit:
            return messages.write_glance(reading.glance(transmit, values["insertion"]))

    def read_holder(self, values: Values, blobs: list[bytes]) -> Answer:
        """Given the card code, answers with a holder or that the code was refused."""
        with self._slot.connect(values["insertion"]) as transmit:
            today = datetime.now(JST).date()
            read = reading.read_holder(transmit, blobs.pop().decode(), values["tries"], self._anchors(), today)
        return messages.write_refused(read) if isinstance(read, CodeRefused) else messages.write_holder(read)

    def verify_pin(self, values: Values, blobs: list[bytes]) -> Answer:
        """Given the PIN and the card that was identified, answers with nothing or that the PIN was refused."""
        pin = blobs.pop().decode()
        card = messages.parse_card(values, blobs)
        with self._slot.connect(card.insertion) as transmit:
            refused = reading.verify_pin(transmit, card, pin, self._anchors(), datetime.now(JST))
        return messages.write_refused(refused) if refused else messages.NOTHING

    @contextmanager
    def _stranger_named(self, insertion: str) -> Iterator[Transmit]:
        """Connects; what turns out to be no My Number card is called what it says it is."""
        try:
            with self._slot.connect(insertion) as transmit:
                yield transmit
        except TerminalError as error:
            if error.problem in _MAY_BE_A_STRANGER and (known := strangers.name(self._slot.atr(insertion))):
                raise TerminalError(known, error.detail) from error
            raise

    def _watch(self) -> None:
        try:
            self._slot.watch(lambda news: tell(messages.write_news(news)))
        finally:
            os._exit(1)  # without news this process is of no use; the desk starts another


if __name__ == "__main__":
    main()
