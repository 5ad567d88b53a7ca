"""The practice card as a process of its own: a client of the virtual reader, which is how a card lies on one.

The wire is that of vpcd (vsmartcard): two bytes of length, then a message; one byte is a word of the reader (power off,
power on, reset, tell your ATR), more are a command APDU. It ends, and the card is gone, when its standard input ends;
a reader that restarts finds it again.
"""

import argparse
import contextlib
import json
import os
import select
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

from device.virtual.card import VirtualCard
from device.virtual.card_image import CardImage
from device.virtual.quirks import CardHungError, CardTakenError, Quirks

_CONNECT_SECONDS = 10


def main() -> None:
    """Lays the card, says `inserted` on standard output, and answers until it is taken away."""
    parser = argparse.ArgumentParser(description="lays a practice card on a virtual reader")
    parser.add_argument("--image", type=Path, required=True, metavar="FILE", help="the card, as `issuing` made it")
    parser.add_argument("--connect", required=True, metavar="HOST:PORT", help="where the virtual reader listens")
    parser.add_argument("--delay", type=int, metavar="MS", help="before each answer; a real card takes 10 to 40")
    parser.add_argument("--quirks", type=json.loads, default={}, metavar="JSON", help="fields of `Quirks`")
    arguments = parser.parse_args()
    host, _, port = arguments.connect.rpartition(":")
    quirks = Quirks(**arguments.quirks)
    if arguments.delay is not None:
        quirks = replace(quirks, delay_ms=arguments.delay)
    card = VirtualCard(CardImage.load(arguments.image), quirks)
    was_inserted = False
    while reader := _connect(host, int(port)):
        if not was_inserted:
            sys.stdout.write("inserted\n")
            sys.stdout.flush()
            was_inserted = True
        with reader:
            if not _answer(reader, card, arguments.image):
                return
        card.power_off()
    if not was_inserted:
        sys.exit(f"no virtual reader at {arguments.connect}")


def _answer(reader: socket.socket, card: VirtualCard, image_file: Path) -> bool:
    """Answers until the reader goes or the card is taken away; whether it still lies there, for the reader's return."""
    while message := _next_message(reader):
        match message:
            case b"\x00" | b"\x01" | b"\x02":  # power off, power on, reset
                card.power_off()
            case b"\x04":  # tell your ATR
                _send(reader, card.atr)
            case _:
                before = card.image
                try:
                    answer = card.transmit(message)
                except CardTakenError:
                    return False
                except CardHungError:
                    while not _has_input_ended(None):
                        pass
                    return False
                if card.image is not before:
                    card.image.save(image_file)  # a try is spent even if nobody hears the answer
                _send(reader, answer)
    return not _has_input_ended(0)


def _connect(host: str, port: int) -> socket.socket | None:
    """Connects as soon as the reader listens; None when it does not within 10 s, or nobody wants the card any more."""
    deadline = time.monotonic() + _CONNECT_SECONDS
    while time.monotonic() < deadline:
        try:
            reader = socket.create_connection((host, port), timeout=1)
        except OSError:
            if _has_input_ended(0.05):
                return None
        else:
            reader.settimeout(None)
            reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return reader
    return None


def _has_input_ended(seconds: float | None) -> bool:
    """Waits for standard input, None: for ever; what may be written there is of no interest."""
    readable, _, _ = select.select([0], [], [], seconds)
    return bool(readable) and not os.read(0, 4096)


def _next_message(reader: socket.socket) -> bytes:
    """The reader's next message; empty when the reader went or standard input ended."""
    size = _receive(reader, 2)
    return _receive(reader, int.from_bytes(size)) if size else b""


def _receive(reader: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        readable, _, _ = select.select([reader.fileno(), 0], [], [])
        if 0 in readable and not os.read(0, 4096):
            return b""
        if reader.fileno() in readable:
            # The reader sends length and body apart; without this its second half waits 40 ms for our acknowledgement.
            reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            try:
                part = reader.recv(size - len(received))
            except ConnectionError:
                return b""
            if not part:
                return b""
            received += part
    return received


def _send(reader: socket.socket, message: bytes) -> None:
    with contextlib.suppress(ConnectionError):  # what is read next tells that the reader went
        reader.sendall(len(message).to_bytes(2) + message)


if __name__ == "__main__":
    main()
