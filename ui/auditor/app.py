"""The auditor's window run: Qt's application, and what ends it."""

import gc
import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from terminal.access_log.review_rules import Measure
from ui.auditor.archive import Archive
from ui.auditor.window import AuditorWindow
from ui.theme.fonts import load_fonts

INTERRUPT_MS = 200  # how often Python gets to see a Ctrl-C while Qt waits
SWITCH_S = 0.0005
"""How long another thread may compute while the window waits: Python's own 5 ms, many times in a row, is a stall."""


def show_auditor_window(archive: Archive, language: str, measure: Measure) -> int:
    """Shows the window until it is closed, and gives the exit status. For a process that has nothing else to do."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    load_fonts()
    sys.setswitchinterval(SWITCH_S)
    gc.freeze()  # what is loaded by now stays: to look through it for garbage again and again is a stall, too
    window = AuditorWindow(archive, language, measure)
    window.closed.connect(application.quit)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    waking = QTimer()
    waking.timeout.connect(lambda: None)
    waking.start(INTERRUPT_MS)
    window.show()
    return QApplication.exec()
