"""What people hold, shown at a page where they sign in: a security key that is touched, or their card on the reader.

By the desk's own code. Nothing is waited for in the windows' thread: whoever hears of a claim has it completed beside.
"""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from terminal.staff.held import HeldFactors
from terminal.staff.key_words import KeyFault
from terminal.staff.signing_in import Claim
from ui.auditor.background import Background
from ui.signin.laid import LaidOwner
from ui.signin.page import Page
from ui.words.catalogue import Words

Show = Callable[[], Claim | KeyFault]
"""Gives the whole claim, or why no key answered; blocks until the key is touched."""


class Showing(QObject):
    """One page's. `claimed` carries a `Show`; `ended` is told what became of it."""

    claimed = Signal(object)

    def __init__(self, page: Page, held: HeldFactors, laid: LaidOwner) -> None:
        super().__init__(page)
        self._page, self._held, self._laid = page, held, laid
        self._stop = threading.Event()
        page.claimed.connect(lambda claim: self.claimed.emit(lambda: laid.shown_with(claim)))
        page.key_claimed.connect(self._by_key)
        page.key_stopped.connect(self.stop)
        laid.changed.connect(self._say_whose)

    def look(self, background: Background) -> None:
        """Looks who is enrolled by now: whether the reader is wanted, and keys are taken."""

        def work() -> bool:
            self._laid.look()
            return self._held.takes_keys

        background.begin(work, lambda takes: self._page.set_takes_keys(takes is True))

    def ended(self, outcome: object) -> None:
        """What was claimed was looked at; a `KeyFault` where no key answered."""
        self._page.await_key(False)
        self._page.ask_pin(outcome in (KeyFault.PIN_NEEDED, KeyFault.PIN_WRONG))

    def stop(self) -> None:
        """Waits for no key any more."""
        self._stop.set()

    def _by_key(self, claim: Claim, pin: str) -> None:
        shown, stop = self._laid.shown_with(claim), threading.Event()
        self._stop = stop
        self._page.await_key(True)
        self.claimed.emit(lambda: self._held.touched(shown, pin, stop))
        self._page.say(self._words()["page.key_touch"])

    def _say_whose(self, owner: str, why_nobody: str) -> None:
        """A card says whose turn it is; the password is typed all the same."""
        if not self._page.isVisible():
            return
        if owner:
            self._page.id.setText(owner)
            self._page.password.setFocus()
        self._page.say(self._words()[why_nobody] if why_nobody else "")

    def _words(self) -> Words:
        return Words("signin", self._page.language)
