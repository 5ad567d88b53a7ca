"""Ten exercises: a good receptionist passes each of them on a real practice desk, a careless one does not."""

import itertools
import queue
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from terminal import events, states
from terminal.commands import practice
from terminal.commands.headless import check_in
from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.coverage import SecondSource
from terminal.desk import Desk
from terminal.events import (
    CardCodeEntered,
    Dismissed,
    DoubtSettled,
    Event,
    HolderRead,
    LastTryConfirmed,
    LastTryDeclined,
    OperatorRecognised,
    OperatorRefused,
    PinEntered,
    ProofSeen,
    WayShown,
)
from terminal.failure_book.book import Audience, sentence
from terminal.people import Holder, IssuerTrust, Sex
from terminal.practice.deck import load_deck
from terminal.practice.exercise import EXERCISES, Exercise, Score, load_exercises, score_as_json, score_lines, scored
from terminal.practice.reaction import reaction
from terminal.practice.session import WORDS, Kind, Moment, Recording, Session, as_json, from_json
from terminal.problems import Problem, TerminalError
from terminal.proof_ladder import Way
from terminal.states import AwaitingOperator, ConfirmingLastTry, Ended, Idle, State

DECK = load_deck()
ALL = load_exercises()
each = pytest.mark.parametrize("exercise", ALL.values(), ids=lambda exercise: f"e{exercise.number:02}")


def test_there_are_ten_each_in_a_file_of_its_own() -> None:
    assert list(ALL) == list(range(1, 11))
    assert {f"e{number:02}.toml" for number in ALL} == {entry.name for entry in EXERCISES.iterdir()}


@each
def test_an_exercise_names_what_there_is_and_is_whole_in_both_languages(exercise: Exercise) -> None:
    assert exercise.person in DECK
    for seen in [check.seen for check in exercise.checks] + [check.after for check in exercise.checks if check.after]:
        assert hasattr(states, seen.name) or hasattr(events, seen.name), seen
        assert seen.words <= WORDS
    assert any(check.is_must for check in exercise.checks)
    assert sum(check.points for check in exercise.checks) == 10
    for language in ("ja", "en"):
        text = exercise.texts[language]
        assert text.title
        assert text.situation
        assert text.good
        assert all(check.says[language] for check in exercise.checks)


CERTIFICATE = (WayShown(Way.CERTIFICATE), ProofSeen(Way.CERTIFICATE))
AFTERWARDS: dict[int, tuple[Event, ...]] = {  # what a good receptionist does once the machine has no answer
    5: CERTIFICATE,
    6: CERTIFICATE,
    7: (DoubtSettled(SecondSource.CERTIFICATE),),
    9: (*map(WayShown, Way), ProofSeen(Way.DECLARATION)),
}


def reacts(exercise: Exercise, state: State, is_good: bool) -> Event | None:
    """What patient and receptionist do on the way; the careless one takes anybody for the holder, or nobody."""
    match state:
        case AwaitingOperator():
            is_holder = exercise.number != 3
            return OperatorRecognised() if is_holder is is_good else OperatorRefused()
        case ConfirmingLastTry():
            return LastTryDeclined() if is_good else LastTryConfirmed()
        case _:
            return reaction(DECK[exercise.person], state)


def practised(room: PracticeRoom, exercise: Exercise, *, is_good: bool) -> Score:
    """One exercise from its situation to its score. The clock that is judged by goes on by six seconds at each look."""
    seconds = itertools.count(0, 6)
    session = Session(lambda: next(seconds))
    if exercise.confirmed_yesterday:
        room.clock.shift = timedelta(days=-1)
        check_in(room, DECK[exercise.person])
        room.clock.shift = timedelta()
        room.take_away()
    room.cut_line(exercise.is_line_cut)
    room.unplug_camera(exercise.is_camera_unplugged)
    seen: queue.SimpleQueue[State] = queue.SimpleQueue()

    def show(state: State) -> None:
        session.shown(state)
        seen.put(state)

    desk = Desk(room.ports, show, RECEPTIONIST)
    loop = threading.Thread(target=desk.run)
    loop.start()

    def does(event: Event, state: State) -> None:
        session.done(event)
        desk.post(event, state)

    left = list(AFTERWARDS.get(exercise.number, ()) if is_good else ())
    try:
        assert isinstance(seen.get(timeout=30), Idle)
        room.lay(exercise.person)
        while not isinstance(state := seen.get(timeout=60), Idle):
            if isinstance(state, Ended):
                does(left.pop(0) if left else Dismissed(), state)
            elif event := reacts(exercise, state, is_good):
                does(event, state)
    finally:
        room.take_away()
        desk.close()
        loop.join(30)
        room.cut_line(False)
        room.unplug_camera(False)
    return scored(exercise, session.moments)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeRoom]:
    room = PracticeRoom(tmp_path_factory.mktemp("room"))
    yield room
    room.close()


