"""The one way from other threads into the windows: what is told is done in the GUI thread, one act in each turn.

To show a state takes several acts, one for each window. A key, a finger and a picture of the camera come in between.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from terminal.outage.situation import Situation
from terminal.states import State


class Bridge(QObject):
    """Made in the GUI thread. Whatever it is told happens there, in the order in which it was told.

    `shown_by` are the acts that show a state; `state_shown` tells that all of them are done.
    """

    state_shown = Signal(object)
    fault_told = Signal(str)
    hint_told = Signal(str)
    situation_told = Signal(object)
    _told = Signal(object)

    def __init__(self, *shown_by: Callable[[State], None]) -> None:
        super().__init__()
        self._shown_by = shown_by
        self._acts: deque[Callable[[], None]] = deque()
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._do_next)
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def show(self, state: State) -> None:
        """Hands a state over, from any thread, and returns at once."""
        self._tell(*self._shown_by, self.state_shown.emit, about=state)

    def tell_hint(self, word: str) -> None:
        """Tells what would help the camera, from any thread, and returns at once; "": nothing."""
        self._tell(self.hint_told.emit, about=word)

    def tell_situation(self, situation: Situation) -> None:
        """Tells how line, queue, limits and store are, from any thread, and returns at once."""
        self._tell(self.situation_told.emit, about=situation)

    def tell_fault(self, kind: str) -> None:
        """Tells of a fault of ours by its type, from any thread, and returns at once."""
        self._tell(self.fault_told.emit, about=kind)

    def do(self, act: Callable[[], None]) -> None:
        """Has something done among the windows, from any thread, and returns at once."""
        self._told.emit([act])

    def _tell(self, *acts: Callable[[Any], None], about: object) -> None:
        self._told.emit([partial(act, about) for act in acts])

    def _take(self, acts: list[Callable[[], None]]) -> None:
        self._acts.extend(acts)
        self._turn.start(0)

    def _do_next(self) -> None:
        try:
            self._acts.popleft()()
        finally:  # an act that fails takes none of the others along
            if self._acts:
                self._turn.start(0)  # only now: what fell due while the act was done goes before the next one
