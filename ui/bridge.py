"""The one way from the desk's thread into the windows: a signal that Qt queues for the thread that owns the bridge."""

from PySide6.QtCore import QObject, Qt, Signal

from terminal.states import State


class Bridge(QObject):
    """Made in the GUI thread. Whatever is connected to `state_shown` runs there, a state at a time, in order."""

    state_shown = Signal(object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def show(self, state: State) -> None:
        """Hands a state over, from any thread, and returns at once."""
        self._posted.emit(state)

    def _arrived(self, state: State) -> None:
        self.state_shown.emit(state)
