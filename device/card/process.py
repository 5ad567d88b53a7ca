"""The card process: a hung card or reader blocks this process only, which can be killed and started again.

Codes and PINs come in here as raw bytes, are given to the card, and are forgotten; no log, answer or error holds them.
"""

import argparse
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

from device.card import messages, reading, strangers
from device.card.anchors import Anchors, load_anchors
from device.card.apdu import Carries, LongAnswerLostError, Transmit
from device.card.loopback import LoopbackSlot
from device.card.pcsc import PcscSlot
from device.card.readers import Readers
from device.card.slot import Slot
from device.child import Answer, Values, serve, tell
from terminal.card_token import CodeRefused
from terminal.certificate import JST
from terminal.problems import Problem, TerminalError

_MAY_BE_A_STRANGER = (Problem.CARD_NOT_MY_NUMBER, Problem.CARD_UNREADABLE)  # some readers pass no APDU to FeliCa

T = TypeVar("T")


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description="reads cards for the desk, over standard input and output")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--pcsc", metavar="READER", help="over PC/SC, by the reader for patients; empty: any")
    where.add_argument("--loopback", type=int, metavar="PORT", help="virtual cards that connect to 127.0.0.1")
    parser.add_argument("--desk", metavar="READER", default="", help="over PC/SC, another beside it")
    parser.add_argument("--staff", metavar="READER", default="", help="over PC/SC, one to leave alone")
    parser.add_argument("--anchors", type=Path, metavar="DIR", help="whom to trust")
    arguments = parser.parse_args()
    questions = Questions(_slot(arguments), arguments.anchors)
    serve(
        {
            "watch": questions.watch,
            "identify": questions.identify,
            "glance": questions.glance,
            "read_holder": questions.read_holder,
            "verify_pin": questions.verify_pin,
            "open_phone": questions.open_phone,
        }
    )


def _slot(arguments: argparse.Namespace) -> Slot:
    if arguments.loopback is not None:
        return LoopbackSlot(arguments.loopback)
    return PcscSlot(Readers(arguments.pcsc, arguments.desk, arguments.staff))


class Questions:
    """What the desk may ask. Each has a connection of its own, to the card of the insertion that it names."""

    def __init__(self, slot: Slot, anchors: Path | None) -> None:
        self._slot = slot
        self._is_short = False
        self._anchors = cache(lambda: load_anchors(anchors) if anchors else Anchors())
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def watch(self, values: Values, blobs: list[bytes]) -> Answer:
        """From now on tells what happens at the slot; asked again, tells once more how things stand.

        `is_short`: the reader has hung before, so it is asked for no long answer any more.
        """
        self._is_short = values["is_short"]
        if self._watching.is_alive():
            self._slot.restate()
        else:
            self._watching.start()
        return messages.NOTHING

    def identify(self, values: Values, blobs: list[bytes]) -> Answer:
        """Answers with a card."""
        return messages.write_card(self._read_free(values["insertion"], reading.identify))

    def glance(self, values: Values, blobs: list[bytes]) -> Answer:
        """Answers with a glance."""
        return messages.write_glance(self._read_free(values["insertion"], reading.glance))

    def read_holder(self, values: Values, blobs: list[bytes]) -> Answer:
        """Given the card code, answers with a holder or that the code was refused."""
        carries = self._proven(values["insertion"])
        with self._slot.connect(values["insertion"]) as transmit:
            today = datetime.now(JST).date()
            read = reading.read_holder(transmit, blobs.pop().decode(), values["tries"], self._anchors(), today, carries)
        return messages.write_refused(read) if isinstance(read, CodeRefused) else messages.write_holder(read)

    def verify_pin(self, values: Values, blobs: list[bytes]) -> Answer:
        """Given the PIN and the card that was identified, answers with nothing or that the PIN was refused."""
        pin = blobs.pop().decode()
        card = messages.parse_card(values, blobs)
        carries = self._proven(card.insertion)
        with self._slot.connect(card.insertion) as transmit:
            refused = reading.verify_pin(transmit, card, pin, self._anchors(), datetime.now(JST), carries)
        return messages.write_refused(refused) if refused else messages.NOTHING

    def open_phone(self, values: Values, blobs: list[bytes]) -> Answer:
        """Given the PIN and the phone that was identified, answers with its card or that the PIN was refused."""
        pin = blobs.pop().decode()
        card = messages.parse_card(values, blobs)
        carries = self._proven(card.insertion)
        with self._slot.connect(card.insertion) as transmit:
            opened = reading.open_phone(transmit, card, pin, self._anchors(), datetime.now(JST), carries)
        return messages.write_refused(opened) if isinstance(opened, CodeRefused) else messages.write_card(opened)

    def _read_free(self, insertion: str, read: Callable[[Transmit, str, Carries], T]) -> T:
        """Reads what spends no try; once more, in short answers, when the connection is lost to a long one."""
        carries = self._carries(insertion)
        try:
            with self._stranger_named(insertion) as transmit:
                return read(transmit, insertion, carries)
        except LongAnswerLostError:
            try:
                with self._stranger_named(insertion) as transmit:
                    return read(transmit, insertion, carries)
            except TerminalError:
                carries.long_answers = None  # so the long answer was not what failed
                raise

    def _carries(self, insertion: str) -> Carries:
        return Carries(long_answers=False) if self._is_short else self._slot.carries(insertion)

    def _proven(self, insertion: str) -> Carries:
        """The same for where a try may be spent: no long answer but where one was carried already."""
        return Carries(long_answers=self._carries(insertion).long_answers is True)

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
