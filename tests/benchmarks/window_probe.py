"""A process that opens the practice windows, has one person checked in, and prints what its GUI thread went through."""

import json
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.commands.practice_windows import Hands
from terminal.desk import Desk
from terminal.later import load_what_was_put_off, settle
from terminal.practice.reaction import reaction
from terminal.states import Ended, MatchingFace, State
from ui.app import Windows
from ui.preview import Preview

PERSON = "p01"
BEAT_MS = 5
LOOK_S = 3.0  # how long the preview's pictures are counted
GIVE_UP_S = 120.0


class Heartbeat(QObject):
    """Beats in the GUI thread, and notes by how much each beat came late, and how much of that the thread worked."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms, self.busiest_ms = 0.0, 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.longest_ms, self.busiest_ms = 0.0, 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer.start(BEAT_MS)

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000 - BEAT_MS)
        self.busiest_ms = max(self.busiest_ms, (worked - self._worked) * 1000)
        self._last, self._worked = now, worked


class CountedPreview(Preview):
    """A preview that counts the pictures it paints."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        self.painted += 1


def resident_mib() -> float:
    """Of this process (proc(5), VmRSS)."""
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def probe(room: PracticeRoom) -> dict[str, float]:
    person = room.people[PERSON]
    windows = Windows(room.ports.camera, room.clock, Hands(room), "ja", "見本内科クリニック")
    for window in (windows.reception, windows.patient):
        window.show()
    QApplication.processEvents()
    load_what_was_put_off()  # as the windows have it done, before the first patient
    settle()
    idle, ended = threading.Event(), threading.Event()
    windows.bridge.state_shown.connect(lambda _: idle.set())

    def show(state: State) -> None:
        windows.show(state)
        if isinstance(state, Ended):
            ended.set()
        elif not isinstance(state, MatchingFace) and (event := reaction(person, state)):
            desk.post(event, answering=state)

    desk = Desk(room.ports, show, RECEPTIONIST)
    loop = threading.Thread(target=desk.run)
    loop.start()
    run_until(idle.is_set)  # the check-in begins with the card
    beat = Heartbeat()
    beat.start()
    threading.Thread(target=room.lay, args=(PERSON,)).start()
    run_until(ended.is_set)
    answered = time.perf_counter()
    run_until(lambda: time.perf_counter() - answered > 0.5)  # while the answer is painted
    beat.stop()
    preview = CountedPreview(room.ports.camera)
    preview.resize(640, 480)
    preview.show()
    began = time.perf_counter()
    run_until(lambda: time.perf_counter() - began > LOOK_S)
    frames = preview.painted / (time.perf_counter() - began)
    preview.close()
    told = {
        "stall_ms": beat.longest_ms,
        "work_ms": beat.busiest_ms,
        "desk_mib": resident_mib(),
        "frames": frames,
    }
    room.take_away()
    desk.close()
    loop.join()
    return told


def run_until(is_over: Callable[[], bool]) -> None:
    """Runs Qt's loop until something holds, as the program runs it."""
    watch = QTimer()
    out_of_time = time.perf_counter() + GIVE_UP_S
    watch.timeout.connect(lambda: QApplication.exit() if is_over() or time.perf_counter() > out_of_time else None)
    watch.start(20)
    QApplication.exec()
    watch.stop()


def main() -> None:
    QApplication([])
    with tempfile.TemporaryDirectory() as home, closing(PracticeRoom(Path(home))) as room:
        print(json.dumps(probe(room)))


if __name__ == "__main__":
    main()
