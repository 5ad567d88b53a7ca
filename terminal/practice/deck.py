"""The invented people of the practice set: who they are, what card and service know of them, how they behave.

One TOML file a person in `people/`. Dates that must stay true relative to today are given in days from today.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files

from terminal.people import Sex

PEOPLE = files("terminal.practice") / "people"


@dataclass(frozen=True)
class PracticeCard:
    """What is printed on and stored in a practice card. Codes are invented, and shown to whoever practises."""

    security_code: str  # 4 digits, printed on the front
    expires: date  # of the card
    certificate_ends_in_days: int  # of the user certificate, from today; negative: ended
    pin: str
    card_code_tries: int = 10  # 0: locked
    pin_tries: int = 3


@dataclass(frozen=True)
class PracticeRecord:
    """One answer that the practice service gives about a person: an OQS-style result's elements by their names."""

    validity: str  # OQSCD006: 1 in force … 6
    elements: dict[str, str] = field(repr=False)  # e.g. InsurerNumber, Name, NameKana, Birthdate, Sex1, Address


@dataclass(frozen=True)
class Behaviour:
    """What this person, and the receptionist before them, do in a check-in without hands."""

    wrong_codes_first: int = 0  # card codes typed wrongly before the right one
    face: str = ""  # whose face stands before the camera; empty: their own
    declines_face: bool = False  # asks for the PIN instead
    operator_recognises: bool = False  # what the receptionist says when asked to look
    consents: tuple[str, ...] = ("limit_amount", "medicines", "checkups")


@dataclass(frozen=True)
class Person:
    """Someone of the deck. `outcome` and `reason` are what a check-in with the line up promises to come to."""

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
    behaviour: Behaviour = Behaviour()


def load_person(toml: str) -> Person:
    """Reads one person. Raises `TypeError` or `KeyError` for unknown or missing fields: the deck must be whole."""
    table = tomllib.loads(toml)
    behaviour = table.pop("behaviour", {})
    if "consents" in behaviour:
        behaviour["consents"] = tuple(behaviour["consents"])
    return Person(
        **table
        | {
            "sex": Sex(table["sex"]),
            "card": PracticeCard(**table["card"]),
            "records": tuple(PracticeRecord(**record) for record in table["records"]),
            "behaviour": Behaviour(**behaviour),
        }
    )


def load_deck() -> dict[str, Person]:
    """All people by their id, in the order of their ids."""
    people = (load_person(entry.read_text("utf-8")) for entry in PEOPLE.iterdir() if entry.name.endswith(".toml"))
    return {person.id: person for person in sorted(people, key=lambda person: person.id)}
