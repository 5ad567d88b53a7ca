"""What the practice service says in place of the right answer, as each fault has it. Pure: chance is handed in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from terminal.eligibility.codes import QualificationValidity
from terminal.practice.answers import Asked, write_answer, write_error, write_refusal, write_running
from terminal.practice.deck import Person, PracticeRecord, Service
from terminal.practice.faults import Fault

GARBAGE = b"\x00\xff<XmlMsg>\x93\xfa"
_DAY = timedelta(days=1)
_VALIDITIES = {
    Fault.ENDED: QualificationValidity.ENDED,
    Fault.ENDED_NEWER_EXISTS: QualificationValidity.ENDED_NEWER_EXISTS,
    Fault.NOT_FOUND: QualificationValidity.NOT_FOUND,
    Fault.SEVERAL: QualificationValidity.SEVERAL,
    Fault.UNREGISTERED: QualificationValidity.IN_FORCE_UNREGISTERED,
}


def misanswer(
    fault: Fault, asked: Asked, person: Person | None, deck: Mapping[str, Person], chance: Random, now: datetime
) -> bytes:
    """A whole message, or what passes for one. A fault of the line alone leaves the answer right."""
    match fault:
        case Fault.GARBAGE:
            return GARBAGE
        case Fault.HALF_BODY:
            answer = write_answer(asked, person, now)
            return answer[: chance.randrange(1, len(answer))]
        case Fault.WRONG_CHARSET:
            return write_answer(asked, person, now).decode().encode("cp932", "xmlcharrefreplace")
        case Fault.UNKNOWN_CHARSET:
            return write_answer(asked, person, now).decode().encode("utf-16")
        case Fault.WRONG_IDENTIFIER:
            return write_answer(replace(asked, identifier="another-question"), person, now)
        case Fault.REPLAYED:
            day = f"{now - _DAY:%Y%m%d}"
            return write_answer(replace(asked, identifier="put-yesterday", day=day), person, now - _DAY)
        case Fault.CLOCK_AHEAD:
            return write_answer(replace(asked, day=f"{now + _DAY:%Y%m%d}"), person, now + _DAY)
        case Fault.ANOTHER_PERSON:
            return write_answer(asked, _another(person, deck, chance), now)
        case Fault.REFUSED:
            return write_refusal(asked, now)
        case Fault.RUNNING:
            return write_running(asked, now)
        case Fault.ERROR:
            return write_error(asked, now)
        case _ if fault in _VALIDITIES:
            return write_answer(asked, _with_validity(_VALIDITIES[fault], person, deck, chance), now)
        case _:
            return write_answer(asked, person, now)


def _another(person: Person | None, deck: Mapping[str, Person], chance: Random) -> Person:
    """Someone whose coverage is in force, and who is not of the same name and birth date."""
    return chance.choice([other for other in deck.values() if _is_in_force(other) and not _is_same(other, person)])


def _with_validity(
    validity: QualificationValidity, person: Person | None, deck: Mapping[str, Person], chance: Random
) -> Person:
    about = person if person and person.records else _another(person, deck, chance)
    record = PracticeRecord(validity, about.records[0].elements)
    return replace(about, service=Service.ANSWERS, records=(record,))


def _is_in_force(person: Person) -> bool:
    validities = [record.validity for record in person.records]
    return person.service is Service.ANSWERS and validities == [QualificationValidity.IN_FORCE]


def _is_same(other: Person, person: Person | None) -> bool:
    return person is not None and (other.name, other.birth_date) == (person.name, person.birth_date)
