"""Where no answer came: what else can prove a coverage, the next way first; the full price only when all were shown."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout

from terminal.aftermath import begun, can_be_seen
from terminal.events import Event, FullPriceCharged, ProofSeen, WayShown
from terminal.proof_ladder import FullChargeReason, Ladder, Way, ways
from terminal.states import Unproved
from ui.receptionist.place import PlaceButtons
from ui.theme.parts import button, label
from ui.words.catalogue import Words


class LadderPart(QFrame):
    """One visit's ladder. `number_wanted` asks for the form without a card, `sheet_wanted` for the declaration."""

    happened = Signal(object)
    number_wanted = Signal()
    sheet_wanted = Signal(object)  # how: `place.Onto`

    def __init__(self, state: Unproved, words: Words) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        self._words = words
        self._column = QVBoxLayout(self)
        ladder = state.ladder or begun(state)
        match ladder.end:
            case Way() as way:
                self._say("strong", f"✓ {words[f'way.{way}']}", words[f"proved.{way}"])
            case FullChargeReason() as reason:
                self._say("strong", words["ladder.charged"], words[f"full_charge.{reason}"])
            case None if (step := ladder.step) is not None:
                self._way(ladder, step.way)
            case None:
                self._last(ladder)

    def _way(self, ladder: Ladder, way: Way) -> None:
        """The next one, with what to do about it."""
        words = self._words
        every = ways(ladder.trouble)
        place = words.format("ladder.place", number=every.index(way) + 1, all=len(every))
        self._say("caption", place)
        self._say("strong", words[f"way.{way}"])
        self._say("body", words[f"do.{way}"])
        if way is Way.NUMBER_QUERY:
            self._column.addWidget(self._do("ladder.ask", "F7", self.number_wanted.emit))
        if way is Way.DECLARATION:
            self._column.addWidget(self._sheet())
        row = QHBoxLayout()
        if can_be_seen(way):
            key = "ladder.signed" if way is Way.DECLARATION else "ladder.seen"
            row.addWidget(self._press(key, "F2", ProofSeen(way)))
        row.addWidget(self._press("ladder.next", "F4", WayShown(way)))
        self._column.addLayout(row)

    def _last(self, ladder: Ladder) -> None:
        """All were shown: whatever turns up still counts, and only now is there a full price."""
        words = self._words
        self._say("strong", words["ladder.all_shown"])
        still = QGridLayout()
        for number, way in enumerate(filter(can_be_seen, ways(ladder.trouble))):
            still.addWidget(self._press(f"way.{way}", f"Ctrl+{number + 1}", ProofSeen(way)), number // 2, number % 2)
        self._column.addLayout(still)
        self._column.addWidget(self._sheet())
        self._say("body", words["ladder.full_charge"])
        reasons = QGridLayout()
        for number, reason in enumerate(FullChargeReason):
            made = self._press(f"full_charge.{reason}", f"Ctrl+Shift+{number + 1}", FullPriceCharged(reason))
            reasons.addWidget(made, number // 2, number % 2)
        self._column.addLayout(reasons)

    def _sheet(self) -> PlaceButtons:
        made = PlaceButtons(self._words, "ladder.sheet")
        made.wanted.connect(self.sheet_wanted)
        return made

    def _say(self, role: str, *texts: str) -> None:
        for text in texts:
            self._column.addWidget(label(role, text))
            role = "body"

    def _press(self, key: str, shortcut: str, event: Event) -> QPushButton:
        return self._do(key, shortcut, lambda: self.happened.emit(event))

    def _do(self, key: str, shortcut: str, act: Callable[[], None]) -> QPushButton:
        is_named = shortcut.startswith("F")  # the others have too little room
        made = button("secondary", f"{self._words[key]} ({shortcut})" if is_named else self._words[key])
        made.setShortcut(shortcut)
        made.clicked.connect(lambda: act())
        return made
