"""The port `SecurityKeys`: whichever key is there, laid on the staff's reader or plugged in, is asked."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from terminal.later import Later
from terminal.staff.key_words import Answer, KeyFault, Question

if TYPE_CHECKING:
    from fido2.ctap import CtapDevice

    from device.staff import ctap, hidraw
else:
    ctap, hidraw = Later("device.staff.ctap"), Later("device.staff.hidraw")

TOUCH_S = 30.0

Plugged = Callable[[], AbstractContextManager[Sequence["CtapDevice"]]]


class LaidKey(Protocol):
    """A reader on which a key may lie. That it was laid there is the touch."""

    def make(self, question: Question, person: str, pin: str) -> Answer | KeyFault:
        """As `SecurityKeys`; `ABSENT` when none lies there."""

    def prove(self, question: Question, pin: str) -> Answer | KeyFault:
        """As `make`."""


class FidoKeys:
    """The port. One person at a time: calls wait for each other."""

    def __init__(self, reader: LaidKey | None = None, usb: Plugged | None = None, touch_s: float = TOUCH_S) -> None:
        self._reader = reader
        self._usb = usb or (lambda: hidraw.plugged())
        self._touch_s = touch_s
        self._lock = threading.Lock()

    def make(self, question: Question, person: str, pin: str, stop: threading.Event) -> Answer | KeyFault:
        """As the port says."""
        with self._lock:
            laid = self._reader.make(question, person, pin) if self._reader else KeyFault.ABSENT
            if laid is not KeyFault.ABSENT:
                return laid
            with self._usb() as keys:
                if len(keys) != 1:
                    return KeyFault.SEVERAL if keys else KeyFault.ABSENT
                return self._touched(partial(ctap.make, keys[0], question, person, pin, stop), stop)

    def prove(self, question: Question, pin: str, stop: threading.Event) -> Answer | KeyFault:
        """As the port says."""
        with self._lock:
            laid = self._reader.prove(question, pin) if self._reader else KeyFault.ABSENT
            if laid is not KeyFault.ABSENT:
                return laid
            with self._usb() as keys:
                fault = KeyFault.FOREIGN if keys else KeyFault.ABSENT
                for key in keys:
                    found = ctap.holds(key, question)
                    if isinstance(found, KeyFault):
                        fault = found
                    elif found:
                        return self._touched(partial(ctap.prove, key, question, pin, stop), stop)
                return fault

    def _touched(self, ask: Callable[[], Answer | KeyFault], stop: threading.Event) -> Answer | KeyFault:
        """What a key that was told to stop says of it depends on the key; why it was told so is known here."""
        out_of_time = threading.Event()

        def give_up() -> None:
            out_of_time.set()
            stop.set()

        limit = threading.Timer(self._touch_s, give_up)
        limit.daemon = True
        limit.start()
        try:
            answered = ask()
        finally:
            limit.cancel()
        if isinstance(answered, KeyFault) and stop.is_set():
            return KeyFault.TIMEOUT if out_of_time.is_set() else KeyFault.STOPPED
        return answered
