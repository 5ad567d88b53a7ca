"""The windows of one desk, and the one place where they are tied to it: states in, events out.

Windows never know the desk. Whatever goes wrong in a slot or a thread is shown at reception and logged by its type
alone.
"""

import logging
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from terminal.configuration.settings import Keys
from terminal.events import Event
from terminal.later import load_what_was_put_off, settle
from terminal.outage.situation import Situation
from terminal.ports import Camera, Clock
from terminal.staff.shift import Shift
from terminal.states import State
from ui.application import make_application, put, run_application
from ui.bridge import Bridge
from ui.kiosk import Kiosk, fill
from ui.opening import opened
from ui.patient.window import PatientWindow
from ui.practice.box import PracticeBox
from ui.practice.hands import Hands
from ui.receptionist.mirror import is_mirrored
from ui.receptionist.window import ReceptionWindow
from ui.signin.gate import Gate
from ui.speech.speaker import Mute, Speaker

_log = logging.getLogger(__name__)

QUIET_MS = 200  # after the windows were opened: by then they are painted

Post = Callable[[Event, State | None], None]


class Windows:
    """Reception and patient window, and with `hands` the practice box. Made and run in the main thread.

    Without a `shift`, as in practice, nobody is asked to sign in.
    """

    def __init__(
        self,
        camera: Camera,
        clock: Clock,
        hands: Hands | None,
        language: str,
        clinic_name: str = "",
        about: Mapping[str, str] | None = None,
        *,
        is_kiosk: bool = False,
        shift: Shift | None = None,
        speaker: Speaker | None = None,
        keys: Keys | None = None,
    ) -> None:
        self._application = make_application(language)
        is_practice = hands is not None
        self.reception = ReceptionWindow(
            camera, clock, language=language, is_practice=is_practice, about=about, clinic_name=clinic_name
        )
        self._speaker = speaker or Mute()
        self.patient = PatientWindow(
            camera,
            language=language,
            is_practice=is_practice,
            clinic_name=clinic_name,
            speaker=self._speaker,
            keys=keys,
        )
        self.box = PracticeBox(hands, language=language) if hands else None
        self.bridge = Bridge(self.reception.show_state, self.patient.show_state, self._mirror)
        for window in (self.reception, self.patient):
            self.bridge.hint_told.connect(window.show_hint)
        self.bridge.situation_told.connect(self.reception.show_situation)
        self.bridge.fault_told.connect(self.reception.show_fault)
        self.patient.help_called.connect(self.reception.show_help_call)
        if self.box:
            self.reception.language_changed.connect(self.box.set_language)
        self.gate = Gate(self.reception, shift, language, is_practice=is_practice)
        if shift is not None or is_practice:
            self.reception.add_below_title(self.gate.bar)
        self.bridge.state_shown.connect(self.gate.show_state)
        self.reception.language_changed.connect(self.gate.set_language)
        self.reception.happened.connect(lambda *_: self.gate.touched())
        self.reception.closed.connect(QApplication.quit)
        self._kiosk = Kiosk((self.reception, self.patient)) if is_kiosk else None

    def show(self, state: State) -> None:
        """Shows a state on both windows; from any thread, and returns at once."""
        self.bridge.show(state)

    def show_hint(self, word: str) -> None:
        """Says on both windows what would help the camera, each in its own words; from any thread."""
        self.bridge.tell_hint(word)

    def tell_situation(self, situation: Situation) -> None:
        """Says at reception how line, queue, limits and store are; from any thread."""
        self.bridge.tell_situation(situation)

    def _mirror(self, state: State) -> None:
        """Has reception see the patient's screen as it is when it is new: nothing was typed on it yet."""
        if is_mirrored(state):  # to take the picture is long work
            self.reception.show_mirror(self.patient.grab())

    def connect(self, post: Post) -> None:
        """Has every event posted with the state that was on the window when it happened."""
        for window in (self.reception, self.patient):
            window.happened.connect(post)

    def exec(self, warm_up: Callable[[], None] = lambda: None) -> int:
        """Opens the windows and gives the exit status once reception is closed, or Ctrl-C or SIGTERM has come.

        `warm_up`, and all that was put off (`terminal.later`), is done beside them once they are there.
        """
        sys.excepthook = self._tell_fault
        threading.excepthook = lambda told: self._tell_fault(told.exc_type, told.exc_value, told.exc_traceback)
        self._place()
        opened()
        warming = threading.Thread(target=self._warm, args=(warm_up,), name="warming up", daemon=True)
        QTimer.singleShot(QUIET_MS, warming.start)
        if self._kiosk:
            self._kiosk.screens_changed.connect(self._place)
        try:
            return run_application(QApplication.exit)  # a kiosk's windows would not let `quit` through
        finally:
            self._speaker.close()

    def _warm(self, warm_up: Callable[[], None]) -> None:
        try:
            warm_up()
            load_what_was_put_off()
        finally:
            self.bridge.do(settle)

    def _place(self) -> None:
        """Side by side on one screen; of two, the patient's window fills the second, a kiosk's reception the first."""
        screens = QApplication.screens()
        height = 1.0 if self._kiosk else 0.95  # a desktop has bars and frames
        if len(screens) > 1:
            fill(self.patient, screens[1])
        else:
            put(self.patient, 0.62, 0.0, 0.38, height)
            self.patient.showNormal()
        if len(screens) > 1 and self._kiosk:
            fill(self.reception, screens[0])
        else:
            put(self.reception, 0.0, 0.0, 0.62, 0.73 if self.box else height)
            self.reception.showNormal()
        if self.box:
            put(self.box, 0.0, 0.76, 0.62, 0.19)
            self.box.show()

    def _tell_fault(self, kind: type[BaseException], _error: BaseException | None, trace: TracebackType | None) -> None:
        """A fault of ours: where it was, and never what it was about."""
        while trace and trace.tb_next:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        _log.error("%s at %s", kind.__name__, where)
        self.bridge.tell_fault(kind.__name__)
