"""The kiosk's windows on a real X screen under the kiosk's own window manager: nothing at the desk closes them."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from virtual_screen import virtual_screen

from ui.kiosk import Kiosk

ROOT = Path(__file__).parent.parent
PROGRAM = Path(__file__).parent / "xvfb" / "kiosk_windows.py"
WITHIN_S = 60
KEYS_AT_ONCE = 6
KEYS = (
    "alt+F4", "super", "super+d", "super+l", "ctrl+alt+Delete", "ctrl+alt+BackSpace", "ctrl+alt+F1", "ctrl+alt+t",
    "alt+Tab", "alt+space", "alt+F2", "alt+F9", "ctrl+q", "ctrl+w", "ctrl+Escape", "Escape", "F11", "Menu",
)  # fmt: skip


@dataclass
class KioskSession:
    display: str
    program: "subprocess.Popen[str]"
    said: "queue.SimpleQueue[str]"

    def places(self) -> str:
        """Where both windows are; the test fails when they are not there any more."""
        assert self.program.stdin is not None
        self.program.stdin.write("look\n")
        self.program.stdin.flush()
        return self.said.get(timeout=WITHIN_S)

    def do(self, *arguments: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *arguments], env=environment, check=True, timeout=WITHIN_S)


@pytest.fixture
def session() -> Iterator[KioskSession]:
    with virtual_screen("xdotool", "openbox", "setxkbmap") as display:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        subprocess.run(["setxkbmap", "-layout", "jp", "-option", "srvrkeys:none"], env=environment, check=True)
        keeper = subprocess.Popen(
            ["openbox", "--config-file", ROOT / "packaging" / "kiosk" / "openbox.xml", "--sm-disable"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        program = subprocess.Popen(
            [sys.executable, PROGRAM], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        said: queue.SimpleQueue[str] = queue.SimpleQueue()

        def listen() -> None:
            assert program.stdout is not None
            for line in program.stdout:
                said.put(line.strip())

        listening = threading.Thread(target=listen)
        listening.start()
        try:
            yield KioskSession(display, program, said)
        finally:
            for process in (program, keeper):
                process.terminate()
                process.wait(WITHIN_S)
            listening.join()
            assert program.stdin is not None
            assert program.stdout is not None
            program.stdin.close()
            program.stdout.close()


def test_no_key_and_no_click_leaves_the_kiosk_and_sigterm_ends_it(session: KioskSession) -> None:
    before = session.places()
    assert before == "0,0,1190,1080 1190,0,730,1080"  # both fill the screen, without a frame
    for first in range(0, len(KEYS), KEYS_AT_ONCE):
        keys = KEYS[first : first + KEYS_AT_ONCE]
        session.do("key", *keys)
        assert session.places() == before, keys
    session.do("mousemove", "640", "400", "click", "3", "mousemove", "1279", "0", "click", "1", "click", "2")
    session.do("mousemove", "400", "0", "mousedown", "1", "mousemove", "600", "500", "mouseup", "1")  # as a title bar
    session.do("search", "--onlyvisible", "--name", ".", "windowminimize", "%@")
    assert session.places() == before
    assert session.program.poll() is None
    session.program.send_signal(signal.SIGTERM)
    assert session.program.wait(WITHIN_S) == 0


@pytest.mark.parametrize("is_kiosk", [True, False])
def test_what_the_window_system_wants_closed_stays_open_in_a_kiosk_alone(qtbot: QtBot, *, is_kiosk: bool) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    kiosk = Kiosk([window]) if is_kiosk else None
    window.show()
    assert window.close() is not is_kiosk
    assert window.isVisible() is is_kiosk
    if kiosk:
        window.removeEventFilter(kiosk)  # the test's own end closes it
