"""What was decided in an outage, asked again beside a desk."""

from contextlib import ExitStack

from offline_cache.cache import SqlCache
from offline_cache.outbox import SqlOutbox
from terminal.ports import ByNumber, Clock, EligibilityService, NumberService
from terminal.reasking import Reasking


def ask_again(
    furniture: ExitStack,
    line: EligibilityService,
    numbers: NumberService,
    outbox: SqlOutbox,
    cache: SqlCache,
    clock: Clock,
) -> None:
    """Asks what waits, until `furniture` goes; `numbers` about whoever came with a paper.

    Both wait for nobody else's questions, or a patient would wait behind these.
    """
    reasking = Reasking(line, outbox, cache, clock, ByNumber(numbers, outbox.tokens))
    reasking.start()
    furniture.callback(reasking.close)
