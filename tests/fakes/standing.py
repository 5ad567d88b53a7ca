"""A camera without a picture and a clock that stands still: what a window or a store under test is given."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from terminal.people import Picture


class DarkCamera:
    """A camera without a picture."""

    def latest(self) -> Picture | None:
        """None: nothing was ever taken."""
        return None

    def frames(self) -> Iterator[Picture]:
        """No picture, and at once the end."""
        yield from ()

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FixedClock:
    """A clock that tells one time, until a test sets it to another."""

    at: datetime

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at
