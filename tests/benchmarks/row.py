"""One measured comparison, and how time is measured for it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One comparison: ours against another or against the physical limit, and what the ratio should be at most."""

    what: str
    ours: float
    other: float
    unit: str
    goal: float
    other_is: str

    @property
    def ratio(self) -> float:
        return self.ours / self.other

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.goal


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)
