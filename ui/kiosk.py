"""A kiosk's windows: they fill their screens without a frame, and nothing that a person can do at them closes them.

The window system asks a window to close by an event; a kiosk's windows never get it. Only the desk's end closes them.
"""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


class Kiosk(QObject):
    """Keeps `windows` open. Make it before they are shown, and hold on to it as long as they live."""

    screens_changed = Signal()  # one was plugged in or pulled out, and the list of them is as it is now

    def __init__(self, windows: Iterable[QWidget]) -> None:
        super().__init__()
        for window in windows:
            window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            window.setWindowFlag(Qt.WindowType.WindowSystemMenuHint, on=False)
            window.installEventFilter(self)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            for changed in (application.screenAdded, application.screenRemoved):
                changed.connect(lambda _: QTimer.singleShot(0, self.screens_changed.emit))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Swallows what would close, minimise or hide a window from outside."""
        kind = event.type()
        if kind == QEvent.Type.Close:
            event.ignore()
            return True
        if kind == QEvent.Type.WindowStateChange and isinstance(watched, QWidget) and watched.isMinimized():
            watched.setWindowState(watched.windowState() & ~Qt.WindowState.WindowMinimized)
        return False


def fill(window: QWidget, screen: QScreen) -> None:
    """Shows a window on the whole of a screen."""
    window.setScreen(screen)
    window.setGeometry(screen.geometry())
    window.showFullScreen()
