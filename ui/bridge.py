"""The one way from other threads into the windows: signals that Qt queues for the thread that owns the bridge."""

from PySide6.QtCore import QObject, Qt, Signal

from terminal.outage.situation import Situation
from terminal.states import State


class Bridge(QObject):
    """Made in the GUI thread. Whatever is connected to its signals runs there, one at a time, in order."""

    state_shown = Signal(object)
    fault_told = Signal(str)
    hint_told = Signal(str)
    situation_told = Signal(object)
    _posted = Signal(object)
    _faulted = Signal(str)
    _hinted = Signal(str)
    _situated = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self._hinted.connect(self.hint_told, Qt.ConnectionType.QueuedConnection)
        self._situated.connect(self.situation_told, Qt.ConnectionType.QueuedConnection)
        self._faulted.connect(self.fault_told, Qt.ConnectionType.QueuedConnection)

    def show(self, state: State) -> None:
        """Hands a state over, from any thread, and returns at once."""
        self._posted.emit(state)

    def tell_hint(self, word: str) -> None:
        """Tells what would help the camera, from any thread, and returns at once; "": nothing."""
        self._hinted.emit(word)

    def tell_situation(self, situation: Situation) -> None:
        """Tells how line, queue, limits and store are, from any thread, and returns at once."""
        self._situated.emit(situation)

    def tell_fault(self, kind: str) -> None:
        """Tells of a fault of ours by its type, from any thread, and returns at once."""
        self._faulted.emit(kind)

    def _arrived(self, state: State) -> None:
        self.state_shown.emit(state)
