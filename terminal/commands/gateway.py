"""`uketsuke gateway`: one HTTPS service for all kiosks of a site, in front of its eligibility service."""

import argparse
import logging
import signal
from pathlib import Path

from device.child import forbid_core_dumps
from terminal.commands.failure import tell_failure
from terminal.commands.gateway_room import GatewayRoom
from terminal.configuration.reading import example, parse_settings, read_table
from terminal.gateway.settings import GatewayConfiguration, disagreements
from terminal.problems import TerminalError

CONFIGURATION = Path("/etc/uketsuke/gateway.toml")


def run(arguments: list[str]) -> int:
    """Runs the verb until SIGTERM. Gives 1 and a sentence for a gateway that cannot open."""
    parser = argparse.ArgumentParser(prog="uketsuke gateway", description=__doc__)
    parser.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    parser.add_argument("--example", action="store_true", help="every setting, with its explanation and its default")
    options = parser.parse_args(arguments)
    if options.example:
        print(example(GatewayConfiguration))
        return 0
    forbid_core_dumps()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        table = read_table(options.config)
        return _serve(parse_settings(GatewayConfiguration, table, str(options.config), disagreements))
    except TerminalError as error:
        tell_failure(error)
        return 1


def _serve(configuration: GatewayConfiguration) -> int:
    room = GatewayRoom(configuration)
    try:
        # uvicorn has its own handlers while it serves, and raises the signal once more when it has ended.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: room.server.stop())
        print("listening", room.server.port, flush=True)
        room.server.run()
    finally:
        room.close()
    return 0
