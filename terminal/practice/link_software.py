"""The desk's hold on the practice link software: starts it, kills it, sets its faults, lays cards on its reader."""

from collections.abc import Callable
from pathlib import Path

from terminal.practice.link_software_faults import LinkFault
from terminal.practice.ordered_process import OrderedProcess

MODULE = "terminal.practice.link_software_process"
START_SECONDS = 30.0


class PracticeLinkSoftware:
    """One process on the folders under `folder`. `home` holds `registry.json`; `command` runs a module.

    `asked` are the identifiers of the requests that it took, in order, over all its starts.
    """

    def __init__(self, home: Path, folder: Path, command: Callable[[str], list[str]]) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self._home = home
        self._command = command
        self._process = OrderedProcess("the practice link software", self._note)

    def start(self) -> None:
        """Returns once it works. Raises `PROGRAM_ERROR` if it does not start."""
        command = [*self._command(MODULE), "--home", str(self._home), "--folder", str(self.folder)]
        self._process.start(command, "ready", START_SECONDS)

    def set_fault(self, fault: LinkFault) -> None:
        """Returns once the fault holds."""
        self._process.order("fault", fault)

    def set_delay(self, seconds: float) -> None:
        """Returns once each reply waits that long."""
        self._process.order("delay", seconds)

    def lay_card(self, person_id: str) -> str:
        """Lays someone's card on the official reader: the name of the result in `face`."""
        return self._process.order("card", person_id)

    def close(self) -> None:
        """Kills it; what it had still to write is lost."""
        self._process.kill()

    def _note(self, line: str) -> bool:
        word, _, identifier = line.partition(" ")
        if word == "asked":
            self.asked.append(identifier)
        return word == "asked"
