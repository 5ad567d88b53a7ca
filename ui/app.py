"""The windows of one desk, and the one place where they are tied to it: states in, events out.

Windows never know the desk. Whatever goes wrong in a slot or a thread is shown at reception and logged by its type
alone.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from terminal.events import Event
from terminal.ports import Camera, Clock
from terminal.states import State
from ui.bridge import Bridge
from ui.patient.window import PatientWindow
from ui.practice.box import PracticeBox
from ui.practice.hands import Hands
from ui.receptionist.window import ReceptionWindow
from ui.theme.fonts import load_fonts

_log = logging.getLogger(__name__)

Post = Callable[[Event, State | None], None]
INTERRUPT_MS = 200  # how often Python gets to see a Ctrl-C while Qt waits


def has_screen() -> bool:
    """Whether windows can be shown at all. Qt ends the whole process when they cannot, so this is asked first."""
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


class Windows:
    """Reception and patient window, and with `hands` the practice box. Made and run in the main thread."""

    def __init__(
        self,
        camera: Camera,
        clock: Clock,
        hands: Hands | None,
        language: str,
        clinic_name: str = "",
        about: Mapping[str, str] | None = None,
    ) -> None:
        self._application = QApplication.instance() or QApplication(sys.argv[:1])
        load_fonts()
        self.bridge = Bridge()
        is_practice = hands is not None
        self.reception = ReceptionWindow(camera, clock, language=language, is_practice=is_practice, about=about)
        self.patient = PatientWindow(camera, language=language, is_practice=is_practice, clinic_name=clinic_name)
        self.box = PracticeBox(hands, language=language) if hands else None
        for window in (self.reception, self.patient):
            self.bridge.state_shown.connect(window.show_state)
            self.bridge.hint_told.connect(window.show_hint)
        self.bridge.fault_told.connect(self.reception.show_fault)
        self.patient.help_called.connect(self.reception.show_help_call)
        if self.box:
            self.reception.language_changed.connect(self.box.set_language)
        self.reception.closed.connect(QApplication.quit)

    def show(self, state: State) -> None:
        """Shows a state on both windows; from any thread, and returns at once."""
        self.bridge.show(state)

    def show_hint(self, word: str) -> None:
        """Says on both windows what would help the camera, each in its own words; from any thread."""
        self.bridge.tell_hint(word)

    def connect(self, post: Post) -> None:
        """Has every event posted with the state that was on the window when it happened."""
        for window in (self.reception, self.patient):
            window.happened.connect(post)

    def exec(self) -> int:
        """Opens the windows and gives the exit status once reception is closed, or Ctrl-C was pressed."""
        sys.excepthook = self._tell_fault
        threading.excepthook = lambda told: self._tell_fault(told.exc_type, told.exc_value, told.exc_traceback)
        signal.signal(signal.SIGINT, lambda *_: QApplication.quit())
        waking = QTimer()
        waking.timeout.connect(lambda: None)
        waking.start(INTERRUPT_MS)
        self._place()
        return QApplication.exec()

    def _place(self) -> None:
        """Side by side on one screen; on two, the patient's window fills the second."""
        screens = QApplication.screens()
        if len(screens) > 1:
            self.patient.setGeometry(screens[1].geometry())
            self.patient.showFullScreen()
        else:
            self._put(self.patient, 0.62, 0.0, 0.38, 0.95)
            self.patient.show()
        self._put(self.reception, 0.0, 0.0, 0.62, 0.73 if self.box else 0.95)
        self.reception.show()
        if self.box:
            self._put(self.box, 0.0, 0.76, 0.62, 0.19)
            self.box.show()

    def _put(self, window: QWidget, left: float, top: float, width: float, height: float) -> None:
        """Places a window by parts of the first screen."""
        room = QApplication.screens()[0].availableGeometry()
        window.setGeometry(
            room.left() + round(left * room.width()),
            room.top() + round(top * room.height()),
            round(width * room.width()),
            round(height * room.height()),
        )

    def _tell_fault(self, kind: type[BaseException], _error: BaseException | None, trace: TracebackType | None) -> None:
        """A fault of ours: where it was, and never what it was about."""
        while trace and trace.tb_next:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        _log.error("%s at %s", kind.__name__, where)
        self.bridge.tell_fault(kind.__name__)
