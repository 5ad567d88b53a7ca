"""The staff's own reader, on a process of its own: the port `StaffCards`, and a place where a security key may lie.

A thread sees to the process: when it has ended, killed for hanging or by anyone, a new one is started.
"""

import threading
from collections.abc import Callable
from typing import Final

from device.card.readers import Readers
from device.child import CHILD_ENDED, Child, Values
from device.staff import messages
from terminal.problems import Problem, TerminalError
from terminal.staff.key_words import Answer, KeyFault, Question
from terminal.staff.ports import LaidCard

START_S: Final = 20.0
KEY_S: Final = 15.0  # a laid key waits for no finger
AGAIN_S: Final = 0.5


class StaffReader:
    """The reader that `readers` names; without, virtual cards on the port `loopback`. `key` hashes numbers."""

    def __init__(self, key: bytes, readers: Readers | None = None, *, loopback: int = 0) -> None:
        slot = f"--pcsc={readers.patient}" if readers else f"--loopback={loopback}"
        self._child = Child(
            "device.staff.process",
            [slot],
            hung=Problem.READER_HUNG,
            ended=Problem.READER_PROCESS_ENDED,
            tell=self._hear,
        )
        self._key = key
        self._tell: Callable[[LaidCard], None] = lambda laid: None
        self._must_watch = threading.Event()
        self._closing = threading.Event()
        self._supervising = threading.Thread(target=self._supervise, name="staff reader", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process; None while there is none."""
        return self._child.pid

    def listen(self, tell: Callable[[LaidCard], None]) -> None:
        """As the port says; once."""
        self._tell = tell
        self._must_watch.set()
        self._supervising.start()

    def make(self, question: Question, person: str, pin: str) -> Answer | KeyFault:
        """Has the key that lies there make a new credential; `ABSENT` when none does."""
        return self._ask("make", question, person, pin)

    def prove(self, question: Question, pin: str) -> Answer | KeyFault:
        """Has the key that lies there answer; `ABSENT` when none does."""
        return self._ask("prove", question, "", pin)

    def close(self) -> None:
        """Ends the process."""
        self._closing.set()
        self._must_watch.set()
        self._child.close()
        if self._supervising.is_alive():
            self._supervising.join()

    def _ask(self, verb: str, question: Question, person: str, pin: str) -> Answer | KeyFault:
        about, blobs = messages.write_question(question, person, pin)
        try:
            return messages.parse_answer(*self._child.ask(verb, about, *blobs, within=KEY_S))
        except TerminalError:  # a reader that does not work keeps nobody from a key that is plugged in
            return KeyFault.ABSENT

    def _supervise(self) -> None:
        while self._must_watch.wait() and not self._closing.is_set():
            self._must_watch.clear()
            try:
                self._child.ask("watch", {}, self._key, within=START_S)
            except TerminalError:
                self._closing.wait(AGAIN_S)
                self._must_watch.set()

    def _hear(self, untrusted: Values) -> None:
        if untrusted["news"] == CHILD_ENDED:
            self._tell(None)
            self._must_watch.set()
        elif not self._closing.is_set():
            self._tell(messages.parse_laid(untrusted))
