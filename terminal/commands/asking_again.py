"""What was decided in an outage, asked again beside a desk."""

from contextlib import ExitStack

from offline_cache.cache import SqlCache
from offline_cache.outbox import SqlOutbox
from terminal.ports import Clock, EligibilityService
from terminal.reasking import Reasking


def ask_again(furniture: ExitStack, line: EligibilityService, outbox: SqlOutbox, cache: SqlCache, clock: Clock) -> None:
    """Asks what waits, until `furniture` goes. `line` is nobody else's, or a patient would wait behind it."""
    furniture.callback(line.close)
    reasking = Reasking(line, outbox, cache, clock)
    reasking.start()
    furniture.callback(reasking.close)
