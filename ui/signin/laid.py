"""The staff card on the staff's reader, and whose it is. Its owner is looked up on the reader's own thread.

The reader is left to other programs until somebody has something to lay there.
"""

import contextlib
import threading
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal

from terminal.problems import TerminalError
from terminal.staff.held import HeldFactors
from terminal.staff.policy import Act
from terminal.staff.ports import CardDoubt, LaidCard
from terminal.staff.signing_in import Claim


class LaidOwner(QObject):
    """`changed` tells, in the windows' thread, whose card lies there; else why that is nobody, or nothing at all.

    An owner is somebody who may do `act`.
    """

    changed = Signal(str, str)  # the id; or a key of the words
    _heard = Signal(object, str)

    def __init__(self, held: HeldFactors, act: Act) -> None:
        super().__init__()
        self.id = ""
        self._card = b""
        self._held, self._act = held, act
        self._is_listening = False
        self._looking = threading.Lock()
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Begins to listen, once somebody was enrolled who has something to lay down. From any thread."""
        with self._looking:
            cards = self._held.cards
            if cards is not None and not self._is_listening and self._held.wants_reader:
                self._is_listening = True
                cards.listen(self._hear)

    def shown_with(self, claim: Claim) -> Claim:
        """The claim with the card, when it is the card of who claims."""
        return replace(claim, card=self._card) if claim.id == self.id else claim

    def _hear(self, laid: LaidCard) -> None:
        owner = ""
        if isinstance(laid, bytes):
            with contextlib.suppress(TerminalError):  # a store that fails says so at the next try to sign in
                owner = self._held.owner_of(laid, self._act)
        self._heard.emit(laid, owner)

    def _take(self, laid: LaidCard, owner: str) -> None:
        self.id = owner
        self._card = laid if isinstance(laid, bytes) else b""
        is_nobodys = laid is not None and not owner
        doubt = laid if isinstance(laid, CardDoubt) else "unknown"
        self.changed.emit(owner, f"card.{doubt}" if is_nobodys else "")
