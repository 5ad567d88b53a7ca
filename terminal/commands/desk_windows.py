"""A real desk's windows: its room, the loop of its check-ins, and the windows around it."""

import sys
from contextlib import closing

from terminal.commands.about import about_facts
from terminal.commands.desk_room import DeskRoom
from terminal.commands.outage_windows import attend_desk
from terminal.configuration.settings import Configuration
from terminal.desk import Desk
from terminal.problems import Problem, TerminalError
from ui.app import Windows
from ui.opening import has_screen
from ui.speech.alsa import AlsaSpeaker

NO_STAFF = (
    "uketsuke: nobody is enrolled, so the desk is open under this login, and every access is recorded under it. "
    "Enrol people with: uketsuke staff add ID --name NAME --role ROLE"
)


def run(configuration: Configuration) -> int:
    """Shows the windows until they are closed. Raises `TerminalError`, `SCREEN_ABSENT` for one."""
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
        attend_desk(windows, room.outage, configuration, room.shift.who)
        windows.connect(desk.post)
        room.matcher.listen(windows.show_hint)
        with closing(windows.gate), desk.running():
            return windows.exec(room.warm_up)
    finally:
        room.close()
