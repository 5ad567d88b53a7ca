"""What the receptionist has for an outage: the banner, the look into what is broken, the difference report, the paper.

What each does is handed in; without it there is no button for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from terminal.eligibility.outage_paper import TITLE
from terminal.outage.situation import Situation
from terminal.outbox.asked_again import AskedAgain
from terminal.people import Verified
from terminal.ports import Clock
from terminal.problems import TerminalError
from terminal.states import Provisional, State, Unconfirmed
from ui.papers.printing import Place, put
from ui.papers.sheet import Document
from ui.receptionist.banner import OutageBanner
from ui.receptionist.doctor import Look, LookedInto, Told, failed
from ui.receptionist.place import Onto, ask_place
from ui.theme.parts import button
from ui.words.catalogue import Words


@dataclass(frozen=True)
class OutageServices:
    """`paper` is the note of a person, put on record, or a blank one; in the GUI thread; raises `JOURNAL_FAILED`."""

    examine: Look
    report: Look
    paper: Callable[[Verified | None], Document]


class OutagePart:
    """`banner`, `doctor` and `report` (buttons) have their place in the window; dialogs are the window's.

    The report is one press away for as long as there is anything in it, whether the line is back or not.
    """

    def __init__(self, window: QWidget, clock: Clock, words: Words) -> None:
        self._window = window
        self._clock = clock
        self._words = words
        self._services: OutageServices | None = None
        self._situation: Situation | None = None
        self._state: State | None = None
        self.banner = OutageBanner()
        self.doctor = button("chip")
        self.report = button("chip")
        self.doctor.hide()
        self.report.hide()
        self.doctor.clicked.connect(self._examine)
        self.report.clicked.connect(self._report)
        self.banner.paper_asked.connect(self._paper)

    @property
    def is_watching(self) -> bool:
        """Whether somebody tells how things stand."""
        return self._situation is not None

    @property
    def asked_again(self) -> tuple[AskedAgain, ...]:
        """What has come of today's checks that were made offline."""
        return self._situation.asked_again if self._situation else ()

    def offer(self, services: OutageServices) -> None:
        """Says what can be done."""
        self._services = services
        self.doctor.show()

    def show_situation(self, situation: Situation) -> None:
        """Says how things stand."""
        self._situation = situation
        self._show()

    def show_state(self, state: State, words: Words) -> None:
        """Whom a paper would be for, and in which language all is said."""
        self._state, self._words = state, words
        self.doctor.setText(words["doctor.open"])
        self._show()

    def show_age(self) -> None:
        """How long it has lasted, said anew."""
        if self._situation is not None:
            self.banner.show_situation(self._situation, self._words, self._clock.now())

    def _show(self) -> None:
        if self._situation is None:
            return
        figures = self._situation.figures
        self.report.setText(self._words.format("outage.report", changed=figures.changed, answered=figures.answered))
        has_any = figures.answered or figures.waiting or figures.dead
        self.report.setVisible(self._services is not None and bool(has_any))
        self.banner.show_situation(self._situation, self._words, self._clock.now())

    def _examine(self) -> None:
        if self._services:
            LookedInto(self._words, "doctor", self._services.examine, self._window).open()

    def _report(self) -> None:
        if self._services:
            LookedInto(self._words, "report", self._services.report, self._window).open()

    def _paper(self, onto: Onto) -> None:
        """Asks where the note of whoever is there now should go."""
        whose, heading = _whose(self._state), self._words["paper.title"]
        try:
            ask_place(onto, TITLE, heading, self._window, lambda place: self._make_paper(whose, place))
        except TerminalError as error:
            self._tell_paper(failed(error.problem, self._words))

    def _make_paper(self, whose: Verified | None, place: Place) -> None:
        if self._services is None:
            return
        try:
            put(self._services.paper(whose), place)
        except TerminalError as error:
            self._tell_paper(failed(error.problem, self._words))
        else:
            lies = (str(place),) if isinstance(place, Path) else ()
            self._tell_paper(Told(self._words["paper.made"], "", lies, ""))

    def _tell_paper(self, told: Told) -> None:
        LookedInto(self._words, "paper", lambda _: told, self._window).open()


def _whose(state: State | None) -> Verified | None:
    """Who is there without an answer of today; nobody else's data gets on paper."""
    match state:
        case Provisional(verified=Verified() as verified) | Unconfirmed(verified=Verified() as verified):
            return verified
        case _:
            return None
