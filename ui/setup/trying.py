"""What the set-up window needs of the machine, as a Protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from terminal.configuration.draft import Step, Value
from terminal.ports import Camera


@dataclass(frozen=True)
class Tried:
    """What a step came to when it was tried on this machine: a sentence for whoever sets up."""

    is_good: bool
    sentence: str


class Trials(Protocol):
    """Tries each step for real. Every call but `camera` may take seconds and comes from a thread of its own."""

    def tried(self, step: Step, draft: Mapping[str, Value], language: str) -> Tried:
        """Raises nothing that is known to happen: a failure is a `Tried`."""

    def camera(self, device: int) -> Camera:
        """The camera to look through, its former one let go."""

    def keep(self, draft: Mapping[str, Value]) -> None:
        """Keeps what was entered so far for another sitting."""

    def write(self, draft: Mapping[str, Value]) -> Tried:
        """Writes the configuration; the desk can open with it."""
