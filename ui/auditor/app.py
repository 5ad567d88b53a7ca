"""The auditor's window run: Qt's application, and what ends it."""

import gc

from terminal.access_log.review_rules import Measure
from ui.application import make_application, run_application
from ui.auditor.archive import Archive
from ui.auditor.window import AuditorWindow


def show_auditor_window(archive: Archive, language: str, measure: Measure) -> int:
    """Shows the window until it is closed, and gives the exit status. For a process that has nothing else to do."""
    application = make_application(language)
    gc.freeze()  # what is loaded by now stays: to look through it for garbage again and again is a stall, too
    window = AuditorWindow(archive, language, measure)
    window.closed.connect(application.quit)
    window.show()
    return run_application(window.close)
