"""The desk that `uketsuke canary` examines, as a process: the practice desk, with hands and eyes outside of it.

Standard input brings a line for each thing that hands do, standard output a line for each state. The cards and whoever
knows their codes are elsewhere, so that what is found in here was left by the desk.
"""

import argparse
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from device.child import forbid_core_dumps
from device.clean_memory import keep_memory_clean
from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.desk import Desk
from terminal.events import (
    CardCodeEntered,
    ConsentGiven,
    Dismissed,
    Event,
    FaceDeclined,
    OperatorRecognised,
    PinEntered,
)
from terminal.people import Consent
from terminal.states import State


def main() -> None:
    """Runs the desk until standard input ends."""
    keep_memory_clean()
    parser = argparse.ArgumentParser(description="the desk that the canary examines")
    parser.add_argument("--home", type=Path, required=True, metavar="DIR")
    home = parser.parse_args().home
    forbid_core_dumps()
    logging.basicConfig(filename=home / "debug.log", level=logging.DEBUG)
    room = PracticeRoom(home)
    try:
        desk = Desk(room.ports, _say, RECEPTIONIST)
        _speak(f"ready {room.reader_port}")
        with desk.running():
            for word, rest in _words():
                if word == b"stand":
                    room.source.stand(rest.decode() or None)
                elif event := _event(word, rest):
                    desk.post(event)
    finally:
        room.close()


def _event(word: bytes, rest: bytes) -> Event | None:
    match word:
        case b"code":
            return CardCodeEntered(rest.decode())
        case b"pin":
            return PinEntered(rest.decode())
        case b"decline":
            return FaceDeclined()
        case b"recognise":
            return OperatorRecognised()
        case b"consent":
            return ConsentGiven(frozenset(Consent))
        case b"dismiss":
            return Dismissed()
        case _:
            return None


def _words() -> Iterator[tuple[bytes, bytes]]:
    """What standard input says, one thing at a time and without a buffer that would keep it."""
    while line := os.read(0, 64):  # whoever writes waits for the state that a line leads to
        word, _, rest = line.partition(b" ")
        yield word, rest


def _say(state: State) -> None:
    _speak(type(state).__name__)


def _speak(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
