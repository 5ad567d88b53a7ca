"""The deck: invented people, whole, plainly invented, true on any day, and covering what a reception meets."""

import re
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.opencv import cv2
from device.virtual.camera import camera_pictures
from device.virtual.issuing import PORTRAITS
from terminal.card_code import TRIES_FULL
from terminal.card_token import Generation, TokenKind
from terminal.certificate import grace_ends
from terminal.practice.days import born, certificate_ends_in_days, days_of, earliest_end_in_grace, in_year
from terminal.practice.deck import PEOPLE, Person, load_deck, load_person
from terminal.practice.reaction import card_code
from terminal.problems import Problem

TODAY = date(2026, 11, 22)
DECK = load_deck(TODAY)
WITHOUT_HANDS = {  # a fault, another card, another person's doing or a broken machine brings them, not a person's story
    *(Problem.CARD_ABSENT, Problem.CARD_REMOVED, Problem.CARD_SILENT, Problem.CARD_UNREADABLE),
    *(Problem.CARD_NOT_MY_NUMBER, Problem.CARD_IS_LICENCE, Problem.CARD_IS_FELICA, Problem.CARD_LAYOUT_UNKNOWN),
    *(Problem.CARD_MALFORMED, Problem.CARD_SIGNATURE_WRONG, Problem.CARD_NOT_GENUINE, Problem.CARD_CODE_CHANGED),
    *(Problem.TRIES_CHANGED, Problem.TRIES_UNKNOWN, Problem.CERTIFICATE_ABSENT, Problem.CERTIFICATE_WRONG),
    Problem.APDU_FORBIDDEN,
    *(Problem.READER_ABSENT, Problem.READER_SERVICE_DOWN, Problem.READER_BUSY, Problem.READER_HUNG),
    Problem.READER_PROCESS_ENDED,
    *(Problem.CAMERA_ABSENT, Problem.FACE_NOT_FOUND, Problem.FACE_ENGINE_FAILED, Problem.FACE_MODEL_WRONG),
    Problem.PHOTO_UNUSABLE,
    *(Problem.LINE_DOWN, Problem.LINE_CERTIFICATE_UNUSABLE, Problem.SERVICE_SILENT, Problem.SERVICE_BUSY),
    *(Problem.SERVICE_HUNG_UP, Problem.SERVICE_UNTRUSTED, Problem.SERVICE_UNREADABLE),
    *(Problem.JOURNAL_FAILED, Problem.STORE_BUSY, Problem.STORE_UNREADABLE, Problem.KEY_MISSING),
    Problem.STORE_ROLLED_BACK,
    *(Problem.CANCELLED, Problem.WAITED_TOO_LONG, Problem.SCREEN_ABSENT, Problem.PROGRAM_ERROR),
    *(
        Problem.CONFIGURATION_WRONG,
        Problem.BUNDLE_UNTRUSTED,
        Problem.RECORD_SETTLED,
        Problem.KEY_PASSPHRASE_WRONG,
        Problem.BOOKINGS_UNREADABLE,
    ),
    *(Problem.PAPER_NOT_WRITTEN, Problem.PRINTER_ABSENT, Problem.RECEIPT_FOLDER_AWAY, Problem.SHIPPING_FAILED),
    Problem.PAPER_NOT_COMPARED,
    *(Problem.NOBODY_SIGNED_IN, Problem.SIGN_IN_REFUSED, Problem.STAFF_UNFIT),
}

LATIN_NAME = r"[A-Z]+( [A-Z]+)+(（\S+　\S+）)?"  # an alias stands in parentheses
AGES = {"p03": 72, "p04": 8, "p16": 0, "p30": 4, "p31": 9, "p32": 16, "p36": 71, "p37": 73, "p49": 2, "p50": 0}
AGES |= {"p59": 0}

everybody = pytest.mark.parametrize("person", DECK.values(), ids=list(DECK))
days = st.dates(date(2026, 1, 1), date(2060, 12, 31))


