"""`uketsuke config`: prints a configuration with every setting explained, or says what is wrong with one."""

import argparse
from pathlib import Path

from terminal.commands.failure import tell_failure
from terminal.configuration.reading import example, read_configuration
from terminal.problems import TerminalError


def run(arguments: list[str]) -> int:
    """Runs the verb. Gives 0, or 1 and a sentence for a configuration that no desk can run on."""
    parser = argparse.ArgumentParser(prog="uketsuke config", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("example", help="every setting, with its explanation and its default")
    check = acts.add_parser("check", help="what is wrong with a configuration, all of it")
    check.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    if options.act == "example":
        print(example())
        return 0
    try:
        configuration = read_configuration(options.file)
    except TerminalError as error:
        tell_failure(error)
        return 1
    print(f"{options.file}: {configuration.clinic.terminal} of {configuration.clinic.name}, nothing wrong")
    return 0
