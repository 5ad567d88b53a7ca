"""What an auditor does with a log, as entries of that log: opened, a patient unsealed, entries signed off. Pure.

A sign-off is for entries, not for days: what is added to a day later, or was not among them, is to be looked at again.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

import numpy as np

from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.access_log.retention import read_ranges, write_ranges
from terminal.access_log.review_index import Index
from terminal.access_log.review_rules import Concern, Item


class Conclusion(StrEnum):
    """What an auditor found."""

    IN_ORDER = auto()
    TO_FOLLOW_UP = auto()


@dataclass(frozen=True)
class SignOff:
    """One person's word about an item: the entry that holds it, and its conclusion."""

    entry: int
    actor: str
    at: datetime
    conclusion: Conclusion
    reason: str


def opened(actor: Actor, end: int) -> Access:
    """The auditor looks at the log, up to before entry `end`."""
    return _access(Action.LOG_OPENED, actor, "", ("end", str(end)))


def unsealed(actor: Actor, second: str, entry: int, reason: str) -> Access:
    """The auditor, and a second person where two are wanted, see which entries are of the patient of `entry`."""
    people = (("second_person", second),) if second else ()
    return _access(Action.PATIENT_UNSEALED, actor, reason, ("entry", str(entry)), *people)


def signed_off(actor: Actor, item: Item, conclusion: Conclusion, reason: str) -> Iterator[Access]:
    """The auditor's word about an item: one entry, or some for very many entries."""
    about = (("concern", str(item.concern)), ("day", item.day.isoformat()))
    for ranges in write_ranges(item.entries):
        yield _access(
            Action.ENTRIES_REVIEWED, actor, reason, *about, ("ranges", ranges), outcome=conclusion, person=item.actor
        )


def may_sign_off(actor: Actor, item: Item, index: Index) -> bool:
    """Whether the auditor may: nobody does for what they did themselves."""
    places = [number - index.first for number in item.entries]
    return index.code("actor", actor.id) not in set(index.columns["actor"][places].tolist())


def sign_offs(index: Index, items: Iterable[Item]) -> dict[Item, SignOff]:
    """The last word about each item of which every entry was looked at for that concern."""
    looked_at: dict[Concern, dict[int, SignOff]] = {}
    for place in np.flatnonzero(index.is_action(Action.ENTRIES_REVIEWED)):
        entry = index.entry(int(place))
        if entry is None:
            continue
        details = dict(entry.details)
        with contextlib.suppress(ValueError):  # another version of this program wrote it
            concern = Concern(details.get("concern", ""))
            word = SignOff(entry.seq, entry.actor, entry.at, Conclusion(entry.outcome), entry.reason)
            for first, last in read_ranges(details.get("ranges", "")):
                looked_at.setdefault(concern, {}).update(dict.fromkeys(range(first, min(last, entry.seq) + 1), word))
    known = {}
    for item in items:
        words = [looked_at.get(item.concern, {}).get(number) for number in item.entries]
        said = [word for word in words if word is not None]
        if len(said) == len(words):
            known[item] = max(said, key=lambda word: word.entry)
    return known


def _access(
    action: Action, actor: Actor, reason: str, *details: tuple[str, str], outcome: str = "", person: str = ""
) -> Access:
    named = (*details, ("person", person)) if person else details
    return Access(
        action, "", "", outcome=outcome, reason=reason.strip(), details=named, purpose=Purpose.AUDIT, items=("log",)
    ).by(actor)
