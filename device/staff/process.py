"""The process of the staff's reader: whatever hangs there hangs this process only, and no patient's card comes near it.

It tells what is laid down, with a card's number hashed already, and asks a laid security key. A PIN comes in as raw
bytes, is given to the key, and is forgotten.
"""

import argparse
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from fido2.ctap import CtapDevice
from fido2.pcsc import CtapPcscDevice

from device.card.apdu import Transmit
from device.card.loopback import LoopbackSlot
from device.card.pcsc import PcscSlot
from device.card.readers import Readers
from device.card.slot import Slot
from device.child import Answer as Reply
from device.child import Values, serve, tell
from device.staff import card, ctap, messages
from terminal.card_news import CardLaid, CardNews, CardRemoved, ReaderLost, ReaderReady
from terminal.problems import TerminalError
from terminal.staff.key_words import Answer, KeyFault
from terminal.staff.ports import CardDoubt


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description="sees to the staff's reader, over standard input and output")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--pcsc", metavar="READER", help="over PC/SC, by this reader")
    where.add_argument("--loopback", type=int, metavar="PORT", help="virtual cards that connect to 127.0.0.1")
    arguments = parser.parse_args()
    over_pcsc = arguments.loopback is None
    slot: Slot = PcscSlot(Readers(patient=arguments.pcsc)) if over_pcsc else LoopbackSlot(arguments.loopback)
    reader = Reader(slot)
    serve({"watch": reader.watch, "make": reader.make, "prove": reader.prove})


class Reader:
    """What may be asked of the reader."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        self._key = b""  # cards' numbers are hashed with it
        self._lies = ""  # the insertion of what lies there
        self._laid_key = ""  # the same, where it is a security key
        self._never = threading.Event()

    def watch(self, values: Values, blobs: list[bytes]) -> Reply:
        """From now on tells what is laid; given the key that cards' numbers are hashed with."""
        self._key = blobs.pop()
        threading.Thread(target=self._watch, daemon=True).start()
        return {}, []

    def make(self, values: Values, blobs: list[bytes]) -> Reply:
        """Answers as `SecurityKeys.make`."""
        question, pin = messages.parse_question(values, blobs)
        return self._of_key(lambda key: ctap.make(key, question, values["person"], pin, self._never))

    def prove(self, values: Values, blobs: list[bytes]) -> Reply:
        """Answers as `SecurityKeys.prove`."""
        question, pin = messages.parse_question(values, blobs)
        return self._of_key(lambda key: ctap.prove(key, question, pin, self._never))

    def _of_key(self, ask: Callable[[CtapDevice], Answer | KeyFault]) -> Reply:
        if not self._laid_key:
            return messages.write_answer(KeyFault.ABSENT)
        try:
            with self._slot.connect(self._laid_key) as transmit:
                return messages.write_answer(ask(CtapPcscDevice(_Connection(transmit), "staff")))
        except (TerminalError, OSError):
            return messages.write_answer(KeyFault.REMOVED)
        except Exception:  # at its greeting the library lets whatever a card answers escape
            return messages.write_answer(KeyFault.GARBLED)

    def _watch(self) -> None:
        try:
            self._slot.watch(self._hear)
        finally:
            os._exit(1)  # without news this process is of no use; the desk starts another

    def _hear(self, news: CardNews) -> None:
        """On a thread of its own for a card that is read: the slot goes on meanwhile."""
        match news:
            case CardLaid(insertion):
                self._lies = insertion
                threading.Thread(target=self._read, args=(insertion,), daemon=True).start()
            case CardRemoved() | ReaderLost():
                self._lies = self._laid_key = ""
                tell(messages.write_laid(None))
            case ReaderReady():
                pass

    def _read(self, insertion: str) -> None:
        try:
            with self._slot.connect(insertion) as transmit:
                laid = card.read(transmit, self._slot.atr(insertion), self._key)
        except TerminalError:
            laid = CardDoubt.UNREADABLE
        if isinstance(laid, card.Laid):
            self._laid_key = insertion
        elif self._lies == insertion:  # taken away meanwhile, it is as if it had not been there
            tell(messages.write_laid(laid))


@dataclass(frozen=True)
class _Connection:
    """What the library wants of pyscard's connections, over a card that has power already."""

    send: Transmit

    def connect(self) -> None:
        """Nothing to do."""

    def disconnect(self) -> None:
        """Whoever connected disconnects."""

    def transmit(self, command: list[int], protocol: int | None = None) -> tuple[list[int], int, int]:
        """One command for its answer. Raises `OSError`, as a connection of the library's own does."""
        try:
            answer = self.send(bytes(command))
        except TerminalError as error:
            raise OSError from error
        if len(answer) < 2:
            raise OSError
        return list(answer[:-2]), answer[-2], answer[-1]


if __name__ == "__main__":
    main()
