"""The set-up window: the steps on the left, each with its tick, the step's form on the right, tried on this machine.

It can be closed at any time: what was entered is there the next time, but a tick is earned anew.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from terminal.configuration.draft import Step, Value, checked, settings_of
from ui.preview import Preview
from ui.setup.form import Form
from ui.setup.trying import Trials, Tried
from ui.theme.parts import button, dress, label, panel, set_mark
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

_SERVICE = "eligibility.service"


class SetupWindow(QWidget):
    """Made in the GUI thread. `draft` is what an earlier sitting left."""

    _tried = Signal(str, object)

    def __init__(self, trials: Trials, draft: Mapping[str, Value], *, language: str) -> None:
        super().__init__()
        self._trials = trials
        self._draft = dict(draft)
        self._language = language
        self._words = Words("setup", language)
        self._good: set[Step] = set()
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trial")
        self._title = label("title")
        self._steps = QListWidget()
        self._steps.addItems([""] * len(Step))
        self._steps.setFixedWidth(230)
        self._heading = label("strong")
        self._room = QScrollArea()
        self._room.setWidgetResizable(True)
        self._room.setFrameShape(QFrame.Shape.NoFrame)
        self._room.viewport().setAutoFillBackground(False)
        self._room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._preview: Preview | None = None
        self._said_panel = panel("notice")
        self._said = label("body")
        QVBoxLayout(self._said_panel).addWidget(self._said)
        self._tongue = button("chip")
        self._try = button("secondary")
        self._on = button("primary")
        self._write = button("primary")
        self._arrange()
        self._steps.currentRowChanged.connect(lambda _: self._show_step())
        self._tongue.clicked.connect(lambda: self.set_language("en" if self._language == "ja" else "ja"))
        self._try.clicked.connect(self._begin_trial)
        self._on.clicked.connect(lambda: self._steps.setCurrentRow(min(self._steps.currentRow() + 1, len(Step) - 1)))
        self._write.clicked.connect(self._write_all)
        self._tried.connect(self._show_tried, Qt.ConnectionType.QueuedConnection)
        self._steps.setCurrentRow(0)
        self.set_language(language)
        self.resize(1100, 760)

    @property
    def step(self) -> Step:
        """Which step is on the window."""
        return list(Step)[max(0, self._steps.currentRow())]

    @property
    def draft(self) -> dict[str, Value]:
        """What was entered so far."""
        return dict(self._draft)

    def set_language(self, language: str) -> None:
        """Says everything in another language."""
        self._language = language
        self._words = words = Words("setup", language)
        self.setWindowTitle(words["window.title"])
        self._title.setText(words["window.heading"])
        self._steps.setAccessibleName(words["window.steps"])
        self._tongue.setText(words["window.other"])
        self._try.setText(words["window.try"])
        self._on.setText(words["window.on"])
        self._write.setText(words["window.write"])
        self._show_ticks()
        self._show_step()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        """Keeps what was entered, and lets go of the camera."""
        self._drop_preview()
        self._work.shutdown(wait=False, cancel_futures=True)
        self._trials.keep(self._draft)
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Dresses the window, once it has a size."""
        super().resizeEvent(event)
        self._dress()

    def _show_step(self) -> None:
        step, words = self.step, self._words
        self._heading.setText(words[f"about.{step}"])
        self._drop_preview()
        form = Form(settings_of(step, self._draft), self._draft, words)
        form.changed.connect(self._changed)
        if step is Step.CAMERA:
            device = self._draft.get("camera.device", 0)
            self._preview = Preview(self._trials.camera(device if isinstance(device, int) else 0))
            self._preview.set_caption(words["camera.none"])
            layout = form.layout()
            if layout is not None:
                layout.addWidget(self._preview)
        self._room.setWidget(form)
        form.setAutoFillBackground(False)  # the area has just filled it
        self._said_panel.hide()
        self._dress()

    def _changed(self, path: str, value: Value) -> None:
        self._draft[path] = value
        self._good.discard(self.step)
        self._show_ticks()
        if path in (_SERVICE, "camera.device"):
            self._show_step()

    def _begin_trial(self) -> None:
        step = self.step
        missing = checked(step, self._draft)
        if missing:
            names = ", ".join(self._words[f"setting.{path.replace('.', '-')}"] for path in missing)
            self._say(Tried(False, self._words.format("window.missing", names=names)))
            return
        self._try.setEnabled(False)
        self._say(None)
        trial = self._work.submit(self._trials.tried, step, dict(self._draft), self._language)
        trial.add_done_callback(lambda done: self._ended(step, done))

    def _ended(self, step: Step, trial: "Future[Tried]") -> None:
        """In the trial's thread."""
        if not trial.cancelled():
            error = trial.exception()
            self._tried.emit(step, Tried(False, type(error).__name__) if error else trial.result())

    def _show_tried(self, step: str, tried: Tried) -> None:
        self._try.setEnabled(True)
        if tried.is_good:
            self._good.add(Step(step))
        else:
            self._good.discard(Step(step))
        self._show_ticks()
        if self.step == step:
            self._say(tried)

    def _write_all(self) -> None:
        self._trials.keep(self._draft)
        self._say(self._trials.write(self._draft))

    def _say(self, tried: Tried | None) -> None:
        if tried is None:
            kind, text = "notice", self._words["window.trying"]
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
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{name}, {self._words['window.good']}" if is_good else name
            )

    def _drop_preview(self) -> None:
        if self._preview is not None:
            self._preview.hide()
            self._preview = None

    def _dress(self) -> None:
        dress(self, theme(RECEPTION, language=self._language))

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
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
