"""An office that issues an invented person's card, and lines to the card on which everything sent is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from device.card import reading
from device.card.anchors import Anchors, load_anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import CardImage, Code
from device.virtual.issuing import issue
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_code import compose
from terminal.card_token import CodeRefused
from terminal.people import Holder
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, load_deck
from terminal.problems import Problem, TerminalError

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PERSON = load_deck()["p01"]
CODE = compose(PERSON.birth_date, PERSON.card.expires.year, PERSON.card.security_code)
FULL = 10


@dataclass
class Line:
    """The way to a virtual card: keeps what was sent, and may change or refuse what comes back."""

    card: VirtualCard
    change: Callable[[bytes, bytes], bytes] = lambda command, answer: answer
    sent: list[bytes] = field(default_factory=list)

    def __call__(self, command: bytes) -> bytes:
        self.sent.append(command)
        return self.change(command, self.card.transmit(command))


@dataclass(frozen=True)
class Office:
    """Whoever issues cards here, and those who trust it."""

    authority: Authority
    anchors: Anchors
    image: CardImage = field(repr=False)

    def issue(self, person: Person) -> CardImage:
        return issue(person, self.authority, TODAY)


def office_in(folder: Path) -> Office:
    authority = Authority.make(NOW)
    authority.save(folder)
    return Office(authority, load_anchors(folder / "anchors"), issue(PERSON, authority, TODAY))


def line(image: CardImage, quirks: Quirks = PLAIN) -> Line:
    return Line(VirtualCard(image, quirks))


def read(to: Line, office: Office, code: str = CODE, tries: int | None = FULL) -> Holder | CodeRefused:
    return reading.read_holder(to, code, tries, office.anchors, TODAY)


def problem_of(to: Line, office: Office, code: str = CODE, tries: int | None = FULL) -> Problem:
    with pytest.raises(TerminalError) as caught:
        read(to, office, code, tries)
    for private in (CODE, PERSON.name, PERSON.address, f"{PERSON.birth_date:%Y%m%d}"):
        assert private not in str(caught.value)
    return caught.value.problem


def with_tries(image: CardImage, aid: bytes, file: int, tries: int) -> CardImage:
    entry = image.applications[aid][file]
    assert isinstance(entry, Code)
    return image.with_entry(aid, file, replace(entry, tries=tries))
