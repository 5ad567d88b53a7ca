"""The deck: twelve invented people, whole, plainly invented, and covering what a reception meets."""

import re
from datetime import date

import numpy as np
import pytest

from device.opencv import cv2
from device.virtual.issuing import PORTRAITS
from terminal.eligibility.check_digits import is_insurer_number
from terminal.practice.deck import Person, load_deck
from terminal.practice.reaction import card_code
from terminal.problems import Problem

TODAY = date(2026, 11, 22)
DECK = load_deck()

everybody = pytest.mark.parametrize("person", DECK.values(), ids=list(DECK))


def test_the_deck_is_the_twelve_people_of_the_pictures() -> None:
    pictures = {entry.name.partition("_")[0] for entry in PORTRAITS.iterdir() if entry.name.endswith("_cam1.jpg")}
    assert set(DECK) == pictures
    assert len(DECK) == 12


def test_what_a_reception_meets_is_in_the_deck() -> None:
    assert {(person.outcome, person.reason) for person in DECK.values()} == {
        ("confirmed", ""),
        ("turned_away", Problem.OPERATOR_REFUSED),
        ("unconfirmed", Problem.CERTIFICATE_EXPIRED),
        ("unconfirmed", Problem.COVERAGE_ENDED),
        ("unconfirmed", Problem.COVERAGE_ENDED_NEWER_EXISTS),
        ("withheld", Problem.RECORD_DIFFERS),
        ("stopped", Problem.CARD_CODE_LOCKED),
    }


@everybody
def test_a_person_is_plainly_invented_and_whole(person: Person) -> None:
    assert person.address.startswith("架空県")
    assert re.fullmatch(r"\S+　\S+", person.name)
    assert re.fullmatch(r"[ｦ-ﾟ]+ [ｦ-ﾟ]+", person.kana)
    assert all(title and "\n" not in title for title in (person.title_ja, person.title_en))
    assert re.fullmatch(r"\d{4}", person.card.pin)
    assert len(card_code(person)) == 14
    assert person.birth_date < TODAY < person.card.expires
    assert (person.card.expires.month, person.card.expires.day) == (person.birth_date.month, person.birth_date.day)


@everybody
def test_an_insurers_number_has_a_right_check_digit_and_no_prefecture(person: Person) -> None:
    for record in person.records:
        number = record.elements["InsurerNumber"]
        assert is_insurer_number(number)
        assert number[2:4] == "99"


@everybody
def test_a_photo_is_small_grey_and_of_the_size_of_a_cards(person: Person) -> None:
    if not person.portrait:
        return
    portrait = (PORTRAITS / f"{person.portrait}.jp2").read_bytes()
    grey = cv2.imdecode(np.frombuffer(portrait, np.uint8), cv2.IMREAD_UNCHANGED)
    assert grey is not None
    assert grey.shape == (225, 180)
    assert 5000 <= len(portrait) <= 7000


def test_nobody_but_the_baby_lacks_a_photo() -> None:
    without = [person for person in DECK.values() if not person.portrait]
    assert [(person.id, _age(person)) for person in without] == [("p16", 0)]


def _age(person: Person) -> int:
    return (TODAY - person.birth_date).days * 100 // 36525
