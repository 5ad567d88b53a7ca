"""The port of sound: lines go in, and whoever listens hears them. A machine without sound is a state, never a fault."""

from collections.abc import Callable, Sequence
from typing import Protocol

from ui.speech.line import Hearing, Line


class Speaker(Protocol):
    """Says lines. Each call returns at once; none raises."""

    def say(self, lines: Sequence[Line]) -> None:
        """Says lines, one after the other, in place of whatever is being said. None: falls silent."""

    def add(self, lines: Sequence[Line]) -> None:
        """Says lines once what is being said is over, in place of other lines that wait so."""

    def listen(self, told: Callable[[Hearing], None]) -> None:
        """Has `told` called, from a thread of the speaker's, when sound comes from elsewhere than before."""

    def close(self) -> None:
        """Falls silent for good, and ends every process."""


class Mute:
    """A machine without sound."""

    def say(self, lines: Sequence[Line]) -> None:
        """Says nothing."""

    def add(self, lines: Sequence[Line]) -> None:
        """Says nothing."""

    def listen(self, told: Callable[[Hearing], None]) -> None:
        """Tells at once that nothing is heard."""
        told(Hearing.NOWHERE)

    def close(self) -> None:
        """Has nothing to end."""
