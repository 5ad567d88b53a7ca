"""What the receptionist does when a check-in does not go its usual way: the cases, a round of visits, the keys.

A dialog belongs to the state that it was opened about, and goes with it.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from terminal.attendance import Place
from terminal.ports import Clock
from terminal.states import Idle, State, card_of
from terminal.visits import Visit
from ui.receptionist.keys import KeyList, keys_of
from ui.receptionist.visiting import Round, RoundBar
from ui.receptionist.what_now import WhatNow
from ui.words.catalogue import Words


class Cases(QObject):
    """`bar` has its place in the window; `happened` carries an event, and the state that it is about."""

    happened = Signal(object, object)
    number_wanted = Signal()

    def __init__(self, window: QWidget, clock: Clock, words: Words) -> None:
        super().__init__(window)
        self._window, self._clock, self._words = window, clock, words
        self._state: State = Idle()
        self._visits: tuple[Visit, ...] = ()
        self._open: WhatNow | None = None
        self._round: Round | None = None
        self.bar = RoundBar()
        self.bar.ended.connect(lambda: self._go_round(Place.CLINIC))

    def show_state(self, state: State, visits: tuple[Visit, ...]) -> None:
        """Takes the desk's new state."""
        self._visits = visits
        if self._open is not None and state is not self._state:
            self._open.reject()
        self._state = state
        self._show_round()

    def set_words(self, words: Words) -> None:
        """Says everything in another language."""
        self._words = words
        self._show_round()

    def open(self, case: str = "") -> None:
        """The cases, or at once what can be chosen in one."""
        asked = self._state
        self._open = made = WhatNow(asked, self._words, self._window, case)
        made.happened.connect(lambda event: self.happened.emit(event, asked))
        made.number_wanted.connect(self.number_wanted)
        made.round_wanted.connect(self._go_round)
        made.finished.connect(self._forget)
        made.open()

    def show_keys(self) -> None:
        """The keys that work now."""
        KeyList(keys_of(self._window), self._words, self._window).open()

    def _forget(self) -> None:
        self._open = None

    def _go_round(self, place: Place) -> None:
        """Begins a round of visits, or ends it."""
        self._round = None if place is Place.CLINIC else Round(place, self._clock.now())
        self._show_round()

    def _show_round(self) -> None:
        self.bar.show_round(self._round, self._visits, self._words)
        if self._round is None or (said := self._round.to_note(self._state)) is None:
            return
        card = card_of(self._state)
        self._round = replace(self._round, noted=card.insertion if card else "")
        self.happened.emit(said, self._state)
