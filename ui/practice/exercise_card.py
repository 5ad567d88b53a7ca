"""The card of an exercise: the situation, advice when it is asked for, and at the end the score, check by check."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from terminal.practice.exercise import Exercise, scored
from terminal.practice.session import Moment
from ui.theme.parts import button, dress, label, panel, set_mark
from ui.theme.tokens import RECEPTION, theme
from ui.words.catalogue import Words

DESK_HEIGHT = 0.72  # of the screen: above the practice box, over the empty end of the day's list


class ExerciseCard(QWidget):
    """A small window beside the desk. `moments` gives what has happened so far; `ended` carries the score."""

    ended = Signal(object)  # Score

    def __init__(self, exercise: Exercise, moments: Callable[[], Sequence[Moment]], *, language: str) -> None:
        super().__init__()
        self._exercise = exercise
        self._moments = moments
        self._words = Words("practice", language)
        self._is_ended = False
        self._title = label("title")
        self._situation = label("body")
        self._good = label("body")
        self._good_panel = panel("notice")
        QVBoxLayout(self._good_panel).addWidget(self._good)
        self._score = label("strong")
        self._checks = [(label("mark"), label("body")) for _ in exercise.checks]
        self._score_panel = panel("card")
        self._advise = button("secondary")
        self._end = button("primary")
        self._arrange()
        self._good_panel.hide()
        self._score_panel.hide()
        self._advise.clicked.connect(self._good_panel.show)
        self._end.clicked.connect(self._finish)
        self.set_language(language)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)  # the desk's windows fill the screen
        room = QApplication.screens()[0].availableGeometry()
        self.resize(560, 460)
        self.move(room.left() + room.width() // 50, room.top() + round(room.height() * DESK_HEIGHT) - self.height())

    def set_language(self, language: str) -> None:
        """Says everything in another language."""
        self._words = words = Words("practice", language)
        text = self._exercise.texts[language]
        self.setWindowTitle(words["exercise.window"])
        self._title.setText(words.format("exercise.title", number=self._exercise.number, title=text.title))
        self._situation.setText(text.situation)
        self._good.setText("\n".join((words["exercise.good"], *(f"・{line}" for line in text.good))))
        self._advise.setText(words["exercise.advise"])
        self._end.setText(words["exercise.again" if self._is_ended else "exercise.end"])
        for (_, says), check in zip(self._checks, self._exercise.checks, strict=True):
            says.setText(check.says[language])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Dresses the window, once it has a size."""
        super().resizeEvent(event)
        dress(self, theme(RECEPTION, language=self._words.language))
        self._grow()

    def event(self, event: QEvent) -> bool:
        """Another text, or more of it, may ask for more room."""
        is_taken = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._grow()
        return is_taken

    def _grow(self) -> None:
        """Upwards, for what has come to be seen: the card stands above the practice box."""
        for lines in self.findChildren(QLayout):
            lines.invalidate()  # what it remembers holds for what was seen before
        room, missing = self.screen().availableGeometry(), self._whole.totalHeightForWidth(self.width()) - self.height()
        if missing > 0:
            top = max(room.top(), self.y() - missing)
            self.setGeometry(self.x(), top, self.width(), self.height() + missing)

    def _finish(self) -> None:
        score = scored(self._exercise, self._moments())
        words = self._words
        self._is_ended = True
        key = "exercise.passed" if score.is_passed else "exercise.not_yet"
        self._score.setText(words.format(key, points=score.points, most=score.most))
        for (mark, says), is_met in zip(self._checks, score.met, strict=True):
            mark.setText("○" if is_met else "×")
            mark.setAccessibleName(words["exercise.met" if is_met else "exercise.missed"])
            says.setAccessibleDescription(mark.accessibleName())
        set_mark(self._score_panel, "panel", "confirmed" if score.is_passed else "provisional")
        self._score_panel.show()
        self._good_panel.show()
        self._end.setText(words["exercise.again"])
        self.ended.emit(score)

    def _arrange(self) -> None:
        score = QVBoxLayout(self._score_panel)
        score.addWidget(self._score)
        for mark, says in self._checks:
            row = QHBoxLayout()
            row.addWidget(mark)
            row.addWidget(says, 1)
            score.addLayout(row)
        buttons = QHBoxLayout()
        buttons.addWidget(self._advise)
        buttons.addWidget(self._end)
        page = panel("page")
        rows = QVBoxLayout(page)
        for part in (self._title, self._situation, self._good_panel, self._score_panel):
            rows.addWidget(part)
        rows.addStretch(1)
        rows.addLayout(buttons)
        self._whole = QVBoxLayout(self)
        self._whole.addWidget(page, 1)