def test_there_are_forty_and_more_each_in_a_file_of_their_own_with_a_title_of_their_own() -> None:
    assert len(DECK) >= 40
    assert {f"{person_id}.toml" for person_id in DECK} == {entry.name for entry in PEOPLE.iterdir()}
    for titles in zip(*((person.title_ja, person.title_en) for person in DECK.values()), strict=True):
        assert len(set(titles)) == len(DECK)


def test_every_way_in_which_a_check_in_can_end_is_in_the_deck() -> None:
    assert {(person.outcome, person.reason) for person in DECK.values()} == {
        ("confirmed", ""),
        ("turned_away", Problem.OPERATOR_REFUSED),
        ("unconfirmed", Problem.CERTIFICATE_EXPIRED),
        ("unconfirmed", Problem.COVERAGE_ENDED),
        ("unconfirmed", Problem.COVERAGE_ENDED_NEWER_EXISTS),
        ("unconfirmed", Problem.COVERAGE_NOT_FOUND),
        ("unconfirmed", Problem.COVERAGE_SEVERAL),
        ("unconfirmed", Problem.COVERAGE_UNREGISTERED),
        ("unconfirmed", Problem.SERVICE_REFUSED),
        ("unconfirmed", Problem.SERVICE_STILL_RUNNING),
        ("withheld", Problem.RECORD_DIFFERS),
        ("stopped", Problem.CARD_CODE_LOCKED),
        ("stopped", Problem.CARD_EXPIRED),
        ("stopped", Problem.CARD_IS_PHONE),
        ("stopped", Problem.LAST_TRY_KEPT),
        ("stopped", Problem.PIN_LOCKED),
    }


def test_the_deck_meets_every_problem_but_those_that_it_takes_a_fault_for() -> None:
    met = {problem for person in DECK.values() for problem in (person.reason, *person.meets) if problem}
    assert met == set(Problem) - WITHOUT_HANDS


def test_every_kind_of_card_is_in_the_deck() -> None:
    assert {person.card.token for person in DECK.values()} == set(TokenKind)
    assert {person.card.generation for person in DECK.values()} == set(Generation)


@everybody
def test_a_person_is_plainly_invented_and_whole(person: Person) -> None:
    assert person.address.startswith("架空県")
    assert re.fullmatch(LATIN_NAME if person.card.prints_western_year else r"\S+　\S+", person.name)
    assert re.fullmatch(r"[ｦ-ﾟ]+ [ｦ-ﾟ]+", person.kana)
    assert all(title and "\n" not in title for title in (person.title_ja, person.title_en))
    assert re.fullmatch(r"\d{4}", person.card.pin) or (not person.card.pin and person.card.pin_tries == 0)
    assert len(card_code(person)) == 14
    assert person.birth_date < TODAY
    assert (person.card.expires > TODAY) == (person.reason != Problem.CARD_EXPIRED)
    assert (person.card.expires.month, person.card.expires.day) == (person.birth_date.month, person.birth_date.day)


@everybody
def test_only_who_has_all_tries_mistypes_first_and_never_into_the_last_try(person: Person) -> None:
    behaviour, card = person.behaviour, person.card
    assert not behaviour.wrong_codes_first or card.card_code_tries - behaviour.wrong_codes_first > 1
    assert not behaviour.wrong_pins_first or card.pin_tries - behaviour.wrong_pins_first > 1
    assert not behaviour.wrong_codes_first or card.card_code_tries == TRIES_FULL


@everybody
def test_who_stands_before_the_camera_has_pictures(person: Person) -> None:
    for pixels in camera_pictures(person.behaviour.face or person.portrait or person.id):
        assert pixels.shape == (480, 640, 3)


@everybody
def test_a_photo_is_small_grey_and_of_the_size_of_a_cards(person: Person) -> None:
    if not person.portrait:
        return
    portrait = (PORTRAITS / f"{person.portrait}.jp2").read_bytes()
    grey = cv2.imdecode(np.frombuffer(portrait, np.uint8), cv2.IMREAD_UNCHANGED)
    assert grey is not None
    assert grey.shape == (225, 180)
    assert 5000 <= len(portrait) <= 7000


