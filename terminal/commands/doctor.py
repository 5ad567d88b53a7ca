"""`uketsuke doctor`: which hop is broken, from the card reader to the service, and whom to phone.

Exit code 0: green; 1: red, something does not work; 2: wrong arguments or configuration; 3: amber, it works and
somebody should see to something.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from terminal.clock import SystemClock
from terminal.commands.doctor_room import DoctorRoom, contacts
from terminal.commands.failure import tell_failure
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import Configuration, Support
from terminal.doctor.hops import EXIT_CODES, LANGUAGES, Diagnosis
from terminal.doctor.report import as_json, as_lines
from terminal.doctor.rounds import run_round
from terminal.problems import TerminalError

CONFIGURATION: Final = Path("/etc/uketsuke/desk.toml")
UNUSABLE: Final = 2


def run(arguments: list[str]) -> int:
    """Runs one round, prints what it found, gives the exit code."""
    parser = argparse.ArgumentParser(prog="uketsuke doctor", description="Which hop is broken, and whom to phone.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    which.add_argument("--practice", action="store_true", help="looks at the practice set in place of the desk")
    parser.add_argument("--morning", action="store_true", help="before opening: this machine, too, in 20 s at most")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--lang", choices=LANGUAGES, default="ja", help="the language of the report")
    options = parser.parse_args(arguments)
    try:
        configuration = None if options.practice else read_configuration(options.config)
        made = look(configuration, is_morning=options.morning)
    except TerminalError as error:
        tell_failure(error)
        return UNUSABLE
    at = SystemClock().now()
    if options.json:
        print(json.dumps(as_json(made, at), ensure_ascii=False))
    else:
        whom = contacts(configuration.support if configuration else Support())
        print("\n".join(as_lines(made, at, options.lang, whom, is_coloured=sys.stdout.isatty())))
    return EXIT_CODES[made.grade]


def look(configuration: Configuration | None, *, is_morning: bool) -> Diagnosis:
    """One round, of the practice set without a configuration. Raises `TerminalError`."""
    room = DoctorRoom(configuration, is_morning=is_morning)
    try:
        return run_round(room.checks)
    finally:
        room.close()
