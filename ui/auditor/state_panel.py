"""Always in sight: whether the log is as it was written, up to which entry, seen when, and by which key."""

from typing import assert_never

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from terminal.access_log.verify import Broken, Intact
from terminal.certificate import JST
from terminal.failure_book.book import title
from terminal.problems import Problem
from ui.auditor.archive import Damaged, Verification
from ui.auditor.dress import set_tone
from ui.theme.parts import button, label, panel
from ui.words.catalogue import Words


class StatePanel(QWidget):
    """The panel. `wanted` asks for the log to be read and verified again."""

    wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._found: Verification | Problem | None = None
        self._end = 0
        self._panel = panel("notice")
        self.said = label("strong")
        self.key = label("caption")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.again = button("chip")
        self.again.clicked.connect(self.wanted)
        texts = QVBoxLayout()
        texts.setObjectName("tight")
        for part in (self.said, self.key, self.bar):
            texts.addWidget(part)
        row = QHBoxLayout(self._panel)
        row.addLayout(texts, 1)
        row.addWidget(self.again)
        QVBoxLayout(self).addWidget(self._panel)
        self.set_words(words)

    def show_progress(self, word: str, done: int, total: int) -> None:
        """Says what is being done and how far it has come; `word` is `reading` or `verifying`."""
        self.bar.setRange(0, total)  # without an end it only says that work goes on
        self.bar.setValue(done)
        self.bar.setAccessibleName(self._words[f"state.{word}"])
        self._say("notice", self._words.format(f"state.{word}_of", done=f"{done:,}", total=f"{total:,}"), "")
        self._set_busy(is_busy=True)

    def show_found(self, found: Verification | Problem, end: int) -> None:
        """Says what was found of a log that is shown up to before entry `end`."""
        self._found, self._end = found, end
        self._set_busy(is_busy=False)
        self._show()

    def show_end(self, end: int) -> None:
        """Says that entries up to before `end` are shown, of which the last may not be verified yet."""
        self._end = end
        self._show()

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        self.again.setText(words["state.again"])
        self.again.setToolTip("F5")
        self.setAccessibleName(words["state.accessible"])
        self._show()

    def _set_busy(self, *, is_busy: bool) -> None:
        self.bar.setVisible(is_busy)
        self.key.setVisible(not is_busy)
        self.again.setEnabled(not is_busy)

    def _show(self) -> None:
        words = self._words
        match self._found:
            case None:
                self._say("notice", words["state.not_yet"], "")
            case Problem() as problem:
                self._say("refused", words.format("state.failed", problem=title(problem, words.language)), "")
            case Verification(Intact(head), key, at, deleted):
                texts = [
                    words.format("state.intact", entry=f"{head.size - 1:,}", at=f"{at.astimezone(JST):%Y-%m-%d %H:%M}")
                    if head.size
                    else words["state.empty"]
                ]
                if later := self._end - head.size:
                    texts.append(words.format("state.later", count=f"{later:,}"))
                if deleted:
                    texts.append(words.format("state.deleted", count=f"{deleted:,}"))
                self._say("confirmed", " ".join(texts), words.format("state.key", name=key.name, id=key.id.hex()))
            case Verification(Broken(first, last, finding), key):
                place = words.format(
                    "state.broken" if first == last else "state.broken_within", first=f"{first:,}", last=f"{last:,}"
                )
                texts = [place, words[f"finding.{finding.name.lower()}"]]
                self._say("refused", " ".join(texts), words.format("state.key", name=key.name, id=key.id.hex()))
            case Verification(Damaged(entry), key):
                said = words.format("state.damaged", entry=f"{entry:,}")
                self._say("refused", said, words.format("state.key", name=key.name, id=key.id.hex()))
            case Verification(report=report):
                assert_never(report)  # type: ignore[arg-type]  # mypy does not narrow a field by a pattern

    def _say(self, tone: str, text: str, key: str) -> None:
        self.said.setText(text)
        self.key.setText(key)
        if self._panel.property("panel") != tone:
            set_tone(self._panel, tone)
