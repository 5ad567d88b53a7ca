"""A process that is `uketsuke practice`, watched: prints when its first window was painted, and when the desk's own.

Each with the processor time that the process had used by then.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from terminal.__main__ import main

PATIENT = "PatientWindow"


class Eye(QObject):
    """Sees what Qt paints, and ends the desk once its patient's window is there."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, tuple[float, float]] = {}  # by window: seconds since the start, seconds of work

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.setdefault(type(watched).__name__, (since_start_s(), time.process_time()))
            if PATIENT in self.seen:
                QApplication.quit()
        return False


def since_start_s() -> float:
    """How long this process has been there (proc(5), stat: starttime)."""
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return float(Path("/proc/uptime").read_text().split()[0]) - started


def probe() -> dict[str, float]:
    application = QApplication([])
    eye = Eye()
    application.installEventFilter(eye)
    with tempfile.TemporaryDirectory() as home:
        if (status := main(["practice", "--home", home])) != 0:
            sys.exit(status)
    (first_s, first_work_s), (desk_s, desk_work_s) = min(eye.seen.values()), eye.seen[PATIENT]
    return {"first_s": first_s, "first_work_s": first_work_s, "desk_s": desk_s, "desk_work_s": desk_work_s}


if __name__ == "__main__":
    print(json.dumps(probe()))
