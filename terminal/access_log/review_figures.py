"""What is counted of a log: accesses by hour, what stands out by day, each person against the others. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.access_log.access import Action
from terminal.access_log.review_find import Kind, is_of_kind
from terminal.access_log.review_index import NONE, Index, Numbers, Places

BY_DAY: Final = (Kind.OVERRIDE, Kind.REFUSED, Kind.PROVISIONAL)


@dataclass(frozen=True)
class ByDay:
    """Counts for each day from number `first` on, quiet days included; one row for each kind of `BY_DAY`."""

    first: int
    counts: dict[Kind, tuple[int, ...]]

    @property
    def days(self) -> int:
        """How many days."""
        return len(next(iter(self.counts.values())))


@dataclass(frozen=True)
class Person:
    """How much somebody looked up on a day at which they did, and how much the others did, in the middle."""

    actor: str
    patients: int  # different ones, in all
    a_day: float
    others_a_day: float


def by_hour(index: Index, places: Places) -> tuple[int, ...]:
    """How many entries about patients fall into each hour of the day, of those at `places`."""
    about = places[index.is_about_somebody()[places]]
    return tuple(int(count) for count in np.bincount(index.hours()[about], minlength=24))


def by_day(index: Index, places: Places) -> ByDay:
    """What stands out on each day, from the first day of `places` to the last."""
    if not len(places):
        return ByDay(0, dict.fromkeys(BY_DAY, ()))
    days = index.days()[places]
    first, count = int(days.min()), int(days.max() - days.min()) + 1
    counts = {}
    for kind in BY_DAY:
        of_kind = np.bincount(days[is_of_kind(index, kind)[places]] - first, minlength=count)
        counts[kind] = tuple(int(each) for each in of_kind)
    return ByDay(first, counts)


def by_person(index: Index, places: Places) -> tuple[Person, ...]:
    """Everybody who looked patients up, the busiest first."""
    looked = lookups(index, places)
    if not len(looked):
        return ()
    actors, texts = looked[:, 1], index.texts("actor")
    busy: dict[int, list[int]] = {}
    for (_, actor), count in zip(*distinct(looked[:, 0], actors), strict=True):
        busy.setdefault(int(actor), []).append(int(count))
    means = {actor: sum(days) / len(days) for actor, days in busy.items()}
    people = [
        Person(
            texts[actor],
            len(np.unique(looked[actors == actor, 2])),
            mean,
            float(np.median([others for other, others in means.items() if other != actor] or [mean])),
        )
        for actor, mean in means.items()
    ]
    return tuple(sorted(people, key=lambda person: -person.a_day))


def lookups(index: Index, places: Places) -> Numbers:
    """One row of day, actor and subject for each patient whom somebody looked up on a day.

    To look up is to begin with a card or to ask about the coverage: each patient counts once a day and person.
    """
    chosen = places[index.is_action(Action.CARD_IDENTIFIED, Action.ELIGIBILITY_ASKED)[places]]
    chosen = chosen[index.columns["subject"][chosen] != NONE]
    return distinct(index.days()[chosen], index.columns["actor"][chosen], index.columns["subject"][chosen])[0]


def distinct(*columns: Numbers) -> tuple[Numbers, Numbers]:
    """The rows that differ, in order, and how often each is there. For columns of small numbers from 0 on."""
    key = np.zeros(len(columns[0]), np.int64)
    widths = [int(column.max(initial=0)) + 1 for column in columns]
    for column, width in zip(columns, widths, strict=True):
        key = key * width + column  # one number for a row: to sort rows themselves takes twenty times as long
    found, counts = np.unique(key, return_counts=True)
    parts: list[Numbers] = []
    for width in reversed(widths):
        parts.insert(0, found % width)
        found = found // width
    return np.stack(parts, axis=1), counts
