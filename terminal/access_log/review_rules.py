"""What an auditor should look at: entries put together by rules that anybody can follow. Pure.

A rule accuses nobody. It says what stands out, from whom and on which day; the auditor looks, and signs off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Final

import numpy as np
import numpy.typing as npt

from terminal.access_log.access import Action
from terminal.access_log.review_figures import distinct, lookups
from terminal.access_log.review_find import EMERGENCY, REFUSED_CODES, Kind, is_of_kind
from terminal.access_log.review_index import Index, day_of

SAME_SURNAME: Final = ("same_surname", "yes")
"""The detail by which the desk says that the holder's surname is one of the staff's. The name itself is in no entry."""


class Concern(StrEnum):
    """Why entries stand out; the most pressing first."""

    SECURITY = auto()  # something was refused that must not be asked
    BREAK_GLASS = auto()  # the sealed emergency code, or a patient who could not be asked
    ODD_HOURS = auto()  # a patient's data outside of the hours in which anybody works
    MANY_LOOKUPS = auto()  # far more patients on a day than people look up here
    SAME_PATIENT = auto()  # one patient looked up again and again on one day
    SAME_SURNAME = auto()  # the holder is called as somebody of the staff is
    OVERRIDE = auto()  # the receptionist said that the holder is the holder
    FAILED_CODES = auto()  # card codes and PINs of one patient refused
    FAILED_SIGN_IN = auto()  # somebody of the staff could not sign in, several times


@dataclass(frozen=True)
class Measure:
    """From when on something stands out."""

    opens: int = 7  # hours of the clinic's clock
    closes: int = 21
    closed_weekdays: frozenset[int] = frozenset({6})  # Monday is 0
    least_lookups: int = 20  # nobody has looked up many before that
    visits_of_one: int = 4  # of one patient on one day
    codes_of_one: int = 3
    sign_ins: int = 3


@dataclass(frozen=True)
class Item:
    """Entries that one concern is about: of one person at the desk, or of one patient, on one day."""

    concern: Concern
    day: date
    actor: str  # empty where several acted
    entries: tuple[int, ...]  # their numbers, ascending


Mask = npt.NDArray[np.bool_]


def items_of(index: Index, measure: Measure | None = None) -> tuple[Item, ...]:
    """All that stands out, the newest day first, and on a day the most pressing first."""
    measure = measure or Measure()
    found = [item for concern in Concern for item in _items(index, concern, measure)]
    order = {concern: at for at, concern in enumerate(Concern)}
    return tuple(sorted(found, key=lambda item: (-item.day.toordinal(), order[item.concern], item.entries)))


def _items(index: Index, concern: Concern, measure: Measure) -> Iterator[Item]:
    about = index.is_about_somebody()
    match concern:
        case Concern.SECURITY:
            yield from _grouped(index, concern, index.is_action(Action.SECURITY_EVENT), "actor")
        case Concern.BREAK_GLASS:
            under_code = index.is_action(Action.EMERGENCY_OPENED) | index.is_named("actor", EMERGENCY)
            is_meant = under_code | index.is_action(Action.EMERGENCY_ACCESS)
            yield from _grouped(index, concern, is_meant, "actor")
        case Concern.ODD_HOURS:
            hours, weekday = index.hours(), (index.days() + 3) % 7  # 1 January 1970 was a Thursday
            is_closed = np.isin(weekday, list(measure.closed_weekdays))
            is_odd = (hours < measure.opens) | (hours >= measure.closes) | is_closed
            yield from _grouped(index, concern, about & is_odd, "actor")
        case Concern.MANY_LOOKUPS:
            yield from _many_lookups(index, measure)
        case Concern.SAME_PATIENT:
            begun = index.is_action(Action.CARD_IDENTIFIED, Action.ELIGIBILITY_ASKED) & about
            for item in _grouped(index, concern, begun, "subject"):
                places = [number - index.first for number in item.entries]
                if len(set(index.columns["visit"][places].tolist())) >= measure.visits_of_one:
                    yield item
        case Concern.SAME_SURNAME:
            read = index.is_action(Action.HOLDER_READ)
            for place in np.flatnonzero(read):
                read[place] = b'"same_surname":"yes"' in index.line(int(place))
            yield from _grouped(index, concern, read, "actor")
        case Concern.OVERRIDE:
            yield from _grouped(index, concern, is_of_kind(index, Kind.OVERRIDE), "actor")
        case Concern.FAILED_CODES:
            yield from _grouped(index, concern, index.is_action(*REFUSED_CODES), "subject", measure.codes_of_one)
        case Concern.FAILED_SIGN_IN:
            failed = index.is_action(Action.SIGNED_IN) & index.is_named("outcome", "refused")
            yield from _grouped(index, concern, failed, "actor", measure.sign_ins)


def _grouped(index: Index, concern: Concern, is_meant: Mask, column: str, least: int = 1) -> Iterator[Item]:
    """The entries meant, put together by day and by what stands in a column, if there are at least so many."""
    places = np.flatnonzero(is_meant)
    days, names = index.days()[places], index.columns[column][places]
    order = np.lexsort((names, days))  # within a group the places stay ascending
    borders = np.flatnonzero(np.diff(days[order]) | np.diff(names[order])) + 1
    texts = index.texts("actor")
    for group in np.split(order, borders):
        if len(group) >= max(least, 1):
            actors = set(index.columns["actor"][places[group]].tolist())
            actor = texts[actors.pop()] if len(actors) == 1 else ""
            entries = tuple((places[group] + index.first).tolist())
            yield Item(concern, day_of(int(days[group[0]])), actor, entries)


def _many_lookups(index: Index, measure: Measure) -> Iterator[Item]:
    """Days on which somebody looked up more patients than the upper fence of all days and people (Tukey, 1.5 IQR)."""
    looked = lookups(index, np.arange(len(index)))
    if not len(looked):
        return
    groups, counts = distinct(looked[:, 0], looked[:, 1])
    low, high = np.percentile(counts, (25, 75))
    most = max(measure.least_lookups, high + 1.5 * (high - low))
    about = index.is_action(Action.CARD_IDENTIFIED, Action.ELIGIBILITY_ASKED) & index.is_about_somebody()
    for day, actor in groups[counts > most]:
        is_meant = about & (index.days() == day) & (index.columns["actor"] == actor)
        yield from _grouped(index, Concern.MANY_LOOKUPS, is_meant, "actor")
