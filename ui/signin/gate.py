"""The gate before the reception window: nobody sees or does anything there who has not signed in.

It covers reception alone: a patient's check-in goes on beside it, and no lock ever falls while one is under way. What
is typed is compared, and a security key is waited for, on a thread of its own, so that the windows never wait. A staff
card that is laid down says whose turn it is; the password is typed all the same.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum, auto

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.failure_book.book import title
from terminal.problems import Problem, TerminalError
from terminal.staff.key_words import KeyFault
from terminal.staff.policy import Act
from terminal.staff.shift import OnDuty, Shift
from terminal.staff.signing_in import Accepted, Claim, Refusal, Refused, Verdict
from terminal.states import AwaitingOperator, Ended, Idle, State
from ui.signin.bar import Bar
from ui.signin.laid import LaidOwner
from ui.signin.page import Page
from ui.theme.parts import dress
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

_log = logging.getLogger(__name__)

LOOK_MS = 5_000  # how often it is looked whether anybody is there
Outcome = Refused | KeyFault | Problem | None


class Covered(Enum):
    """Why the reception window is covered."""

    NOBODY = auto()
    LOCKED = auto()
    CHANGING = auto()


class Gate(QObject):
    """Covers `window` until somebody of the `shift` is signed in. Without a shift there is nobody to ask.

    `bar` belongs somewhere in the window. `seconds` is a clock that only goes forward.
    """

    _judged = Signal(object)

    def __init__(
        self,
        window: QWidget,
        shift: Shift | None,
        language: str,
        *,
        is_practice: bool,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._shift = shift
        self._seconds = seconds
        self._words = words = Words("signin", language)
        self._state: State = Idle()
        self._covered: Covered | None = None
        self._touched_at = seconds()
        self._cursor = QCursor.pos()
        self._stop_key = threading.Event()
        self._judging = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sign-in")
        self.bar = Bar(words, is_practice=is_practice)
        self.cover = QWidget(window)
        self.page = Page(words)
        QVBoxLayout(self.cover).addWidget(self.page)
        self.cover.hide()
        self._judged.connect(self._answered, Qt.ConnectionType.QueuedConnection)
        self.bar.change.connect(lambda: self._cover(Covered.CHANGING))
        self.bar.lock.connect(lambda: self._cover(Covered.LOCKED))
        self.page.back.connect(self._uncover)
        self.page.id_changed.connect(self._say_what_is_enough)
        self.page.claimed.connect(self._claim)
        self.page.key_claimed.connect(self._claim_by_key)
        self.page.key_stopped.connect(lambda: self._stop_key.set())
        self.page.emergency_typed.connect(self._open_emergency)
        window.installEventFilter(self)
        self._looking = QTimer(self)
        self._looking.timeout.connect(self.look)
        self._laid = LaidOwner(shift.held, Act.CHECK_IN) if shift is not None else None
        if self._laid is not None:
            self._laid.changed.connect(self._card_laid)
            self._looking.start(LOOK_MS)
        self.look()

    @property
    def is_closed(self) -> bool:
        """Whether the window is covered."""
        return self._covered is not None

    def show_state(self, state: State) -> None:
        """Takes the desk's new state. Called in the GUI thread, with every new state."""
        self._state = state
        self.touched()
        self._say_of_patient()

    def touched(self) -> None:
        """Somebody is there."""
        self._touched_at = self._seconds()

    def set_language(self, language: str) -> None:
        """Says everything in another language."""
        self._words = Words("signin", language)
        self.bar.set_words(self._words)
        self.page.set_words(self._words)
        if self._covered:
            self._cover(self._covered)

    def look(self) -> None:
        """Looks who is signed in, and whether anybody is at the desk; locks between two patients only."""
        shift = self._shift
        if shift is None:
            return
        if (position := QCursor.pos()) != self._cursor and self._window.isActiveWindow():
            self._cursor = position
            self.touched()
        self._look_who_is_enrolled(shift)
        on_duty = shift.on_duty
        self.bar.show_on_duty(on_duty)
        if self._covered is Covered.NOBODY or not isinstance(self._state, Idle):
            return
        if on_duty is None:
            self._cover(Covered.NOBODY)
        elif self._covered is None and self._is_lockable(on_duty) and self._is_left(shift):
            self._cover(Covered.LOCKED)

    def close(self) -> None:
        """Signs out whoever is there."""
        self._looking.stop()
        self._stop_key.set()
        self._judging.shutdown(wait=True)
        if self._shift is not None:
            self._shift.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """The cover is as large as the window, and over whatever comes into it."""
        if watched is self._window and self._covered:
            if event.type() == QEvent.Type.Resize:
                self._fit()
            elif isinstance(event, QChildEvent) and event.polished() and isinstance(part := event.child(), QWidget):
                part.setEnabled(part is self.cover)
                self.cover.raise_()
        return False

    def _look_who_is_enrolled(self, shift: Shift) -> None:
        """Between two patients: somebody's first sign-in, key or card may have been enrolled meanwhile."""
        if isinstance(self._state, Idle):
            shift.read_again()
            self.page.set_takes_keys(shift.held.takes_keys)
            if self._laid is not None:
                self._laid.look()

    def _is_left(self, shift: Shift) -> bool:
        return self._seconds() - self._touched_at >= shift.policy.idle.total_seconds()

    def _is_lockable(self, on_duty: OnDuty) -> bool:
        """Whether whoever is there could come back: a sealed code is used once, a machine's login has no factors."""
        return on_duty.ends is None and self._shift is not None and not self._shift.is_without_staff

    def _cover(self, why: Covered) -> None:
        if self._shift is None:
            return
        words, on_duty = self._words, self._shift.on_duty
        name = on_duty.name if on_duty else ""
        self._covered = why
        for part in self._window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            part.setEnabled(part is self.cover)
        heading = {
            Covered.NOBODY: words["page.title"],
            Covered.LOCKED: words.format("page.locked", name=name),
            Covered.CHANGING: words["page.change"],
        }[why]
        people = [person for person in self._shift.names() if self._shift.is_remembered(person[0])]
        self.page.id.setText(on_duty.actor.id if on_duty and why is Covered.LOCKED else "")
        self.page.set_takes_keys(self._shift.held.takes_keys)
        self.page.show_page(heading, people, can_go_back=why is Covered.CHANGING)
        self._say_what_is_enough(self.page.id.text())
        self._say_of_patient()
        self._fit()
        self.cover.show()
        self.cover.raise_()

    def _uncover(self) -> None:
        self._covered = None
        self._stop_key.set()
        self.touched()
        for part in self._window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            part.setEnabled(True)
        self.page.clear()
        self.cover.hide()
        self._window.setFocus()

    def _fit(self) -> None:
        self.cover.setGeometry(self._window.rect())
        density = max(1.0, min(self._window.width() / 1280, self._window.height() / 800))
        self.page.set_density(density)
        dress(self.cover, theme(RECEPTION, density, language=self._words.language))

    def _say_what_is_enough(self, typed: str) -> None:
        if self._shift is not None:
            has_card = self._laid is not None and bool(typed) and typed == self._laid.id
            is_one_enough = self._shift.is_remembered(typed) or (has_card and self._shift.policy.is_card_factor)
            self.page.set_needed(one=is_one_enough, has_card=has_card)

    def _say_of_patient(self) -> None:
        match self._state:
            case AwaitingOperator():
                self.page.say_of_patient(self._words["page.calls"])
            case Idle():
                self.page.say_of_patient("")
            case state:
                is_under_way = not isinstance(state, Ended)
                self.page.say_of_patient(self._words["page.patient"] if is_under_way else "")

    def _claim(self, claim: Claim) -> None:
        if (shift := self._shift) is not None and self._laid is not None:
            shown = self._laid.shown_with(claim)
            self._judge(lambda: _refusal(shift.sign_in(shown)))

    def _claim_by_key(self, claim: Claim, pin: str) -> None:
        if (shift := self._shift) is not None and self._laid is not None:
            shown, stop = self._laid.shown_with(claim), threading.Event()
            self._stop_key = stop
            self._judge(lambda: _refusal(shift.sign_in_by_key(shown, pin, stop)), "page.key_touch")
            self.page.await_key(True)

    def _card_laid(self, owner: str, why_nobody: str) -> None:
        """A card says whose turn it is; the password is typed all the same."""
        on_duty = self._shift.on_duty if self._shift else None
        if owner and not self.is_closed and on_duty and self._is_lockable(on_duty) and on_duty.actor.id != owner:
            self._cover(Covered.CHANGING)
        if owner and self.is_closed:
            self.page.id.setText(owner)
            self.page.password.setFocus()
        if owner or why_nobody:
            self.touched()
            self.page.say(self._words[why_nobody] if why_nobody else "")
        self._say_what_is_enough(self.page.id.text())

    def _open_emergency(self, code: str) -> None:
        shift = self._shift
        if shift is not None:
            self._judge(lambda: shift.open_emergency(code))

    def _judge(self, judge: Callable[[], Outcome], waits_for: str = "page.waiting") -> None:
        self.page.set_enabled(False)
        self.page.say(self._words[waits_for])

        def judged() -> None:
            try:
                self._judged.emit(judge())
            except TerminalError as error:
                self._judged.emit(error.problem)
            except Exception as error:  # a fault of ours: its message could hold what was typed
                _log.error("signing in failed: %s", type(error).__name__)
                self._judged.emit(Problem.PROGRAM_ERROR)

        self._judging.submit(judged)

    def _answered(self, outcome: Outcome) -> None:
        self.page.set_enabled(True)
        self.page.await_key(False)
        self.page.ask_pin(outcome in (KeyFault.PIN_NEEDED, KeyFault.PIN_WRONG))
        match outcome:
            case None:
                self._uncover()
                self.bar.show_on_duty(self._shift.on_duty if self._shift else None)
            case Refused(Refusal.WAIT, wait):
                self.page.say(self._words.format("refused.wait", seconds=math.ceil(wait.total_seconds())))
            case Refused(Refusal.WRONG) if self.page.is_emergency:
                self.page.say(self._words["emergency.wrong"])
            case Refused(why):
                self.page.say(self._words[f"refused.{why}"])
            case KeyFault():
                self.page.say(self._words[f"key.{outcome}"])
            case Problem():
                self.page.say(title(outcome, self._words.language))


def _refusal(verdict: Verdict | KeyFault) -> Refused | KeyFault | None:
    return None if isinstance(verdict, Accepted) else verdict
