"""`uketsuke setup`: a window that asks for what a desk needs, explains it, and tries it on this machine."""

import argparse
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from device.child import forbid_core_dumps
from terminal.commands.failure import tell_failure
from terminal.commands.setup_room import SetupRoom, draft_file
from terminal.configuration.draft import Sitting, draft_of, taken_up
from terminal.configuration.reading import read_configuration
from terminal.problems import Problem, TerminalError
from ui.opening import has_screen
from ui.patient.laying_picture import LayingPicture
from ui.setup.window import SetupWindow
from ui.theme.fonts import load_fonts

CONFIGURATION = Path("/etc/uketsuke/desk.toml")


def run(arguments: list[str]) -> int:
    """Runs the verb until the window is closed. Gives 1 and a sentence where none can be shown."""
    parser = argparse.ArgumentParser(prog="uketsuke setup", description=__doc__)
    parser.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    parser.add_argument("--lang", choices=["ja", "en"], default="ja", help="the language to begin with")
    options = parser.parse_args(arguments)
    if not has_screen():
        tell_failure(TerminalError(Problem.SCREEN_ABSENT, "uketsuke config example prints a file to fill in"))
        return 1
    forbid_core_dumps()
    room = SetupRoom(options.config)
    try:
        sitting = taken_up(draft_file(options.config))
        if not sitting.draft and options.config.exists():
            sitting = Sitting(draft_of(read_configuration(options.config)))
        application = QApplication.instance() or QApplication(sys.argv[:1])
        load_fonts()
        window = SetupWindow(room, sitting, language=options.lang, laying=LayingPicture)
        window.show()
        return application.exec()
    except TerminalError as error:
        tell_failure(error)
        return 1
    finally:
        room.close()
