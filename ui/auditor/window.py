"""The auditor's window: nothing of the log is in it until an auditor has signed in, nor after nobody was there a while.

The log itself is read by `Room`, beside the window.
"""

import contextlib
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QCursor, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.access_log.review_rules import Measure
from terminal.problems import Problem, TerminalError
from terminal.staff.key_words import KeyFault
from terminal.staff.policy import Act, Policy, role_for
from terminal.staff.signing_in import Accepted, Verdict
from ui.auditor.archive import Archive
from ui.auditor.background import Background
from ui.auditor.dress import HEIGHT, WIDTH, dress_auditor
from ui.auditor.refusals import refused
from ui.auditor.room import PAGES, Room
from ui.auditor.showing import Show, Showing
from ui.signin.laid import LaidOwner
from ui.signin.page import Page
from ui.theme.parts import button, label, panel
from ui.words.catalogue import LANGUAGES, Words

LOOK_MS = 5_000  # how often it is looked whether anybody is there
Opened = tuple[Verdict, Policy, dict[str, str]]


class AuditorWindow(QWidget):
    """The window. `seconds` is a clock that only goes forward."""

    closed = Signal()

    def __init__(
        self,
        archive: Archive,
        language: str,
        measure: Measure | None = None,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._archive, self._seconds = archive, seconds
        self._words = words = Words("auditor", language)
        self._policy = Policy()
        self._actor: Actor | None = None
        self._name = ""
        self._touched_at, self._cursor = seconds(), QCursor.pos()
        self.background = Background(self)
        laid = LaidOwner(archive.held, Act.SECOND)  # whose it is; what they may do, signing in says
        self.room = Room(archive, self.background, laid, words, measure or Measure())
        self.page = Page(Words("signin", language))
        self.showing = Showing(self.page, archive.held, laid)
        self.stack = QStackedWidget()
        self._title, self._who = label("title"), label("caption")
        self.lock, self.language = button("chip"), button("chip")
        self._arrange()
        self.showing.claimed.connect(self._claim)
        self.lock.clicked.connect(lambda: self._leave("locked"))
        self.language.clicked.connect(self._change_language)
        self.room.touched.connect(self._touch)
        self._set_keys()
        self._looking = QTimer(self)
        self._looking.timeout.connect(self.look)
        self._looking.start(LOOK_MS)
        self.resize(WIDTH, HEIGHT)
        self.set_language(language)
        self._cover("")

    @property
    def is_closed_to_all(self) -> bool:
        """Whether nobody is signed in."""
        return self._actor is None

    def set_language(self, language: str) -> None:
        """Says everything in another language."""
        self._words = words = Words("auditor", language)
        self.setWindowTitle(words.format("window.title", terminal=self._archive.terminal))
        self._title.setText(self.windowTitle())
        self.lock.setText(words["window.lock"])
        self.lock.setToolTip("Ctrl+L")
        self.language.setText(words["window.other_language"])
        self.page.set_words(Words("signin", language))
        self.room.set_words(words)
        if self._actor is None:
            self._cover("")
        self._say_who()
        self._dress()

    def look(self) -> None:
        """Looks whether anybody is there, and locks the window if not; else who may come by what."""
        if self._actor is None:
            self.showing.look(self.background)
        if (position := QCursor.pos()) != self._cursor and self.isActiveWindow():
            self._cursor = position
            self._touch()
        if self._actor and self._seconds() - self._touched_at >= self._policy.idle.total_seconds():
            self._leave("idle")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Grows and shrinks with the window."""
        super().resizeEvent(event)
        self._dress()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        """Signs out whoever is there, once all work has ended."""
        self._looking.stop()
        self.showing.stop()
        gone = self._sign_out("closed")
        self.background.close()
        if gone is not None:
            with contextlib.suppress(TerminalError):  # the next entry tells of a log that fails
                self._archive.record([gone])
        super().closeEvent(event)
        self.closed.emit()

    def _arrange(self) -> None:
        self._title.setWordWrap(False)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._who, 1)
        for part in (self.language, self.lock):
            head.addWidget(part)
        self.stack.addWidget(self.page)
        self.stack.addWidget(self.room)
        whole = panel("page")
        column = QVBoxLayout(whole)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        QVBoxLayout(self).addWidget(whole)
        self.page.other.hide()

    def _set_keys(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "F5": self.room.read_again,
            "Ctrl+L": lambda: self._leave("locked"),
            "Ctrl+F": self.room.seek,
            **{f"Ctrl+{at + 1}": partial(self.room.turn_to, at) for at in range(len(PAGES))},
        }
        for sequence, pressed in keys.items():
            QShortcut(QKeySequence(sequence), self).activated.connect(partial(self._press, pressed))

    def _press(self, pressed: Callable[[], None]) -> None:
        if self._actor is not None:
            pressed()

    def _dress(self) -> None:
        worn = dress_auditor(self, self._words.language)
        self.page.set_density(worn.density)
        self.room.set_theme(worn)

    def _touch(self) -> None:
        self._touched_at = self._seconds()

    def _change_language(self) -> None:
        self.set_language(next(each for each in LANGUAGES if each != self._words.language))

    def _cover(self, said: str) -> None:
        self.page.show_page(self._words["sign_in.title"], (), can_go_back=False)
        self.page.other.hide()
        self.page.set_enabled(True)
        self.showing.look(self.background)
        self.page.say(said)
        self.lock.hide()
        self.stack.setCurrentWidget(self.page)

    def _say_who(self) -> None:
        self._who.setText(self._words.format("window.signed_in", name=self._name) if self._actor else "")

    def _claim(self, show: Show) -> None:
        archive = self._archive
        self.page.set_enabled(False)
        self.page.say(self._words["sign_in.waiting"])

        def work() -> Opened | KeyFault:
            claim = show()
            if isinstance(claim, KeyFault):
                return claim
            return archive.sign_in(claim, Act.AUDIT), archive.policy(), archive.names()

        self.background.begin(work, self._answered)

    def _answered(self, found: Opened | KeyFault | Problem) -> None:
        if isinstance(found, Problem | KeyFault):
            self._cover(refused(found, self._words))
            self.showing.ended(found)
            return
        self.showing.ended(None)
        verdict, self._policy, people = found
        if not isinstance(verdict, Accepted):
            self._cover(refused(verdict, self._words))
            return
        member = verdict.member
        self._actor, self._name = Actor(member.id, role_for(member, Act.AUDIT), verdict.sign_in), member.name
        self._touch()
        self._say_who()
        self.page.say("")
        self.lock.show()
        self.stack.setCurrentWidget(self.room)
        self.room.begin(member, self._actor, self._policy, people)

    def _leave(self, reason: str) -> None:
        gone = self._sign_out(reason)
        if gone is not None:
            self._cover(self._words["sign_in.idle"] if reason == "idle" else "")
            self.background.begin(lambda: self._archive.record([gone]), lambda _: None)

    def _sign_out(self, reason: str) -> Access | None:
        if self._actor is None:
            return None
        gone = Access(Action.SIGNED_OUT, "", "", reason=reason, purpose=Purpose.OPERATION).by(self._actor)
        self._actor = None
        self.room.end()
        self._say_who()
        return gone
