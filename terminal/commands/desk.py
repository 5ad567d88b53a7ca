"""`uketsuke desk`: the desk of a clinic, as its configuration says, with its two windows."""

import argparse
from importlib import import_module
from pathlib import Path

from device.child import forbid_core_dumps
from terminal.commands.failure import tell_failure
from terminal.configuration.reading import read_configuration
from terminal.problems import TerminalError
from ui.opening import opening

CONFIGURATION = Path("/etc/uketsuke/desk.toml")


def run(arguments: list[str]) -> int:
    """Runs the verb until the windows are closed. Gives 1 and a sentence for a desk that cannot open."""
    parser = argparse.ArgumentParser(prog="uketsuke desk", description=__doc__)
    parser.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    options = parser.parse_args(arguments)
    forbid_core_dumps()
    try:
        configuration = read_configuration(options.config)
        windows = configuration.windows
        with opening(windows.language, is_kiosk=windows.kiosk):  # first: all that follows takes its time
            return int(import_module("terminal.commands.desk_windows").run(configuration))
    except TerminalError as error:
        tell_failure(error)
        return 1
