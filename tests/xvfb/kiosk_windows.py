"""A kiosk's two windows on an X screen, and nothing behind them; ends with its standard input.

    kiosk_windows.py

For each line that it reads it prints both windows' places, as soon as both are drawn and none is minimised.
"""

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from terminal.people import Picture
from ui.app import Windows

LOOK_AGAIN_MS = 50


class NoCamera:
    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        return iter(())

    def close(self) -> None:
        pass


class SystemTime:
    def now(self) -> datetime:
        return datetime.now(UTC)


def main() -> int:
    windows = Windows(NoCamera(), SystemTime(), None, "ja", is_kiosk=True)
    both = (windows.reception, windows.patient)
    asked = threading.Semaphore(0)
    over = threading.Event()

    def listen() -> None:
        for _ in sys.stdin:
            asked.release()
        over.set()

    def look() -> None:
        is_there = all(
            window.isVisible() and not window.isMinimized() and (handle := window.windowHandle()) and handle.isExposed()
            for window in both
        )
        if is_there and asked.acquire(blocking=False):
            print(*(f"{each.x()},{each.y()},{each.width()},{each.height()}" for each in both), flush=True)
        if over.is_set():
            QApplication.exit()

    threading.Thread(target=listen, daemon=True).start()
    looking = QTimer()
    looking.timeout.connect(look)
    looking.start(LOOK_AGAIN_MS)
    return windows.exec()


if __name__ == "__main__":
    sys.exit(main())
