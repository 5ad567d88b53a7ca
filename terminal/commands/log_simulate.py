"""`uketsuke log simulate`: a practice store full of invented accesses, to measure and try the log with."""

from contextlib import closing
from itertools import islice
from pathlib import Path

from offline_cache.journal_end import FILE
from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store
from terminal.access_log.simulated import SimulatedClock, simulated_accesses
from terminal.commands.log_outcome import FAILED, INTACT, WRONG, say

SEED = 20260105
BATCH = 1000
TERMINAL = "simulated"


def simulate(folder: Path, count: int) -> int:
    """Writes `count` entries to a new store, and says where they are."""
    if count < 0:
        return say("--entries: 0 or more are wanted", WRONG)
    if (folder / FILE).exists():
        return say(f"{folder}: there is a log in it already", FAILED)
    accesses = islice(simulated_accesses(SEED), count)
    with closing(open_store(folder, PracticeSeal(folder), SimulatedClock(SEED), TERMINAL)) as store:
        while batch := list(islice(accesses, BATCH)):
            store.journal.record_all(batch)
        size, root = store.journal.head()
    print(f"simulated: {size} entries in {folder}, head {size}:{root}")
    return INTACT
