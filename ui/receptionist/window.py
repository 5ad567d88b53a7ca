"""The receptionist's window: takes a state and shows it; what the receptionist does leaves by `happened`."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.certificate import JST
from terminal.failure_book.book import Audience, sentence, title
from terminal.outage.situation import Situation
from terminal.ports import Camera, Clock
from terminal.problems import Problem
from terminal.states import Ended, Idle, State, card_of
from terminal.visits import Visit, seen
from ui.receptionist.about import About
from ui.receptionist.asked_again import noted, since_of, with_since
from ui.receptionist.cases import Cases
from ui.receptionist.current import Current
from ui.receptionist.day import offline_since
from ui.receptionist.day_part import DayPart
from ui.receptionist.facts import left, shown
from ui.receptionist.languages import LanguageButtons
from ui.receptionist.notices import Notices, banner
from ui.receptionist.number_form import NumberForms
from ui.receptionist.outage import OutagePart, OutageServices
from ui.receptionist.sheet import Sheet
from ui.receptionist.writing import age, day
from ui.steps import Steps, step_of
from ui.theme.parts import button, dress, label, panel, wear
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

AGE_MS = 20_000  # how often it is said anew how long the line has been down


class ReceptionWindow(QWidget):
    """The window. `closed` tells that the desk ends with it; `about` is what the about box names, without it none."""

    happened = Signal(object, object)  # the event, and the state that was shown when it happened
    language_changed = Signal(str)
    closed = Signal()

    def __init__(
        self,
        camera: Camera,
        clock: Clock,
        *,
        language: str,
        is_practice: bool,
        about: Mapping[str, str] | None = None,
        clinic_name: str = "",
    ) -> None:
        super().__init__()
        self._about = about
        self._camera = camera
        self._clock = clock
        self._words = Words("receptionist", language)
        self._state: State = Idle()
        self._visits: tuple[Visit, ...] = ()
        self._chosen: Visit | None = None  # a visit of the list that is looked at again
        self._band_text = label("body", is_centred=True)
        self._title = label("title")
        self._languages = LanguageButtons(self._words)
        self._languages.chosen.connect(self.set_language)
        self._languages.chosen.connect(self.language_changed)
        self._steps = Steps()
        self._notices = Notices(self)
        self._offline, self._offline_text = banner("provisional")
        self._fault, self._fault_text = banner("refused")
        self._outage = OutagePart(self, clock, self._words)
        self._day = DayPart()
        self._cases = Cases(self, clock, self._words)
        self._mirror: QPixmap | None = None
        self._back = button("secondary")
        self._about_open = button("chip")
        self._keys_open = button("chip")
        self._by_number_open = button("chip")
        self._by_number = NumberForms(self)
        self._sheet = Sheet(clinic_name, clock, self)
        self._side = QVBoxLayout()
        self._current: QWidget = QWidget()
        self._worn = theme(RECEPTION, language=language)
        self._arrange(is_practice)
        self._day.chosen.connect(self._choose)
        self._cases.happened.connect(self.happened)
        self._cases.number_wanted.connect(self.show_number_form)
        self._keys_open.clicked.connect(self._cases.show_keys)
        self._finding = QShortcut(QKeySequence("Ctrl+F"), self, self._day.sought.setFocus)
        self._ageing = QTimer(self)
        self._ageing.timeout.connect(self._say_age)
        self._ageing.start(AGE_MS)
        self._back.clicked.connect(lambda: self._choose(None))
        self._about_open.clicked.connect(self._show_about)
        self._by_number_open.clicked.connect(self.show_number_form)
        self._by_number.entered.connect(lambda event: self.happened.emit(event, self._state))
        self._sheet.happened.connect(lambda event: self.happened.emit(event, self._state))
        self._sheet.failed.connect(self._show_problem)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()  # so that no button has the focus unasked
        self.set_language(language)

    def show_state(self, state: State) -> None:
        """Shows a state. Called in the GUI thread, with every new state."""
        self._visits = noted(seen(self._visits, state, self._clock.now()), self._outage.asked_again)
        self._state = state
        self._chosen = None
        self._mirror = None
        self._sheet.show_state(state)
        self._by_number.set_free(isinstance(state, Idle | Ended))
        self._show()
        self._notices.show_state(state, self._visits, self._words)
        self._cases.show_state(state, self._visits)

    def take_visits(self, visits: tuple[Visit, ...]) -> None:
        """Takes a list in place of its own, before the next state: a practice is gone through again, or backwards."""
        self._visits = visits

    def show_mirror(self, picture: QPixmap) -> None:
        """What the patient's screen looked like when it was new. Called in the GUI thread, after `show_state`."""
        self._mirror = picture
        if isinstance(self._current, Current):
            self._current.show_mirror(picture)
            wear(self._current, self._worn)

    def show_situation(self, situation: Situation) -> None:
        """How line, queue, limits and store are. Called in the GUI thread; what is being typed stays."""
        self._outage.show_situation(situation)
        before, self._visits = self._visits, noted(self._visits, situation.asked_again)
        if self._chosen:
            self._chosen = self._visits[before.index(self._chosen)]
        self._show_day()
        state = self._shown_state
        if since_of(before, state) != since_of(self._visits, state):
            self._show_current()

    def offer_in_outages(self, services: OutageServices) -> None:
        """What can be done in an outage."""
        self._outage.offer(services)

    def add_below_title(self, part: QWidget) -> None:
        """Puts something of another part of the windows in a row of its own, below the title."""
        self._page.insertWidget(1, part)
        self._dress()

    def show_hint(self, hint: str) -> None:
        """What would help the camera, while the face is looked at."""
        if isinstance(self._current, Current) and self._current.hint is not None:
            self._current.hint.show_hint(hint)

    def show_number_form(self) -> None:
        """The form for whoever has no card; open already, it comes to the front."""
        self._by_number.open(self._words, self._clock.now().astimezone(JST).date())

    def _show_problem(self, problem: Problem) -> None:
        self._fault_text.setText(sentence(problem, Audience.RECEPTIONIST, self._words.language))
        self._fault.show()

    def show_help_call(self) -> None:
        """The patient calls; the banner stays until someone has seen it, or that patient's visit is over."""
        self._notices.show_call()

    def show_fault(self, kind: str) -> None:
        """A fault of ours, named by its type."""
        self._fault_text.setText(f"{title(Problem.PROGRAM_ERROR, self._words.language)} ({kind})")
        self._fault.show()

    def set_language(self, language: str) -> None:
        """Says everything in another language."""
        self._words = words = Words("receptionist", language)
        self.setWindowTitle(words["window.title"])
        self._band_text.setText(words["practice.band"])
        self._notices.set_words(words)
        self._back.setText(words["current.back"])
        self._about_open.setText(words["about.open"])
        self._by_number_open.setText(words["by_number.open"])
        self._steps.set_words(words)
        self._keys_open.setText(words["keys.open"])
        self._keys_open.setShortcut("F1")  # after each text, which takes a shortcut away
        self._by_number_open.setShortcut("Ctrl+F7")
        self._finding.setWhatsThis(words["keys.find"])
        self._cases.set_words(words)
        if self._worn.language != language:
            self._dress()
        self._show()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        """Ends the desk."""
        super().closeEvent(event)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Grows with the window."""
        super().resizeEvent(event)
        self._dress()

    @property
    def _shown_state(self) -> State:
        return self._chosen.state if self._chosen else self._state

    def _show(self) -> None:
        self._show_day()
        self._show_current()

    def _show_day(self) -> None:
        today = self._clock.now().astimezone(JST).date()
        self._title.setText(self._words.format("list.title", day=day(today, self._words)))
        self._say_age()
        self._day.show_visits(self._visits, self._words, self._chosen)

    def _show_current(self) -> None:
        words, state = self._words, self._shown_state
        if self._chosen and self._chosen.is_left:
            said = left(self._chosen, words)
        else:
            said = with_since(shown(state, words, self._clock.now()), since_of(self._visits, state), words)
        self._steps.show_step(step_of(state))
        self._outage.show_state(state, words)
        self._back.setVisible(self._chosen is not None)
        if self._current.isAncestorOf(self.focusWidget()):
            self.setFocus()  # or Qt would hand the focus to whatever button comes next
        self._side.removeWidget(self._current)
        self._current.hide()  # at once: it may show another patient
        self._current.deleteLater()
        self._current = current = Current(state, said, words, self._camera, is_live=self._chosen is None)
        current.happened.connect(lambda event: self.happened.emit(event, self._state))
        current.number_wanted.connect(self.show_number_form)
        current.sheet_wanted.connect(lambda onto: self._sheet.ask(onto, self._state, self._words))
        current.case_wanted.connect(self._cases.open)
        if self._mirror is not None:
            current.show_mirror(self._mirror)
        wear(current, self._worn)  # before it is laid out, which is long work
        self._side.addWidget(self._current, 1)
        self._current.show()

    def _say_age(self) -> None:
        """How long the line has been down, as long as nobody else watches it."""
        since, words = offline_since(self._visits), self._words
        self._offline.setVisible(since is not None and not self._outage.is_watching)
        if since:
            lasted = age(self._clock.now() - since, words)
            since_then = f"{since.astimezone(JST):%H:%M}"
            self._offline_text.setText(words.format("banner.offline", since=since_then, age=lasted))
        self._outage.show_age()

    def _show_about(self) -> None:
        if self._about is not None:
            About(self._words, self._about, self).open()

    def _dress(self) -> None:
        density = max(1.0, min(self.width() / 1280, self.height() / 800))
        self._worn = theme(RECEPTION, density, language=self._words.language)
        dress(self, self._worn)
        self._day.set_theme(self._worn)

    def _choose(self, visit: Visit | None) -> None:
        present = card_of(self._state)
        is_present = visit is not None and present is not None and visit.insertion == present.insertion
        self._chosen = None if is_present else visit
        self._show()

    def _arrange(self, is_practice: bool) -> None:
        band = panel("practice")
        QVBoxLayout(band).addWidget(self._band_text)
        band.setVisible(is_practice)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._outage.report)
        head.addWidget(self._outage.doctor)
        head.addWidget(self._keys_open)
        head.addWidget(self._by_number_open)
        head.addWidget(self._about_open)
        self._about_open.setVisible(self._about is not None)
        head.addWidget(self._languages)
        self._offline.hide()
        self._fault.hide()
        self._side.addWidget(self._steps)
        self._side.addWidget(self._back)
        self._side.addWidget(self._current, 1)
        body = QHBoxLayout()
        body.addWidget(self._day, 11)
        body.addLayout(self._side, 9)
        page = panel("page")
        column = self._page = QVBoxLayout(page)
        column.addLayout(head)
        column.addWidget(self._outage.banner)
        for told in (*self._notices.banners, self._offline, self._fault):
            column.addWidget(told)
        column.addWidget(self._cases.bar)
        column.addLayout(body, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(band)
        whole.addWidget(page, 1)
