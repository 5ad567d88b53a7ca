"""The practice link software, a process of its own: it behaves in its folders as the official one does.

    python -m terminal.practice.link_software_process --home DIR --folder DIR [--delay SECONDS]

It makes `req`, `res` and `face`, takes each request away, writes the reply under the reply's name and without a rename,
and says `asked IDENTIFIER`. It obeys lines such as `{"fault": "half"}`, `{"delay": 2.5}` and `{"card": "p01"}`, a card
laid on the official reader, whose result then lies in `face`. It ends with its standard input. Invented people only.
"""

import argparse
import contextlib
import json
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from terminal.certificate import JST
from terminal.eligibility.folder_names import FACE, SUFFIX, reply_name
from terminal.practice.answers import Asked, read_question, write_answer
from terminal.practice.deck import load_deck
from terminal.practice.link_software_faults import LinkFault, Written, writings
from terminal.practice.numbers import person_by_number
from terminal.practice.receptions import Receptions
from terminal.practice.registry import person_id_of
from terminal.problems import TerminalError

POLL_SECONDS = 0.05
FOLDERS = ("req", "res", "face")


class LinkSoftware:
    """The folders, and what is still to be written into them."""

    def __init__(self, home: Path, folder: Path, delay_seconds: float, institution_code: str) -> None:
        self.fault = LinkFault.NONE
        self.delay_seconds = delay_seconds
        self.ended = threading.Event()
        self._home = home
        self._institution_code = institution_code
        self._req, self._res, self._face = (folder / name for name in FOLDERS)
        self._deck = load_deck()
        self._receptions = Receptions(self._deck, home)
        self._due: list[tuple[float, Path, Written]] = []
        for each in (self._req, self._res, self._face):
            each.mkdir(parents=True, exist_ok=True)

    def run(self) -> None:
        """Takes requests and writes replies until `ended`."""
        while not self.ended.wait(POLL_SECONDS):
            if self.fault is not LinkFault.DOWN:
                for request in sorted(self._req.glob(f"*req_*{SUFFIX}")):
                    self._take(request)
            now = time.monotonic()
            for due in [due for due in self._due if due[0] <= now]:
                self._due.remove(due)
                due[1].write_bytes(due[2].body)

    def lay_card(self, person_id: str) -> str:
        """What the official reader's check of a card leaves in `face`: the file's name."""
        now = datetime.now(JST)
        asked = Asked("", self._institution_code, f"{now:%Y%m%d}", certificate=b"of the card on the official reader")
        name = f"{FACE}{time.monotonic_ns()}_{now:%Y%m%d%H%M%S}{SUFFIX}"
        (self._face / name).write_bytes(write_answer(asked, self._deck[person_id], now))
        return name

    def _take(self, request: Path) -> None:
        question = request.read_bytes()
        request.unlink()
        try:
            asked = read_question(question)
        except TerminalError:
            say("not understood", request.name)
            return
        say("asked", asked.identifier)
        now, begin = datetime.now(JST), time.monotonic() + self.delay_seconds
        reply = self._res / reply_name(request.name)
        for written in writings(self.fault, asked, lambda asked: self._answer(asked, question, now), now):
            self._due.append((begin + written.after_seconds, reply, written))

    def _answer(self, asked: Asked, question: bytes, now: datetime) -> bytes:
        if asked.many or asked.reception:
            return self._receptions.answer(asked, question, now)
        if asked.insured:
            return write_answer(asked, person_by_number(self._deck, asked.insured), now)
        person_id = person_id_of(self._home, asked.certificate)
        return write_answer(asked, self._deck.get(person_id) if person_id else None, now)


def say(*words: object) -> None:
    """One line on standard output, whole."""
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def _obey(software: LinkSoftware) -> None:
    """Does what each line of standard input says, until its end; what is no order changes nothing."""
    for line in sys.stdin:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            match json.loads(line):
                case {"fault": fault}:
                    software.fault = LinkFault(fault)
                    say("fault", software.fault)
                case {"delay": seconds}:
                    software.delay_seconds = float(seconds)
                    say("delay", software.delay_seconds)
                case {"card": person_id}:
                    say("card", software.lay_card(person_id))


def main(arguments: Sequence[str] | None = None) -> None:
    """Works until standard input ends."""
    parser = argparse.ArgumentParser(description="the practice link software")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--institution", default="1319999999")
    settings = parser.parse_args(arguments)
    software = LinkSoftware(settings.home, settings.folder, settings.delay, settings.institution)
    working = threading.Thread(target=software.run)
    working.start()
    say("ready")
    try:
        _obey(software)
    finally:
        software.ended.set()
        working.join()


if __name__ == "__main__":
    main()
