"""`uketsuke practice` with windows: the practice room, a desk, and the two windows and the practice box around it."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from terminal.commands.about import about_facts
from terminal.commands.outage_windows import attend_practice
from terminal.commands.practice_exercise import Training
from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.desk import Desk
from terminal.events import Event
from terminal.practice.exercise import Exercise
from terminal.practice.faults import Fault
from terminal.practice.reaction import card_code
from terminal.practice.session import Session
from terminal.problems import Problem, TerminalError
from terminal.states import State
from ui.app import Windows
from ui.opening import has_screen
from ui.speech.alsa import AlsaSpeaker

_log = logging.getLogger(__name__)

CLINIC_NAME = "見本内科クリニック"
NO_SCREEN = (
    "there is no screen: log in to a desktop, or use `ssh -X`, or `apt install xvfb xauth` and "
    "`xvfb-run ./run practice`; `.venv/bin/uketsuke practice --headless --person p01` needs none"
)


def run(
    home: Path,
    *,
    pcsc: bool,
    language: str,
    fault: Fault = Fault.NONE,
    seed: int = 0,
    exercise: Exercise | None = None,
) -> int:
    """Shows the windows until they are closed. Raises `TerminalError`, `SCREEN_ABSENT` for one."""
    if not has_screen():
        raise TerminalError(Problem.SCREEN_ABSENT, NO_SCREEN)
    room = PracticeRoom(home, pcsc=pcsc, is_windowed=True)
    try:
        print(f"receipt: {room.receipt.folder}")  # where confirmed answers go
        training = Training(home, exercise, Session(time.monotonic), room.clock)
        training.prepare(room)
        hands = Hands(room, training.session, seed)
        facts = about_facts()
        windows = Windows(room.ports.camera, room.clock, hands, language, CLINIC_NAME, facts, speaker=AlsaSpeaker())
        if fault is not Fault.NONE and windows.box:
            windows.box.begin("", fault, is_line_cut=False, is_camera_unplugged=False)
        training.open_card(windows, language)
        show = room.outage.shown_by(windows.show)

        def shown(state: State) -> None:
            training.session.shown(state)
            show(state)

        def post(event: Event, answering: State | None = None) -> None:
            training.session.done(event)
            desk.post(event, answering)

        desk = Desk(room.ports, shown, RECEPTIONIST)
        attend_practice(windows, room, CLINIC_NAME, lambda: RECEPTIONIST)
        windows.connect(post)
        room.matcher.listen(windows.show_hint)
        with desk.running():
            try:
                return windows.exec(room.warm_up)
            finally:
                hands.close()
                training.close(hands.person_id)
    finally:
        room.close()


class Hands:
    """What the practice box can do; each act is begun at once and done one after the other, beside the windows."""

    def __init__(self, room: PracticeRoom, session: Session | None = None, seed: int = 0) -> None:
        self._seed = seed
        self._room = room
        self._session = session
        self.person_id = ""  # whose card was laid last
        self._acts = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hands")

    def people(self) -> list[tuple[str, str, str]]:
        """Id, Japanese and English title of each person of the deck."""
        return [(person.id, person.title_ja, person.title_en) for person in self._room.people.values()]

    def card_code(self, person_id: str) -> str:
        """The card code as printed on the person's card."""
        return card_code(self._room.people[person_id])

    def pin(self, person_id: str) -> str:
        """The PIN that the person chose."""
        return self._room.people[person_id].card.pin

    def lay(self, person_id: str, laid: Callable[[], None]) -> None:
        """Lays the person's card, and calls `laid` whether that succeeded or not."""
        self.person_id = person_id
        act = self._begin("lay", lambda: self._room.lay(person_id), person_id)
        act.add_done_callback(lambda _: laid())

    def take_away(self) -> None:
        """Takes the card away."""
        self._begin("take_away", self._room.take_away)

    def cut_line(self, is_cut: bool) -> None:
        """Cuts the line, or mends it."""
        self._begin("cut_line" if is_cut else "mend_line", lambda: self._room.cut_line(is_cut))

    def unplug_camera(self, is_unplugged: bool) -> None:
        """Pulls the camera's plug, or puts it back."""
        act = "unplug_camera" if is_unplugged else "plug_camera"
        self._begin(act, lambda: self._room.unplug_camera(is_unplugged))

    def faults(self) -> list[str]:
        """What the practice service can do wrong."""
        return list(Fault)

    def set_fault(self, fault: str) -> None:
        """Has it do that wrong from now on."""
        self._begin("set_fault", lambda: self._room.service.set_fault(Fault(fault), self._seed))

    def close(self) -> None:
        """Lets what was begun be done."""
        self._acts.shutdown(wait=True, cancel_futures=True)

    def _begin(self, name: str, act: Callable[[], object], *words: str) -> "Future[object]":
        if self._session is not None:
            self._session.hand(name, *words)
        begun = self._acts.submit(act)
        begun.add_done_callback(_log_failure)
        return begun


def _log_failure(act: "Future[object]") -> None:
    if not act.cancelled() and (error := act.exception()) is not None:
        _log.error("the practice box failed: %s", error if isinstance(error, TerminalError) else type(error).__name__)
