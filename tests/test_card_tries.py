"""A try of the card code is spent only when it is the one that a person was shown, and never the last."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import apdu, reading
from device.card.anchors import Anchors, load_anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import SURFACE, TEXT, CardImage, Code
from device.virtual.issuing import issue
from terminal.card_code import compose
from terminal.card_token import CodeRefused
from terminal.people import Holder
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
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
    anchors: Anchors
    image: CardImage = field(repr=False)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder: Path = tmp_path_factory.mktemp("office")
    authority = Authority.make(NOW)
    authority.save(folder)
    return Office(load_anchors(folder / "anchors"), issue(PERSON, authority, TODAY))


def line(image: CardImage) -> Line:
    return Line(VirtualCard(image))


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


def tries_left(to: Line, aid: bytes, file: int) -> int:
    entry = to.card.image.applications[aid][file]
    assert isinstance(entry, Code)
    return entry.tries


def test_a_wrong_code_costs_one_try_and_the_text_is_not_touched(office: Office) -> None:
    to = line(office.image)
    assert read(to, office, "1" * 14) == CodeRefused(9)
    assert tries_left(to, SURFACE, 0x0012) == 9
    assert not any(TEXT in command for command in to.sent)


def test_tries_that_changed_since_they_were_shown_are_not_spent(office: Office) -> None:
    to = line(with_tries(office.image, SURFACE, 0x0012, 8))
    assert problem_of(to, office, tries=9) is Problem.TRIES_CHANGED
    assert tries_left(to, SURFACE, 0x0012) == 8
    assert isinstance(read(to, office, tries=8), Holder)


@pytest.mark.parametrize("aid_file", [(SURFACE, 0x0012), (TEXT, 0x0015)])
@pytest.mark.parametrize(("tries", "problem"), [(1, Problem.CARD_CODE_NEARLY_LOCKED), (0, Problem.CARD_CODE_LOCKED)])
def test_the_last_try_is_never_spent(office: Office, aid_file: tuple[bytes, int], tries: int, problem: Problem) -> None:
    to = line(with_tries(office.image, *aid_file, tries))
    assert problem_of(to, office) is problem
    assert tries_left(to, *aid_file) == tries


def test_a_torn_earlier_read_of_the_text_does_not_shut_the_holder_out(office: Office) -> None:
    to = line(with_tries(office.image, TEXT, 0x0015, 9))
    assert isinstance(read(to, office), Holder)
    assert tries_left(to, TEXT, 0x0015) == FULL


@pytest.mark.parametrize("status", ["6983", "6984"])
def test_both_ways_to_say_blocked_are_understood(office: Office, status: str) -> None:
    def block(command: bytes, answer: bytes) -> bytes:
        return bytes.fromhex(status) if command == apdu.query_tries() else answer

    assert problem_of(Line(VirtualCard(office.image), block), office) is Problem.CARD_CODE_LOCKED


@pytest.mark.parametrize("code", ["", "1" * 12, "1" * 15, "１" * 14, "abcdefghijklmn"])
def test_what_is_no_card_code_is_not_sent(office: Office, code: str) -> None:
    to = line(office.image)
    assert problem_of(to, office, code) is Problem.CARD_CODE_WRONG
    assert tries_left(to, SURFACE, 0x0012) == FULL


@given(taken_after=st.integers(0, 40))
@settings(max_examples=25, deadline=None)
def test_after_a_lost_connection_nothing_more_is_sent(office: Office, taken_after: int) -> None:
    sent: list[bytes] = []
    card = VirtualCard(office.image)

    def transmit(command: bytes) -> bytes:
        sent.append(command)
        if len(sent) > taken_after:
            raise TerminalError(Problem.CARD_REMOVED)
        return card.transmit(command)

    with pytest.raises(TerminalError) as caught:
        reading.read_holder(transmit, CODE, FULL, office.anchors, TODAY)
    assert caught.value.problem is Problem.CARD_REMOVED
    assert len(sent) == taken_after + 1
