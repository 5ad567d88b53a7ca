"""`uketsuke practice --replay FILE`: a recorded practice gone through again, in a window or line by line."""

import argparse
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from terminal.clock import SystemClock
from terminal.commands.replay_windows import ReplayWindows
from terminal.practice.session import Recording, from_json
from terminal.problems import Problem, TerminalError
from ui.opening import has_screen
from ui.practice.told import advice, line
from ui.theme.fonts import load_fonts
from ui.words.catalogue import Words


def run(path: Path, options: argparse.Namespace) -> int:
    """Shows it until its window is closed; with `--headless` prints it. Raises `TerminalError`."""
    recording = read_recording(path)
    if options.headless:
        print("\n".join(replay_lines(recording, options.lang)))
        return 0
    if not has_screen():
        raise TerminalError(Problem.SCREEN_ABSENT, "`--replay FILE --headless` needs none")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    load_fonts()
    windows = ReplayWindows(recording, options.lang, SystemClock().now())
    try:
        windows.open()
        return application.exec()
    finally:
        windows.close()


def read_recording(path: Path) -> Recording:
    """A recording's file. Raises `CONFIGURATION_WRONG`."""
    try:
        return from_json(path.read_bytes())
    except OSError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{path}: {error.strerror}") from error


def replay_lines(recording: Recording, language: str) -> list[str]:
    """A recording for a terminal: a line a moment, and what the failure book says of it."""
    words = Words("practice", language)
    lines = []
    for moment in recording.moments:
        lines.append(line(moment, words))
        if said := advice(moment, words):
            lines.append(f"{'':10}{said}")
    return lines
