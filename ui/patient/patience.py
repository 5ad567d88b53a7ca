"""How long a screen waits: a minute before the end the patient is asked, and any key gives more time.

No screen ends unasked, and none counts down.
"""

from datetime import timedelta

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from terminal.states import Ended, Idle, State, is_kept, patience

ASKED_BEFORE = timedelta(minutes=1)  # WCAG 2.2, 2.2.1 asks for 20 seconds at least
SETTLED = timedelta(seconds=20)  # from one sign of life that is told to the next
LEFT_AFTER = timedelta(minutes=5)  # someone began to be guided before laying a card, and went away
READ_WITHIN = timedelta(minutes=2)  # an end that reception keeps; whoever comes next is not to read it


class Patience(QObject):
    """The patience of the state that is shown. `ending`: ask now. `wanted`: wait anew. `left`: nobody is there."""

    ending = Signal()
    wanted = Signal()
    left = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._limit: timedelta | None = None
        self.is_asking = False
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ends)

    def watch(self, state: State) -> None:
        """Waits as long as a state does. What has ended is only read, and asks for nothing."""
        self._limit = None if isinstance(state, Ended) else patience(state)
        self.is_asking = False
        self._timer.stop()
        if isinstance(state, Ended) and is_kept(state):
            self._begin(READ_WITHIN)
        if self._limit is not None:
            self._begin(max(self._limit - ASKED_BEFORE, self._limit / 2))

    def touch(self, state: State) -> None:
        """Someone is there: whatever they did."""
        if isinstance(state, Idle):
            self._begin(LEFT_AFTER)
        elif self._limit is not None and (self.is_asking or timedelta(milliseconds=self._since.elapsed()) > SETTLED):
            self.watch(state)
            self.wanted.emit()

    def _begin(self, wait: timedelta) -> None:
        self._since.start()
        self._timer.start(round(wait / timedelta(milliseconds=1)))

    def _ends(self) -> None:
        if self._limit is None:
            self.left.emit()
        else:
            self.is_asking = True
            self.ending.emit()
