"""Qt's application, of which a process has one: made with its fonts, and run until a window or a signal ends it."""

import signal
import sys
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme.fonts import load_fonts

INTERRUPT_MS = 200  # how often Python gets to see a Ctrl-C while Qt waits
SWITCH_S = 0.0005
"""How long another thread may compute while the windows wait: Python's own 5 ms, many times in a row, is a stall."""


def make_application(language: str) -> QCoreApplication:
    """The one of this process, made where there is none yet. Whoever asks keeps it, or it goes with its windows.

    What Qt itself says, as where to save a file, it says in `language`.
    """
    application = QApplication.instance()
    if application is None:
        application = QApplication(sys.argv[:1])
        words = QTranslator(application)
        if words.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            application.installTranslator(words)
    load_fonts()
    sys.setswitchinterval(SWITCH_S)
    return application


def run_application(interrupted: Callable[[], object]) -> int:
    """Runs Qt's loop to its end and gives the exit status. Ctrl-C and SIGTERM call `interrupted`, in this thread."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted())
    waking = QTimer()
    waking.timeout.connect(lambda: None)
    waking.start(INTERRUPT_MS)
    return QApplication.exec()


def put(window: QWidget, left: float, top: float, width: float, height: float) -> None:
    """Places a window by parts of the first screen."""
    room = QApplication.screens()[0].availableGeometry()
    window.setGeometry(
        room.left() + round(left * room.width()),
        room.top() + round(top * room.height()),
        round(width * room.width()),
        round(height * room.height()),
    )
