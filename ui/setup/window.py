"""The set-up window: the steps on the left, each with its tick, the step's page on the right, tried on this machine.

It can be closed at any time: the next sitting has what was entered and what was tried, and begins at the same step.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from terminal.configuration.draft import Sitting, Step, Value, checked
from terminal.problems import TerminalError
from ui.setup.page import CAMERA, SEAL, Page
from ui.setup.trying import NewHeld, NewKeys, NewPerson, Trial, Trials, Tried
from ui.theme.parts import button, dress, label, panel, set_mark
from ui.theme.tokens import RECEPTION, TEXT_SCALES, theme
from ui.words.catalogue import Words

_SERVICE = "eligibility.service"


class SetupWindow(QWidget):
    """Made in the GUI thread. `sitting` is what an earlier one left; `laying` draws a card being laid."""

    _tried = Signal(str, object)
    _seal_found = Signal(str)

    def __init__(self, trials: Trials, sitting: Sitting, *, language: str, laying: Callable[[], QWidget]) -> None:
        super().__init__()
        self._trials = trials
        self._laying = laying
        self._draft = dict(sitting.draft)
        self._good = set(sitting.good)
        self._language = language
        self._words = Words("setup", language)
        self._text_scale = TEXT_SCALES[0]
        self._stop = threading.Event()
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trial")
        self._title = label("title")
        self._steps = QListWidget()
        self._steps.addItems([""] * len(Step))
        self._heading = label("strong")
        self._room = QScrollArea()
        self._room.setWidgetResizable(True)
        self._room.setFrameShape(QFrame.Shape.NoFrame)
        self._room.viewport().setAutoFillBackground(False)
        self._room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page: Page | None = None
        self._said_panel = panel("notice")
        self._said = label("body")
        QVBoxLayout(self._said_panel).addWidget(self._said)
        self._larger = button("chip")
        self._tongue = button("chip")
        self._try = button("secondary")
        self._on = button("primary")
        self._write = button("primary")
        self._arrange()
        self._steps.setCurrentRow(list(Step).index(sitting.step))
        self._steps.setFocus()
        self._steps.currentRowChanged.connect(lambda _: self._turn())
        self._larger.clicked.connect(self._take_larger)
        self._tongue.clicked.connect(lambda: self.set_language("en" if self._language == "ja" else "ja"))
        self._try.clicked.connect(self._begin_trial)
        self._on.clicked.connect(lambda: self._steps.setCurrentRow(self._steps.currentRow() + 1))
        self._write.clicked.connect(self._write_all)
        self._tried.connect(self._show_tried, Qt.ConnectionType.QueuedConnection)
        self._seal_found.connect(self._take_seal, Qt.ConnectionType.QueuedConnection)
        self.set_language(language)
        self.resize(1280, 800)

    @property
    def step(self) -> Step:
        """Which step is on the window."""
        return list(Step)[max(0, self._steps.currentRow())]

    @property
    def sitting(self) -> Sitting:
        """What was entered and tried so far."""
        return Sitting(dict(self._draft), frozenset(self._good), self.step)

    def set_language(self, language: str) -> None:
        """Says everything in another language."""
        self._language = language
        self._words = words = Words("setup", language)
        self.setWindowTitle(words["window.title"])
        self._title.setText(words["window.heading"])
        self._steps.setAccessibleName(words["window.steps"])
        self._tongue.setText(words["window.other"])
        self._larger.setText(words["window.larger"])
        self._on.setText(words["window.on"])
        self._write.setText(words["window.write"])
        self._show_ticks()
        self._show_step()

    def set_text_scale(self, scale: float) -> None:
        """Takes one of `TEXT_SCALES`."""
        self._text_scale = scale
        self._dress()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        """Keeps what was entered, and lets go of reader and camera."""
        self._leave()
        self._work.shutdown(wait=False, cancel_futures=True)  # whoever waits has been told to stop
        self._keep()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Dresses the window, once it has a size."""
        super().resizeEvent(event)
        self._dress()

    def _turn(self) -> None:
        self._show_step()
        self._keep()

    def _keep(self) -> None:
        """For another sitting, should this one end in whatever way."""
        try:
            self._trials.keep(self.sitting)
        except TerminalError as error:
            self._say(Tried(False, self._words.format("window.unkept", why=error.detail)))

    def _show_step(self) -> None:
        self._leave()
        step, words = self.step, self._words
        self._heading.setText(words[f"about.{step}"])
        self._try.setText(words[f"try.{step}"])
        self._try.setEnabled(True)
        is_last = step is list(Step)[-1]
        self._on.setVisible(not is_last)
        self._write.setVisible(is_last)
        self._page = page = Page(step, self._draft, words, self._trials.camera, self._laying)
        page.changed.connect(self._changed)
        page.keys_wanted.connect(self._make_keys)
        page.person_wanted.connect(self._enrol)
        self._room.setWidget(page)
        page.setAutoFillBackground(False)  # the area has just filled it
        if step is Step.KEYS and SEAL not in self._draft:
            stop = self._stop
            self._work.submit(self._trials.seal_found).add_done_callback(lambda found: self._found_seal(stop, found))
        self._said_panel.hide()
        self._dress()

    def _changed(self, path: str, value: Value) -> None:
        self._draft[path] = value
        self._good.discard(self.step)
        self._show_ticks()
        if path in (_SERVICE, CAMERA, SEAL):
            self._show_step()

    def _begin_trial(self) -> None:
        if self._is_filled_in(self.step):
            self._begin(self._trials.tried)

    def _make_keys(self, keys: NewKeys) -> None:
        if self._is_filled_in(Step.SITE) and self._is_filled_in(Step.KEYS):
            self._begin(lambda trial: self._trials.make_keys(trial, keys))

    def _enrol(self, person: NewPerson | NewHeld) -> None:
        self._begin(lambda trial: self._trials.enrol(trial, person))

    def _is_filled_in(self, step: Step) -> bool:
        """Whether nothing is missing; else says what."""
        missing = checked(step, self._draft)
        if missing:
            names = ", ".join(self._words[f"setting.{path.replace('.', '-')}"] for path in missing)
            self._say(Tried(False, self._words.format("window.missing", names=names)))
        return not missing

    def _begin(self, act: Callable[[Trial], Tried]) -> None:
        passphrase = self._page.passphrase if self._page else ""
        trial = Trial(self.step, dict(self._draft), self._language, self._stop, passphrase)
        self._try.setEnabled(False)
        self._say(None)
        self._work.submit(act, trial).add_done_callback(lambda done: self._ended(trial, done))

    def _ended(self, trial: Trial, done: "Future[Tried]") -> None:
        """In the trial's thread. What was begun on a page that was left is not told any more."""
        if not done.cancelled() and not trial.stop.is_set():
            error = done.exception()
            self._tried.emit(trial.step, Tried(False, type(error).__name__) if error else done.result())

    def _show_tried(self, step: str, tried: Tried) -> None:
        if self.step != step:
            return
        self._try.setEnabled(True)
        if tried.is_good:
            self._good.add(self.step)
        else:
            self._good.discard(self.step)
        if self._page:
            self._page.show_tried(tried)
        self._show_ticks()
        self._say(tried)

    def _found_seal(self, stop: threading.Event, found: "Future[str]") -> None:
        """In the trial's thread."""
        if not found.cancelled() and not stop.is_set() and found.exception() is None:
            self._seal_found.emit(found.result())

    def _take_seal(self, seal: str) -> None:
        if SEAL not in self._draft:
            self._draft[SEAL] = seal
            if self.step is Step.KEYS:
                self._show_step()
                self._say(Tried(True, self._words.format("keys.found", seal=self._words[f"seal.{seal}"])))

    def _write_all(self) -> None:
        self._say(self._trials.write(self._draft))

    def _say(self, tried: Tried | None) -> None:
        if tried is None:
            kind, text = "notice", self._words[f"trying.{self.step}"]
        else:
            kind, text = ("confirmed" if tried.is_good else "provisional"), tried.sentence
        set_mark(self._said_panel, "panel", kind)
        self._said.setText(text)
        self._said_panel.show()

    def _show_ticks(self) -> None:
        for row, step in enumerate(Step):
            item, name = self._steps.item(row), self._words[f"step.{step}"]
            is_good = step in self._good
            item.setText(f"{'✓' if is_good else '　'} {row + 1}. {name}")
            told = f"{name}, {self._words['window.good']}" if is_good else name
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)

    def _leave(self) -> None:
        """Has whoever waits for a person stop, and a preview look no more."""
        self._stop.set()
        self._stop = threading.Event()
        if self._page is not None:
            self._page.hide()

    def _take_larger(self) -> None:
        self.set_text_scale(TEXT_SCALES[(TEXT_SCALES.index(self._text_scale) + 1) % len(TEXT_SCALES)])

    def _dress(self) -> None:
        density = max(1.0, min(self.width() / 1280, self.height() / 800))
        self._steps.setFixedWidth(round(230 * density * self._text_scale))
        dress(self, theme(RECEPTION, density, self._text_scale, language=self._language))

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._larger)
        top.addWidget(self._tongue)
        right = QVBoxLayout()
        right.addWidget(self._heading)
        right.addWidget(self._room, 1)
        right.addWidget(self._said_panel)
        buttons = QHBoxLayout()
        for each in (self._try, self._on, self._write):
            buttons.addWidget(each)
        right.addLayout(buttons)
        middle = QHBoxLayout()
        middle.addWidget(self._steps)
        middle.addLayout(right, 1)
        page = panel("page")
        rows = QVBoxLayout(page)
        rows.addLayout(top)
        rows.addLayout(middle, 1)
        QVBoxLayout(self).addWidget(page, 1)