def test_nobody_but_babies_and_phones_lacks_a_photo() -> None:
    without = [person for person in DECK.values() if not person.portrait]
    assert all(_age(person, TODAY) == 0 or person.card.token is not TokenKind.PLASTIC for person in without)
    assert {"p16", "p50", "p51", "p52", "p56", "p58", "p59"} == {person.id for person in without}


def test_a_foreign_residents_card_code_begins_with_the_western_year() -> None:
    western = {person.id: card_code(person)[:6] for person in DECK.values() if person.card.prints_western_year}
    assert western == {"p42": "880819", "p43": "970106", "p44": "950529"}


def test_no_two_cards_have_one_code() -> None:
    assert max(Counter(card_code(person) for person in DECK.values()).values()) == 1


# --- days -------------------------------------------------------------------------------------------------------------


@given(days)
def test_on_any_day_ages_and_ends_are_as_the_titles_say(today: date) -> None:
    people = {person_id: _person(person_id, today) for person_id in {*AGES, "p01", "p41", "p53", "p55"}}
    yesterday = today - timedelta(days=1)
    assert {person_id: _age(people[person_id], yesterday) for person_id in AGES} == AGES
    assert all((today < person.card.expires) == (person.id != "p53") for person in people.values())
    in_grace, out_of_grace = (
        grace_ends(today + timedelta(days=people[person_id].card.certificate_ends_in_days))
        for person_id in ("p41", "p55")
    )
    assert today <= in_grace
    assert (in_grace.year, in_grace.month) == (today.year, today.month)
    assert out_of_grace == today.replace(day=1) - timedelta(days=1)


@given(days)
def test_one_day_earlier_there_would_be_no_grace(today: date) -> None:
    earliest = earliest_end_in_grace(today)
    assert grace_ends(earliest - timedelta(days=1)) < today <= grace_ends(earliest)
    assert certificate_ends_in_days("just_in_grace", today) == (earliest - today).days


@given(days, st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(0, 110))
def test_whoever_is_born_is_at_least_a_day_old_and_born_on_the_birthday(today: date, birthday: date, age: int) -> None:
    birth_date = born(birthday, age, today)
    assert birth_date < today
    assert (birth_date.month, birth_date.day) in ((birthday.month, birthday.day), (2, 28))
    assert in_year(birth_date, birth_date.year + age) < today <= in_year(birthday, birth_date.year + age + 1)


@pytest.mark.parametrize(
    ("birth_date", "from_70"),
    [
        (date(1956, 11, 1), "20261101"),
        (date(1956, 11, 2), "20261201"),
        (date(1956, 12, 31), "20270101"),
        (date(1956, 2, 29), "20260301"),
    ],
)
def test_from_70_begins_with_the_month_after_the_birthday_or_on_the_1st(birth_date: date, from_70: str) -> None:
    assert days_of(birth_date)["from_70"] == from_70


@pytest.mark.parametrize(
    ("given_text", "instead"),
    [
        ('id = "p01"', 'id = "p01"\nhobby = "shogi"'),
        ('pin = "4321"', ""),
        ('validity = "1"', 'validity = "1"\nnote = ""'),
        ("certificate_ends_in_days = 900", 'certificate_ends = "some day"'),
        ('pin = "4321"', 'pin = "4321"\ntoken = "watch"'),
        ('QualificationDate = "20240401"', 'QualificationDate = "{yesterday}"'),
        ('portrait = "p01"', 'portrait = "p01"\nservice = "sleeps"'),
        ('portrait = "p01"', 'portrait = "p01"\n[behaviour]\nhelper = "neighbour"'),
    ],
)
def test_a_person_with_an_unknown_or_a_missing_field_is_refused(given_text: str, instead: str) -> None:
    toml = (PEOPLE / "p01.toml").read_text("utf-8")
    assert load_person(toml, TODAY) == DECK["p01"]
    assert given_text in toml
    with pytest.raises((TypeError, KeyError, ValueError)):
        load_person(toml.replace(given_text, instead), TODAY)


def _person(person_id: str, today: date) -> Person:
    return load_person((PEOPLE / f"{person_id}.toml").read_text("utf-8"), today)


def _age(person: Person, day: date) -> int:
    return day.year - person.birth_date.year - (in_year(person.birth_date, day.year) > day)
