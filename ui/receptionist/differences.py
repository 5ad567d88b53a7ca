"""Where the card, the service's answer and the last visit do not say the same. Pure.

Only of what may be shown: of a withheld answer nothing but names of attributes is ever said, and not here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from terminal.certificate import JST
from terminal.comparison.compare import compare
from terminal.comparison.likeness import Attribute, Likeness
from terminal.coverage import Coverage, Record
from terminal.eligibility.copay import CopayFacts, percent_to_bill
from terminal.people import Holder
from terminal.states import Confirmed
from ui.receptionist.writing import born, day
from ui.words.catalogue import Words

NOTHING = ""


@dataclass(frozen=True)
class Difference:
    """One line: what it is about, and what each of the three says; empty where one says nothing about it."""

    name: str
    card: str
    service: str
    last_visit: str


def differences(confirmed: Confirmed, words: Words) -> tuple[Difference, ...]:
    """What a person should look at before billing; none where all agree."""
    return (*_person(confirmed, words), *_coverage(confirmed, words))


def _person(confirmed: Confirmed, words: Words) -> Iterator[Difference]:
    holder, record = confirmed.verified.holder, confirmed.record
    if holder is None:
        return
    for attribute, likeness, _ in compare(holder, record).attributes:
        if likeness not in (Likeness.EQUAL, Likeness.MISSING) and attribute is not Attribute.KANA:
            on_card, told = _values(attribute, holder, record, words)
            yield Difference(words[f"attribute.{attribute}"], on_card, told, NOTHING)


def _values(attribute: Attribute, holder: Holder, record: Record, words: Words) -> tuple[str, str]:
    match attribute:
        case Attribute.NAME:
            return holder.name, record.name or NOTHING
        case Attribute.ADDRESS:
            return holder.address, record.address or NOTHING
        case Attribute.BIRTH_DATE:
            return day(holder.birth_date, words), day(record.birth_date, words) if record.birth_date else NOTHING
        case _:
            return NOTHING, NOTHING


def _coverage(confirmed: Confirmed, words: Words) -> Iterator[Difference]:
    last = confirmed.last
    if last is None:
        return
    if last.coverage is not None:
        for name, now, before in (
            ("fact.insurer", confirmed.coverage.insurer_number, last.coverage.insurer_number),
            ("fact.number", _number(confirmed.coverage), _number(last.coverage)),
        ):
            if now != before:
                yield Difference(words[name], NOTHING, now, before)
    holder = confirmed.verified.holder
    birth = holder.birth_date if holder else confirmed.record.birth_date
    if birth is None:
        return
    percent = percent_to_bill(CopayFacts(confirmed.coverage, birth, confirmed.as_of.astimezone(JST).date()))
    if percent is not None and percent != last.percent:
        now, before = (
            words.format("copay.percent", percent=each, tenths=each // 10) for each in (percent, last.percent)
        )
        yield Difference(words["fact.copay"], NOTHING, now, f"{before} {born(last.day, words)}")


def _number(coverage: Coverage) -> str:
    return " ・ ".join(filter(None, (coverage.symbol, coverage.subscriber_id, coverage.branch)))
