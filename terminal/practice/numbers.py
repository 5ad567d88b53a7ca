"""Whom of the deck a number belongs to, as the practice service answers a question without a card. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from terminal.eligibility.codes import QualificationValidity
from terminal.eligibility.number_query import Insured
from terminal.practice.deck import Person, PracticeRecord, Service

_SEVERAL = PracticeRecord(QualificationValidity.SEVERAL, {})


def person_by_number(deck: Mapping[str, Person], insured: Insured) -> Person | None:
    """The one person with a record of that number, with just those records; where two share it, "several match"."""
    found = [
        replace(person, records=records)
        for person in deck.values()
        if (records := tuple(record for record in person.records if _is_of(record, insured)))
    ]
    if len(found) < 2:
        return found[0] if found else None
    return replace(found[0], service=Service.ANSWERS, records=(_SEVERAL,))


def insured_of(record: PracticeRecord) -> Insured | None:
    """What a question about a record would be asked with; None where the record has no number."""
    elements = record.elements
    if not elements.get("InsurerNumber") or not elements.get("InsuredIdentificationNumber"):
        return None
    born = elements["Birthdate"]
    return Insured(
        elements["InsurerNumber"],
        elements.get("InsuredCardSymbol", ""),
        elements["InsuredIdentificationNumber"],
        elements.get("InsuredBranchNumber", ""),
        date(int(born[:4]), int(born[4:6]), int(born[6:])),
    )


def _is_of(record: PracticeRecord, insured: Insured) -> bool:
    known = insured_of(record)
    return known is not None and known.agrees_with(insured)
