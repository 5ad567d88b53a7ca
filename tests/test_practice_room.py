"""A whole desk on virtual parts, every process real: each person of the deck, and whatever can be pulled or cut."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.virtual.card_image import CardImage
from device.virtual.insertion import InsertedCard
from device.virtual.quirks import Quirks
from terminal.commands.headless import check_in
from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.desk import Desk
from terminal.events import Event
from terminal.handing_over import is_under_way
from terminal.practice.deck import load_deck
from terminal.practice.faults import Fault
from terminal.practice.reaction import reaction
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    CheckingEligibility,
    Confirmed,
    Ended,
    Idle,
    MatchingFace,
    Provisional,
    ReadingHolder,
    State,
    Stopped,
    Unconfirmed,
)

DECK = load_deck()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeRoom]:
    room = PracticeRoom(tmp_path_factory.mktemp("room"))
    yield room
    room.close()


class Visit:
    """A desk that runs, with whoever is at it reacting by themselves until the test says `stop_at`."""

    def __init__(self, room: PracticeRoom, person_id: str) -> None:
        self.room = room
        self.person = DECK[person_id]
        self.states: list[State] = []
        self.stops_at: type[State] | None = None
        self._changed = threading.Condition()
        self.desk = Desk(room.ports, self._show, RECEPTIONIST)
        self._loop = threading.Thread(target=self.desk.run)
        self._loop.start()

    def _show(self, state: State) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()
        if not (self.stops_at and isinstance(state, self.stops_at)) and (event := reaction(self.person, state)):
            self.desk.post(event, answering=state)

    def post(self, event: Event) -> None:
        self.desk.post(event)

    def lay(self, quirks: Quirks | None = None) -> None:
        self.states.clear()
        self.room.lay(self.person.id, quirks or Quirks())

    def wait_for_state(self, state: State) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: state in self.states, timeout=30), self.states[-1:]

    def wait_for(self, *kinds: type[State], seconds: float = 30) -> State:
        def there() -> bool:
            return bool(self.states) and isinstance(self.states[-1], kinds)

        with self._changed:
            assert self._changed.wait_for(there, timeout=seconds), self.states[-1:]
            return self.states[-1]

    def ended(self) -> State:
        """The end, with its answer handed over: until then it outlasts the card."""

        def there() -> bool:
            state = self.states[-1] if self.states else None
            return isinstance(state, Ended) and not (isinstance(state, Confirmed) and is_under_way(state.receipt))

        with self._changed:
            assert self._changed.wait_for(there, timeout=30), self.states[-1:]
            return self.states[-1]

    def close(self) -> None:
        self.room.take_away()
        self.desk.close()
        self._loop.join(30)


@pytest.fixture
def at(room: PracticeRoom) -> Iterator[Callable[[str], Visit]]:
    visits: list[Visit] = []

    def begin(person_id: str) -> Visit:
        visits.append(Visit(room, person_id))
        return visits[-1]

    yield begin
    for visit in visits:
        visit.close()
    room.unplug_camera(False)
    room.cut_line(False)
    room.service.set_fault(Fault.NONE)


@pytest.mark.parametrize("person_id", DECK)
def test_each_person_comes_to_the_outcome_that_the_deck_promises(room: PracticeRoom, person_id: str) -> None:
    person = DECK[person_id]
    result = check_in(room, person, cut_line=False)
    room.take_away()
    assert (result["outcome"], result["reason"] or "") == (person.outcome, person.reason)


def test_with_the_line_cut_the_answer_is_provisional_with_yesterdays_date(tmp_path: Path) -> None:
    room = PracticeRoom(tmp_path)
    try:
        result = check_in(room, DECK["p01"], cut_line=True)
        assert (result["outcome"], result["reason"]) == ("provisional", "line_down")
        assert result["as_of"] < room.clock.now().isoformat()
        assert result["coverage"]["insurer_number"]
    finally:
        room.close()


@pytest.mark.parametrize("stage", [AwaitingCardCode, ReadingHolder, MatchingFace])
def test_a_card_pulled_before_the_holder_is_verified_ends_the_checkin_and_the_next_begins_clean(
    at: Callable[[str], Visit], stage: type[State]
) -> None:
    visit = at("p01")
    visit.stops_at = stage
    visit.lay(Quirks(delay_ms=50) if stage is ReadingHolder else None)
    visit.wait_for(stage)
    visit.room.take_away()
    ended = visit.wait_for(Stopped)
    assert isinstance(ended, Stopped)
    assert ended.problem is Problem.CARD_REMOVED
    visit.stops_at = None
    visit.lay()
    assert isinstance(visit.ended(), Confirmed)


def test_a_card_pulled_while_consent_is_asked_loses_nothing(at: Callable[[str], Visit]) -> None:
    visit = at("p01")
    visit.stops_at = AwaitingConsent
    visit.lay()
    asked = visit.wait_for(AwaitingConsent)
    visit.room.take_away()
    event = reaction(visit.person, asked)
    assert event
    visit.post(event)
    assert isinstance(visit.ended(), Confirmed)


def test_a_card_that_hangs_is_given_up_in_time_and_the_reader_is_ready_again(at: Callable[[str], Visit]) -> None:
    visit = at("p01")
    visit.lay(Quirks(hang_after_apdus=3))
    ended = visit.wait_for(Stopped, seconds=20)
    assert isinstance(ended, Stopped)
    assert ended.problem in (Problem.READER_HUNG, Problem.CARD_REMOVED, Problem.READER_PROCESS_ENDED)
    visit.lay()
    assert isinstance(visit.ended(), Confirmed)


def test_a_card_process_that_is_killed_is_replaced_and_the_next_checkin_runs(at: Callable[[str], Visit]) -> None:
    visit = at("p01")
    visit.lay()
    assert isinstance(visit.ended(), Confirmed)
    visit.room.take_away()
    visit.wait_for(Idle)
    killed = visit.room.reader.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    visit.wait_for_state(Idle(Problem.READER_PROCESS_ENDED))
    visit.lay()
    assert isinstance(visit.ended(), Confirmed)
    assert visit.room.reader.pid != killed


def test_a_card_that_is_no_my_number_card_is_named(at: Callable[[str], Visit], tmp_path: Path) -> None:
    visit = at("p01")
    image_file = tmp_path / "licence.json"
    CardImage(bytes.fromhex("3B888001000000009181C100D8"), {}).save(image_file)
    with InsertedCard(image_file, "127.0.0.1", visit.room.reader_port):
        ended = visit.wait_for(Stopped)
    assert isinstance(ended, Stopped)
    assert ended.problem is Problem.CARD_IS_LICENCE


def test_without_a_camera_the_receptionist_looks(at: Callable[[str], Visit]) -> None:
    visit = at("p01")
    visit.stops_at = AwaitingOperator
    visit.room.unplug_camera(True)
    visit.lay()
    asked = visit.wait_for(AwaitingOperator)
    assert isinstance(asked, AwaitingOperator)
    assert asked.reason is Problem.CAMERA_ABSENT
    assert asked.face is not None
    assert asked.face.portrait is not None


FAULTS = [
    (Fault.GARBAGE, Problem.SERVICE_UNREADABLE),
    (Fault.HANG, Problem.SERVICE_SILENT),
    (Fault.DRIP, Problem.SERVICE_SILENT),
    (Fault.BUSY, Problem.SERVICE_BUSY),
    (Fault.REFUSE_CERTIFICATE, Problem.SERVICE_HUNG_UP),
    (Fault.DISCONNECT, Problem.SERVICE_HUNG_UP),
    (Fault.ERROR, Problem.SERVICE_REFUSED),
    (Fault.RUNNING, Problem.SERVICE_STILL_RUNNING),
    (Fault.WRONG_IDENTIFIER, Problem.SERVICE_UNREADABLE),
]


@pytest.mark.parametrize(("fault", "problem"), FAULTS)
def test_whatever_the_service_does_the_answer_says_so(
    at: Callable[[str], Visit], fault: Fault, problem: Problem
) -> None:
    visit = at("p04")
    visit.stops_at = AwaitingOperator
    visit.room.service.set_fault(fault)
    visit.lay()
    state = visit.wait_for(Unconfirmed, Provisional, AwaitingOperator, Stopped)
    assert isinstance(state, Unconfirmed)
    assert state.reason is problem


def test_a_line_that_is_cut_and_mended_is_told_apart_from_an_answer(at: Callable[[str], Visit]) -> None:
    visit = at("p01")
    visit.room.cut_line(True)
    visit.lay()
    assert isinstance(visit.ended(), Provisional | Unconfirmed)
    visit.room.cut_line(False)
    visit.lay()
    assert isinstance(visit.ended(), Confirmed)


def test_an_ended_checkin_becomes_idle_when_the_card_is_taken(at: Callable[[str], Visit]) -> None:
    visit = at("p01")
    visit.lay()
    visit.ended()
    visit.room.take_away()
    visit.wait_for(Idle)
    assert not [state for state in visit.states if isinstance(state, CheckingEligibility)][1:]
