"""What came of a check that was made offline. Pure; it holds nothing of a person.

A note beside the provisional answer, and no answer itself: nobody was there any more whom it could be compared with.
"""

from dataclasses import dataclass
from datetime import datetime

from terminal.outbox.difference import Difference


@dataclass(frozen=True)
class AskedAgain:
    """`at` is when it was answered, or given up; `difference` is None where it was given up."""

    visit: str
    at: datetime
    difference: Difference | None

    @property
    def is_to_do(self) -> bool:
        """Whether a person has something to do about it."""
        return self.difference is None or self.difference.is_change