@each
def test_a_good_receptionist_earns_every_point(room: PracticeRoom, exercise: Exercise) -> None:
    score = practised(room, exercise, is_good=True)
    assert score.is_passed
    assert score.points == score.most, [*score_lines(score, "en")]


@pytest.mark.parametrize("number", [2, 3, 6, 9])
def test_a_careless_one_does_not_pass(room: PracticeRoom, number: int) -> None:
    score = practised(room, ALL[number], is_good=False)
    assert not score.is_passed
    assert "once more" in next(score_lines(score, "en"))
    assert score_as_json(score, room.clock.now())["is_passed"] is False


def test_a_must_that_is_missed_cannot_be_made_up_for() -> None:
    exercise = ALL[6]
    seen = [
        Moment(0, Kind.SHOWN, "Stopped", ("card_code_locked",)),
        Moment(1, Kind.DONE, "WayShown", ("certificate",)),
        Moment(2, Kind.DONE, "ProofSeen", ("certificate",)),
    ]
    assert scored(exercise, seen).is_passed
    charged = Moment(3, Kind.DONE, "FullPriceCharged", ("patient_wishes_to",))
    assert not scored(exercise, [*seen, charged]).is_passed


def test_a_namesakes_record_that_is_taken_for_the_patients_is_not_passed() -> None:
    withheld = Moment(0, Kind.SHOWN, "Withheld", ("record_differs",))
    assert scored(ALL[8], [withheld]).is_passed
    assert not scored(ALL[8], [withheld, Moment(9, Kind.DONE, "DoubtSettled", ("chart",))]).is_passed


def test_an_answer_that_came_too_soon_was_not_looked_at() -> None:
    exercise = ALL[7]
    withheld = Moment(0, Kind.SHOWN, "Withheld", ("record_differs",))
    confirmed = Moment(30, Kind.SHOWN, "Confirmed", ())
    points = [
        scored(exercise, [withheld, Moment(at, Kind.DONE, "DoubtSettled", ("chart",)), confirmed]).points
        for at in (4.9, 5.1)
    ]
    assert points == [8, 10]


def test_nothing_that_was_typed_or_read_is_in_a_moment() -> None:
    session = Session(lambda: 0.0)
    for event in (CardCodeEntered("12345678901234", keep=True), PinEntered("9876"), READ):
        session.done(event)
    session.hand("lay")
    written = as_json(Recording("p01", 0, session.moments))
    assert from_json(written.encode()).moments == session.moments
    assert "1234" not in written
    assert "9876" not in written
    assert [moment.name for moment in session.moments] == ["CardCodeEntered", "PinEntered", "HolderRead", "lay"]
    assert "見本" not in written


READ = HolderRead(
    Holder("見本　花子", "架空県", date(1990, 1, 1), Sex.FEMALE, b"\x00", date(2030, 1, 1), IssuerTrust.UNKNOWN)
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"v":1}',
        b'{"v":2,"practice":true,"person":"p01","exercise":0,"moments":[]}',
        b'{"v":1,"practice":false,"person":"p01","exercise":0,"moments":[]}',
        b'{"v":1,"practice":true,"person":"../p01","exercise":0,"moments":[]}',
        b'{"v":1,"practice":true,"person":"p01","exercise":0,"moments":[{"at":0,"kind":"shown","name":"Idle","words":["x"]}]}',
        b'{"v":1,"practice":true,"person":"p01","exercise":0,"moments":[{"at":0,"kind":"shown","name":"<b>","words":[]}]}',
    ],
)
def test_what_is_no_recording_is_refused(content: bytes) -> None:
    with pytest.raises(TerminalError) as caught:
        from_json(content)
    assert caught.value.problem is Problem.CONFIGURATION_WRONG


def test_the_command_lists_the_exercises_and_replays_a_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert practice.run(["--exercises", "--lang", "en"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 10
    moments = (
        Moment(0.0, Kind.HAND, "lay"),
        Moment(1.5, Kind.SHOWN, "Stopped", ("card_code_locked",)),
        Moment(9.0, Kind.DONE, "Dismissed"),
    )
    path = tmp_path / "recording.json"
    path.write_text(as_json(Recording("p12", 6, moments)), "utf-8")
    assert practice.run(["--replay", str(path), "--headless", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert sentence(Problem.CARD_CODE_LOCKED, Audience.RECEPTIONIST, "en") in said
    assert "went on to the next patient" in said
    assert practice.run(["--replay", str(tmp_path / "none.json"), "--headless"]) == 1
