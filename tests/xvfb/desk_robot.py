"""A person at the real windows on a real X screen: moves the mouse, clicks and types through the X server (xdotool).

    desk_robot.py HOME PICTURES

Checks p01 in from card to confirmed answer, then once more with the line cut, and prints what reception saw.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.commands.practice_windows import Hands
from terminal.desk import Desk
from terminal.practice.reaction import card_code
from terminal.states import AwaitingCardCode, AwaitingConsent, Confirmed, Idle, Provisional, State
from ui.app import Windows

PERSON = "p01"
LOOK_AGAIN_MS = 150
WITHIN_SECONDS = 80
CLICK_AGAIN_LOOKS = 80  # 12 s


class Robot:
    """Goes through `steps` one by one; between two it lets the windows live."""

    def __init__(self, room: PracticeRoom, windows: Windows, desk: Desk, pictures: Path) -> None:
        self._room = room
        self._windows = windows
        assert windows.box is not None
        self._box = windows.box
        self._desk = desk
        self._pictures = pictures
        self._steps = self._day()
        self._waits_for: Callable[[], bool] = self._is_all_there
        self._seen: State | None = None
        self.is_stuck = False
        self._ends_at = time.monotonic() + WITHIN_SECONDS
        windows.bridge.state_shown.connect(self._see)
        self._timer = QTimer()
        self._timer.timeout.connect(self._go_on)
        self._timer.start(LOOK_AGAIN_MS)

    def _go_on(self) -> None:
        if time.monotonic() > self._ends_at:
            self._picture("stuck")
            waits_at = type(self._desk.state).__name__
            print(f"stuck at {waits_at}; the focus is on {QApplication.focusWidget()}", file=sys.stderr)
            self.is_stuck = True
            self._timer.stop()
            QApplication.quit()
        elif self._waits_for():
            try:
                self._waits_for = next(self._steps)
            except StopIteration:
                self._timer.stop()
                QApplication.quit()

    def _is_all_there(self) -> bool:
        windows = (self._windows.reception, self._windows.patient, self._box)
        handles = [window.windowHandle() for window in windows]
        return all(handle is not None and handle.isExposed() for handle in handles)

    def _see(self, state: State) -> None:
        self._seen = state

    def _day(self) -> Iterator[Callable[[], bool]]:
        yield from self._visit(Confirmed)
        yield self._press(self._box, "回線を切る", lambda: self._room.service.is_cut)
        yield from self._visit(Provisional)

    def _visit(self, answer: type[State]) -> Iterator[Callable[[], bool]]:
        yield self._press(self._box, "カードを置く", self._reaches(AwaitingCardCode))
        yield lambda: True  # the layout settles in between
        self._picture(f"{answer.__name__}_1_code")
        self._type(card_code(self._room.people[PERSON]))
        yield self._may_go_on
        yield self._go_on_to(AwaitingConsent)
        yield lambda: True
        self._picture(f"{answer.__name__}_2_consent")
        for yes in self._buttons(self._windows.patient, "はい"):
            yield self._click(yes, yes.isChecked)
        yield self._go_on_to(answer)
        yield lambda: True
        self._picture(f"{answer.__name__}_3_answer")
        print(*(label.text() for label in self._windows.reception.findChildren(QLabel) if label.isVisible()), sep="\n")
        yield self._press(self._box, "カードを取る", self._reaches(Idle))

    def _reaches(self, kind: type[State]) -> Callable[[], bool]:
        return lambda: isinstance(self._desk.state, kind) and self._seen is self._desk.state

    def _may_go_on(self) -> bool:
        return any(button.isEnabled() for button in self._main_buttons())

    def _go_on_to(self, kind: type[State]) -> Callable[[], bool]:
        main = next(button for button in self._main_buttons() if button.isEnabled())
        return self._click(main, self._reaches(kind))

    def _main_buttons(self) -> list[QPushButton]:
        everyone = self._windows.patient.findChildren(QPushButton)
        return [button for button in everyone if button.isVisible() and button.property("kind") == "primary"]

    def _press(self, window: QWidget, text: str, done: Callable[[], bool]) -> Callable[[], bool]:
        return self._click(self._buttons(window, text)[0], done)

    def _buttons(self, window: QWidget, text: str) -> list[QPushButton]:
        everyone = window.findChildren(QPushButton)
        return [button for button in everyone if button.isVisible() and button.text() == text]

    def _click(self, widget: QWidget, done: Callable[[], bool]) -> Callable[[], bool]:
        """Clicks, one click at a time, and as a person would once more where nothing came of it for long."""
        middle = widget.mapToGlobal(widget.rect().center())
        looks = 0

        def is_done() -> bool:
            nonlocal looks
            if done():
                return True
            if looks % CLICK_AGAIN_LOOKS == 0:
                _xdotool("mousemove", str(middle.x()), str(middle.y()), "click", "1")
            looks += 1
            return False

        return is_done

    def _type(self, digits: str) -> None:
        _xdotool("windowfocus", str(int(self._windows.patient.winId())), "type", "--delay", "20", digits)

    def _picture(self, name: str) -> None:
        QApplication.screens()[0].grabWindow(0).save(str(self._pictures / f"{name}.png"))


def _xdotool(*arguments: str) -> None:
    subprocess.Popen(["xdotool", *arguments])  # not waited for: the windows must live to hear it


def main() -> int:
    home, pictures = (Path(folder) for folder in sys.argv[1:])
    room = PracticeRoom(home)
    hands = Hands(room)
    windows = Windows(room.ports.camera, room.clock, hands, "ja")
    desk = Desk(room.ports, windows.show, RECEPTIONIST)
    windows.connect(desk.post)
    loop = threading.Thread(target=desk.run)
    loop.start()
    robot = Robot(room, windows, desk, pictures)
    try:
        windows.exec()
    finally:
        hands.close()
        desk.close()
        loop.join()
        room.close()
    return int(robot.is_stuck)


if __name__ == "__main__":
    sys.exit(main())
