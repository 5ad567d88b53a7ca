"""The banner of an outage: line, queue, limits and store, in colour, sign and words; gone when all is well again.

It says nothing of a person. That a paper is wanted, and how, leaves by a signal.
"""

from collections.abc import Iterator
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.certificate import JST
from terminal.eligibility.line_state import LineState
from terminal.failure_book.book import title
from terminal.limits import Function, Standing, Verdict
from terminal.outage.situation import Figures, Situation
from ui.receptionist.place import Onto
from ui.receptionist.writing import age
from ui.theme.parts import button, label, panel, set_mark
from ui.words.catalogue import Words

OUTAGE_SIGN, ALARM_SIGN = "▲", "！"
SEPARATOR = " ・ "


class OutageBanner(QWidget):
    """Hidden while there is nothing to tell."""

    paper_asked = Signal(object)  # `place.Onto`

    def __init__(self) -> None:
        super().__init__()
        self._frame: QFrame = panel("provisional")
        self._sign: QLabel = label("mark")
        self._line: QLabel = label("strong")
        self._rest: QLabel = label("body")
        self._papers: dict[Onto, QPushButton] = {onto: button("secondary") for onto in (Onto.PRINTER, Onto.FILE)}
        said = QVBoxLayout()
        said.setObjectName("tight")
        said.addWidget(self._line)
        said.addWidget(self._rest)
        row = QHBoxLayout(self._frame)
        row.addWidget(self._sign)
        row.addLayout(said, 1)
        for made in self._papers.values():
            row.addWidget(made)
        whole = QHBoxLayout(self)
        whole.addWidget(self._frame)
        self._papers[Onto.PRINTER].clicked.connect(lambda: self.paper_asked.emit(Onto.PRINTER))
        self._papers[Onto.FILE].clicked.connect(lambda: self.paper_asked.emit(Onto.FILE))
        self.hide()

    def show_situation(self, situation: Situation, words: Words, now: datetime) -> None:
        """Says how things stand at `now`."""
        is_alarm = situation.is_alarm(now)
        told = list(_told(situation, words, now))
        set_mark(self._frame, "panel", "refused" if is_alarm else "provisional")
        for each in self._frame.findChildren(QLabel):  # or the style sheet would not look at them again
            each.style().unpolish(each)
            each.style().polish(each)
        self._sign.setText(ALARM_SIGN if is_alarm else OUTAGE_SIGN)
        self._sign.setAccessibleName(words["outage.alarm" if is_alarm else "outage.notice"])
        self._line.setText(told[0] if told else "")
        self._rest.setText("\n".join(told[1:]))
        self._rest.setVisible(len(told) > 1)
        for onto, made in self._papers.items():
            made.setText(words[f"outage.paper.{onto}"])
            made.setVisible(situation.is_down)
        self.setVisible(bool(told))


def _told(situation: Situation, words: Words, now: datetime) -> Iterator[str]:
    """A sentence for each thing to know, the most pressing first."""
    if situation.line.problem:
        yield _of_line(situation, situation.line, words, now)
    if situation.store:
        yield title(situation.store, words.language)
    for verdict in situation.limits:
        yield _of_limit(verdict, words)
    if situation.figures.waiting or situation.figures.dead:
        yield _of_queue(situation.figures, words, now)


def _of_line(situation: Situation, line: LineState, words: Words, now: datetime) -> str:
    since = f"{line.since.astimezone(JST):%H:%M}" if line.since else ""
    lasted = age(now - line.since, words) if line.since else ""
    if not situation.is_down and line.problem:
        return words.format("outage.blocked", since=since, problem=title(line.problem, words.language))
    if any(each.function is Function.STORED_ANSWERS and each.standing is Standing.STOPPED for each in situation.limits):
        return words.format("outage.silent", since=since, age=lasted)
    return words.format("outage.resting" if line.is_resting else "outage.down", since=since, age=lasted)


def _of_limit(verdict: Verdict, words: Words) -> str:
    because = SEPARATOR.join(words[f"outage.measure.{measure}"] for measure in verdict.because)
    key = "outage.stopped" if verdict.standing is Standing.STOPPED else "outage.warned"
    return words.format(key, function=words[f"outage.function.{verdict.function}"], because=because)


def _of_queue(figures: Figures, words: Words, now: datetime) -> str:
    oldest = "" if figures.oldest is None else age(now - figures.oldest, words)
    told = [words.format("outage.waiting", number=figures.waiting, oldest=oldest)] if figures.waiting else []
    told += [words.format("outage.dead", number=figures.dead)] if figures.dead else []
    return SEPARATOR.join(told)
