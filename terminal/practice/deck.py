"""The invented people of the practice set: who they are, what card and service know of them, how they behave.

One TOML file a person in `people/`. What must stay true is said relative to today: an age, years, days.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from terminal.attendance import EmergencyReason, GuardianProof, Helper, Place
from terminal.card_token import Generation, TokenKind
from terminal.certificate import JST
from terminal.people import Sex
from terminal.practice.days import born, certificate_ends_in_days, days_of, in_year

PEOPLE = files("terminal.practice") / "people"


class Service(StrEnum):
    """How the practice service takes a question about someone."""

    ANSWERS = "answers"
    STILL_RUNNING = "still_running"  # SegmentOfResult 2
    REFUSES = "refuses"  # ProcessingResultStatus 2


@dataclass(frozen=True)
class PracticeCard:
    """What is printed on and stored in a practice card. Codes are invented, and shown to whoever practises.

    An empty PIN with no tries is a card without PIN (顔認証マイナンバーカード).
    """

    security_code: str  # 4 digits, printed on the front
    expires: date  # of the card; a birthday
    certificate_ends_in_days: int  # of the user certificate, from today; negative: ended
    pin: str
    card_code_tries: int = 10  # 0: locked
    pin_tries: int = 3
    token: TokenKind = TokenKind.PLASTIC
    generation: Generation = Generation.PRESENT
    prints_western_year: bool = False  # the birth date on the front, as for holders with a foreign nationality


@dataclass(frozen=True)
class PracticeRecord:
    """One answer that the practice service gives about a person: an OQS-style result's elements by their names."""

    validity: str  # OQSCD006: 1 in force … 6
    elements: dict[str, str] = field(repr=False)  # e.g. InsurerNumber, Name, NameKana, Birthdate, Sex1, Address


@dataclass(frozen=True)
class Behaviour:
    """What this person, and the receptionist before them, do in a check-in without hands."""

    wrong_codes_first: int = 0  # card codes typed wrongly before the right one; only with all tries left
    wrong_pins_first: int = 0  # as well
    spends_last_try: bool = False  # when asked whether a code's last try is to be spent
    face: str = ""  # whose face stands before the camera; empty: their own
    declines_face: bool = False  # asks for the PIN instead
    operator_recognises: bool = False  # what the receptionist says when asked to look
    consents: tuple[str, ...] = ("limit_amount", "medicines", "checkups")
    helper: Helper | None = None  # who is with them
    place: Place = Place.CLINIC
    guardian_shows: GuardianProof | None = None  # for a card without a photo
    proxy: Helper | None = None  # who came in their place
    emergency: EmergencyReason | None = None  # why nobody can be asked


_WORDS = {
    "helper": Helper,
    "place": Place,
    "guardian_shows": GuardianProof,
    "proxy": Helper,
    "emergency": EmergencyReason,
}


@dataclass(frozen=True)
class Person:
    """Someone of the deck. `outcome` and `reason` are what a check-in with the line up promises to come to.

    `meets` are the problems on its way or beside its answer.
    """

    id: str
    title_ja: str
    title_en: str
    outcome: str
    reason: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)
    address: str = field(repr=False)
    portrait: str  # the faces' id, e.g. "p01"; empty: no photo in the chip
    card: PracticeCard
    records: tuple[PracticeRecord, ...]
    meets: tuple[str, ...] = ()
    service: Service = Service.ANSWERS
    behaviour: Behaviour = Behaviour()


def load_person(toml: str, today: date) -> Person:
    """Reads one person as of `today`.

    With `age` the year of birth moves with today; `expires_in_years` counts from this year to the card's last birthday;
    `certificate_ends` is a word of `days.certificate_ends_in_days`. What a record does not say is as on the card, and
    `{born}` in it is a day of `days.days_of`.

    Raises `TypeError`, `KeyError` or `ValueError` for unknown or missing fields: the deck must be whole.
    """
    table = tomllib.loads(toml)
    birth_date = born(table["birth_date"], table.pop("age", None), today)
    behaviour = table.pop("behaviour", {})
    if "consents" in behaviour:
        behaviour["consents"] = tuple(behaviour["consents"])
    behaviour |= {name: kind(behaviour[name]) for name, kind in _WORDS.items() if name in behaviour}
    return Person(
        **table
        | {
            "birth_date": birth_date,
            "sex": Sex(table["sex"]),
            "card": _card(table["card"], birth_date, today),
            "records": tuple(_record(record, table, birth_date) for record in table["records"]),
            "meets": tuple(table.get("meets", ())),
            "service": Service(table.get("service", Service.ANSWERS)),
            "behaviour": Behaviour(**behaviour),
        }
    )


def load_deck(today: date | None = None) -> dict[str, Person]:
    """All people by their id, in the order of their ids; without `today` as of the day that it is in Japan."""
    return {person.id: person for person in _people(today or datetime.now(JST).date())}


@lru_cache(maxsize=1)
def _people(day: date) -> list[Person]:
    people = (load_person(entry.read_text("utf-8"), day) for entry in PEOPLE.iterdir() if entry.name.endswith(".toml"))
    return sorted(people, key=lambda person: person.id)


def _card(table: dict[str, Any], birth_date: date, today: date) -> PracticeCard:
    expires = in_year(birth_date, today.year + table.pop("expires_in_years"))
    if end := table.pop("certificate_ends", ""):
        table["certificate_ends_in_days"] = certificate_ends_in_days(end, today)
    token, generation = table.pop("token", TokenKind.PLASTIC), table.pop("generation", Generation.PRESENT)
    return PracticeCard(**table, expires=expires, token=TokenKind(token), generation=Generation(generation))


def _record(table: dict[str, Any], person: dict[str, Any], birth_date: date) -> PracticeRecord:
    days = days_of(birth_date)
    as_on_the_card = {
        "Name": person["name"],
        "NameKana": person["kana"],
        "Sex1": person["sex"],
        "Birthdate": days["born"],
        "Address": person["address"],
    }
    said = {name: value.format_map(days) for name, value in table["elements"].items()}
    return PracticeRecord(**table | {"elements": as_on_the_card | said})
