"""A blind patient checks in, end to end: no display, a desk with every process real, four keys and the digits."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from guided_desk import AGAIN, NO, YES, press_in
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.desk import Desk
from terminal.people import Consent
from terminal.practice.reaction import card_code
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    CheckingEligibility,
    Confirmed,
    Idle,
    MatchingFace,
    State,
)
from ui.bridge import Bridge
from ui.patient.window import PatientWindow
from ui.speech.line import Hearing, Line
from ui.words.catalogue import Words

TIME_LIMIT = 60_000
PERSON = "p01"


class Ears:
    """Earphones: they note what they hear."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def say(self, lines: Sequence[Line]) -> None:
        self.heard += [line.text for line in lines]

    def add(self, lines: Sequence[Line]) -> None:
        self.say(lines)

    def listen(self, told: Callable[[Hearing], None]) -> None:
        told(Hearing.EARPHONES)

    def close(self) -> None:
        pass


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PracticeRoom]:
    room = PracticeRoom(tmp_path)
    yield room
    room.close()


class Visit:
    """A desk with the patient's window, and one pair of hands on the number pad."""

    def __init__(self, room: PracticeRoom, qtbot: QtBot) -> None:
        self.qtbot, self.ears, self.states = qtbot, Ears(), list[State]()
        self.window = PatientWindow(room.ports.camera, language="ja", is_practice=True, speaker=self.ears)
        qtbot.addWidget(self.window)
        self._bridge = Bridge()
        self._bridge.state_shown.connect(self._show)
        self.desk = Desk(room.ports, self._bridge.show, RECEPTIONIST)
        self.window.happened.connect(self.desk.post)
        self._loop = threading.Thread(target=self.desk.run)
        self._loop.start()

    def _show(self, state: State) -> None:
        self.states.append(state)
        self.window.show_state(state)

    def wait(self, kind: type[State]) -> None:
        self.qtbot.waitUntil(lambda: bool(self.states) and isinstance(self.states[-1], kind), timeout=TIME_LIMIT)

    def press(self, *keys: Qt.Key | str) -> None:
        press_in(self.window, *keys)

    def close(self) -> None:
        self.desk.close()
        self._loop.join()


def test_a_blind_patient_checks_in_by_keys_and_hears_each_step(room: PracticeRoom, qtbot: QtBot) -> None:
    words = Words("patient", "ja")
    visit = Visit(room, qtbot)
    try:
        visit.wait(Idle)
        visit.press(AGAIN)
        room.lay(PERSON)
        visit.wait(AwaitingCardCode)
        visit.press(*card_code(room.people[PERSON]), YES, NO)  # all there; not to be kept
        visit.wait(AwaitingConsent)
        visit.press(YES, NO, YES, YES)
        visit.wait(Confirmed)
        room.take_away()
        visit.wait(Idle)
    finally:
        visit.close()
    asked = next(state for state in visit.states if isinstance(state, CheckingEligibility))
    assert asked.consents == {Consent.MEDICINES, Consent.LIMIT_AMOUNT}
    assert any(isinstance(state, MatchingFace) for state in visit.states)
    steps = [
        *("ear.began", "ear.keys", "idle.title", "reading_card.title", "card_code.title", "card_code.where_birth"),
        *("card_code.where_expiry", "card_code.where_security", "ear.keep", "card_code.keep_how", "ear.yes_or_no"),
        *("reading_holder.title", "face.title", "face.body", "ear.use_pin"),
        *("consent.title", "consent.body", "consent.medicines", "consent.medicines_note", "consent.checkups"),
        *("consent.checkups_note", "consent.limit_amount", "consent.limit_amount_note", "ear.chosen_again"),
        *("checking_eligibility.title", "confirmed.title", "confirmed.body", "confirmed.next", "ear.finish"),
    ]
    heard = iter(visit.ears.heard)
    assert [key for key in steps if words[key] not in heard] == []  # each, in this order
    digits = [text for text in visit.ears.heard if text == words.format("ear.digit", typed=1)]
    assert len(digits) == 1
    code = card_code(room.people[PERSON])
    assert not any(code[10:] in text for text in visit.ears.heard)  # never what was typed
