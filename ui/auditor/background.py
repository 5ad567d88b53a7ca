"""Work beside the window, and its one way back: a signal that Qt queues for the windows' thread."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from terminal.problems import Problem, TerminalError

_log = logging.getLogger(__name__)
_WORKERS = 2  # a person signs in while the log is verified
T = TypeVar("T")


class Stopped(Exception):  # noqa: N818  # nothing went wrong
    """The window is closing; nobody waits for this work any more."""


class Background(QObject):
    """Made in the windows' thread; `begin` is called there, and what it was given to hear of the work runs there."""

    _came = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_closing = False
        self._workers = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="audit")
        self._came.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def begin(self, work: Callable[[], T], done: Callable[[T | Problem], None]) -> None:
        """Begins `work` and returns at once; `done` hears what it gave, or why it gave nothing."""
        if not self._is_closing:
            self._workers.submit(self._work, work, done)

    def tell(self, heard: Callable[[], None]) -> None:
        """From the work: has `heard` called in the windows' thread. Raises `Stopped`."""
        if self._is_closing:
            raise Stopped
        self._came.emit(heard)

    def close(self) -> None:
        """Ends the work; returns when it has ended."""
        self._is_closing = True
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], T], done: Callable[[T | Problem], None]) -> None:
        try:
            found: T | Problem = work()
        except Stopped:
            return
        except TerminalError as error:
            found = error.problem
        except Exception as error:  # a fault of ours: its message could hold what was typed
            _log.error("%s failed: %s", work, type(error).__name__)
            found = Problem.PROGRAM_ERROR
        self._came.emit(lambda: done(found))

    def _hear(self, heard: Callable[[], None]) -> None:
        if not self._is_closing:
            heard()
