"""How a log reaches a collector: in batches by number, from the first that the collector does not have yet.

Pure. The local log is the truth. A batch counts when the collector confirms it; whatever breaks, the next run begins at
the first entry that was not confirmed. So nothing is lost; what comes twice is known by log and number.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, Protocol

from terminal.access_log.verify import StoredEntry

BATCH: Final = 2000


class Collector(Protocol):
    """Where entries go. Each call blocks within its own time limit and raises `SHIPPING_FAILED`."""

    def confirmed(self) -> int:
        """How many entries of this log it has, the first ones without a gap."""

    def take(self, entries: Sequence[StoredEntry]) -> None:
        """Hands over entries in their order; returns once they are confirmed."""

    def close(self) -> None:
        """Ends the connection."""


def ship(entries: Callable[[int], Iterator[StoredEntry]], collector: Collector, batch: int = BATCH) -> Iterator[int]:
    """Ships what is missing, and tells after each batch how many entries the collector has.

    `entries` gives the log's entries from a number on.
    """
    unsent = entries(collector.confirmed())
    while some := list(islice(unsent, batch)):
        collector.take(some)
        yield some[-1].seq + 1
