"""What the practice service says of each person of the deck, and what its record has in common with their card."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from terminal.certificate import JST
from terminal.comparison.compare import compare, verdict
from terminal.comparison.likeness import Attribute, Comparison, Likeness, Rule, Verdict
from terminal.coverage import InForce, InForceUnregistered, NotFound, NotInForce, Refused, Reply, StillRunning
from terminal.eligibility.check_digits import is_insurer_number
from terminal.eligibility.xmlmsg import decode_reply
from terminal.people import Holder, IssuerTrust
from terminal.practice.answers import Asked, write_answer
from terminal.practice.deck import Person, Service, load_deck

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NOW.astimezone(JST).date()
DECK = load_deck(TODAY)

everybody = pytest.mark.parametrize("person", DECK.values(), ids=list(DECK))


def reply(person: Person) -> Reply:
    """The service's answer about a person, read as the desk reads it."""
    asked = Asked("a question", "1312345670", f"{TODAY:%Y%m%d}", certificate=b"")
    return decode_reply(write_answer(asked, person, NOW), asked.identifier, asked.institution_code, TODAY)


def comparison(person_id: str) -> Comparison:
    """Of a person's card and the record in the answer."""
    person, answer = DECK[person_id], reply(DECK[person_id])
    assert isinstance(answer, InForce)
    holder = Holder(
        person.name, person.address, person.birth_date, person.sex, None, person.card.expires, IssuerTrust.CHECKED
    )
    return compare(holder, answer.record)


@everybody
def test_an_insurers_number_has_a_right_check_digit_and_no_prefecture(person: Person) -> None:
    for record in person.records:
        number = record.elements["InsurerNumber"]
        assert is_insurer_number(number)
        assert number[2:4] == "99"


@everybody
def test_a_person_that_a_record_is_about_was_born_before_the_coverage_began(person: Person) -> None:
    for record in person.records:
        assert record.elements["Birthdate"] <= record.elements["QualificationDate"] <= f"{TODAY:%Y%m%d}"


@pytest.mark.parametrize(
    ("person_id", "percent"),
    [("p01", None), ("p03", 20), ("p07", 10), ("p28", 20), ("p29", 30), ("p30", None), ("p36", 20), ("p37", 30)],
)
def test_from_70_on_the_answer_holds_the_share_and_before_it_holds_none(person_id: str, percent: int | None) -> None:
    answer = reply(DECK[person_id])
    assert isinstance(answer, InForce)
    assert answer.coverage.copay_percent == percent


def test_from_75_on_nobody_is_a_dependant() -> None:
    relations = {
        person.id: answer.coverage.relation
        for person in DECK.values()
        if person.birth_date <= TODAY.replace(year=TODAY.year - 75) and isinstance(answer := reply(person), InForce)
    }
    assert set(relations) > {"p07", "p28", "p29", "p45", "p46"}
    assert set(relations.values()) == {None}


def test_medical_aid_names_who_receives_it() -> None:
    answer = reply(DECK["p40"])
    assert isinstance(answer, InForceUnregistered)
    assert (answer.coverage.insurer_number[:2], answer.coverage.relation) == ("12", None)


@pytest.mark.parametrize(("person_id", "is_replaced"), [("p04", False), ("p05", True)])
def test_what_ended_was_the_holders_and_may_have_been_replaced(person_id: str, is_replaced: bool) -> None:
    answer = reply(DECK[person_id])
    assert isinstance(answer, NotInForce)
    assert answer.record is not None
    assert (answer.record.birth_date, answer.newer_exists) == (DECK[person_id].birth_date, is_replaced)


def test_a_question_may_be_refused_or_take_long_whatever_the_service_knows() -> None:
    person = DECK["p01"]
    answer = reply(replace(person, service=Service.REFUSES))
    assert isinstance(answer, Refused)
    assert answer.code == "PRACTICE-2"
    assert answer.message
    assert reply(replace(person, service=Service.STILL_RUNNING)) == StillRunning()
    assert reply(replace(person, records=())) == NotFound()


@pytest.mark.parametrize(
    ("person_id", "attribute"),
    [
        ("p07", Attribute.NAME),  # ●
        ("p16", Attribute.NAME),  # 髙﨑
        ("p22", Attribute.NAME),
        ("p26", Attribute.NAME),  # 德
        ("p42", Attribute.NAME),  # full-width letters
        ("p43", Attribute.NAME),
        ("p28", Attribute.ADDRESS),  # 大字, が, no prefecture
    ],
)
def test_another_way_of_writing_is_the_same_person(person_id: str, attribute: Attribute) -> None:
    found = comparison(person_id)
    assert found.likeness(attribute) is Likeness.EQUIVALENT
    assert verdict(found) is Verdict.SAME


@pytest.mark.parametrize(
    ("person_id", "differing"),
    [
        ("p06", {Attribute.BIRTH_DATE, Attribute.ADDRESS}),
        ("p25", {Attribute.NAME}),
        ("p27", {Attribute.NAME, Attribute.BIRTH_DATE}),
        ("p33", {Attribute.SEX, Attribute.ADDRESS}),
        ("p35", {Attribute.ADDRESS}),
        ("p36", {Attribute.BIRTH_DATE}),
        ("p44", {Attribute.NAME}),
        ("p45", set()),  # nothing speaks against, and too little for
        ("p57", {Attribute.ADDRESS}),
    ],
)
def test_what_is_withheld_differs_in_what_the_story_says(person_id: str, differing: set[Attribute]) -> None:
    found = comparison(person_id)
    assert verdict(found) is not Verdict.SAME
    assert {one for one in Attribute if found.likeness(one) is Likeness.DIFFERENT} == differing
    assert DECK[person_id].outcome == "withheld"


def test_everybody_who_is_withheld_is_in_that_table() -> None:
    withheld = [person.id for person in DECK.values() if person.outcome == "withheld"]
    assert withheld == ["p06", "p25", "p27", "p33", "p35", "p36", "p44", "p45", "p57"]


def test_one_digit_off_is_found_to_be_that() -> None:
    assert comparison("p36").judgement(Attribute.BIRTH_DATE).rules == (Rule.ONE_DIGIT_OFF,)


@pytest.mark.parametrize("pair", [("p24", "p25"), ("p35", "p47")])
def test_a_pair_that_is_easily_mixed_up_is_born_on_one_day(pair: tuple[str, str]) -> None:
    one, other = (DECK[person_id] for person_id in pair)
    assert one.birth_date == other.birth_date
    assert (one.name == other.name) != (one.address == other.address)


def test_the_record_of_the_namesake_is_the_namesakes() -> None:
    wrong, right = DECK["p35"].records[0].elements, DECK["p47"].records[0].elements
    assert wrong == right


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 1, 20), date(2028, 2, 29), date(2040, 12, 31)])
def test_the_deck_answers_the_same_on_any_day(today: date) -> None:
    kinds = {person_id: type(reply(person)) for person_id, person in load_deck(today).items()}
    assert kinds == {person_id: type(reply(person)) for person_id, person in DECK.items()}
