"""`uketsuke desk`: the desk of a clinic, as its configuration says, with its two windows."""

import argparse
import sys
import threading
from pathlib import Path

from device.child import forbid_core_dumps
from terminal.commands.about import about_facts
from terminal.commands.desk_room import DeskRoom
from terminal.commands.failure import tell_failure
from terminal.commands.outage_windows import attend_desk
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import Configuration
from terminal.desk import Desk
from terminal.problems import Problem, TerminalError
from ui.app import Windows, has_screen
from ui.speech.alsa import AlsaSpeaker

CONFIGURATION = Path("/etc/uketsuke/desk.toml")
NO_STAFF = (
    "uketsuke: nobody is enrolled, so the desk is open under this login, and every access is recorded under it. "
    "Enrol people with: uketsuke staff add ID --name NAME --role ROLE"
)


def run(arguments: list[str]) -> int:
    """Runs the verb until the windows are closed. Gives 1 and a sentence for a desk that cannot open."""
    parser = argparse.ArgumentParser(prog="uketsuke desk", description=__doc__)
    parser.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    options = parser.parse_args(arguments)
    forbid_core_dumps()
    try:
        return _run(read_configuration(options.config))
    except TerminalError as error:
        tell_failure(error)
        return 1


def _run(configuration: Configuration) -> int:
    if not has_screen():
        raise TerminalError(Problem.SCREEN_ABSENT, "log in to a desktop, or use `ssh -X`")
    room = DeskRoom(configuration)
    try:
        language, name = configuration.windows.language, configuration.clinic.name
        is_kiosk = configuration.windows.kiosk
        if room.shift.is_without_staff:
            print(NO_STAFF, file=sys.stderr)
        facts, shift = about_facts(), room.shift
        speaker = AlsaSpeaker(configuration.sound.card, configuration.sound.listening)
        windows = Windows(
            room.ports.camera,
            room.clock,
            None,
            language,
            name,
            facts,
            is_kiosk=is_kiosk,
            shift=shift,
            speaker=speaker,
            keys=configuration.keys,
        )
        desk = Desk(room.ports, room.outage.shown_by(windows.show), room.shift.who, room.shift.is_staff_surname)
        unattend = attend_desk(windows, room.outage, configuration, room.shift.who)
        windows.connect(desk.post)
        room.matcher.listen(windows.show_hint)
        loop = threading.Thread(target=desk.run, name="desk")
        loop.start()
        try:
            return windows.exec()
        finally:
            unattend()
            desk.close()
            loop.join()
            windows.gate.close()
    finally:
        room.close()
