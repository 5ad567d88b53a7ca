"""The certificate of the card in a PC/SC reader, as PEM on standard output: what OpenSC's tool does, and no more.

A whole program around our card code, so that its cold start can be set against theirs.
"""

import base64
import os
import queue
import sys
import threading
from typing import Final

from device.card.apdu import Channel
from device.card.gate import Gate
from device.card.pcsc import PcscSlot
from device.card.profile import PRESENT
from device.card.readers import Readers
from device.card.session import Session
from device.card.slot import Slot
from terminal.card_news import CardLaid, CardNews
from terminal.problems import Problem

WITHIN_S: Final = 10.0
X509_TAG: Final = 0x30


def insertion_on(slot: Slot) -> str:
    """The card that lies there; the slot is watched from now on, by a thread that ends with the program."""
    news: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
    threading.Thread(target=slot.watch, args=(news.put,), daemon=True).start()
    while not isinstance(told := news.get(timeout=WITHIN_S), CardLaid):
        pass
    return told.insertion


def read_certificate(slot: Slot, insertion: str) -> bytes:
    """DER, of a card whose token is that of a My Number Card."""
    profile = PRESENT.jpki
    carries = slot.carries(insertion)
    with slot.connect(insertion) as transmit:
        session = Session(Channel(Gate(transmit), carries), profile, absent=Problem.CARD_NOT_MY_NUMBER)
        assert session.read_beginning(profile.token_file, profile.label_size).startswith(b"JPKIAPICCTOKEN2")
        return session.read(profile.certificate_file, X509_TAG).raw


if __name__ == "__main__":
    slot = PcscSlot(Readers(sys.argv[1]))
    der = read_certificate(slot, insertion_on(slot))
    print(f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE-----", flush=True)
    os._exit(0)  # the thread that watches the reader has no end, and Python's own way out would look for it for 20 ms
