"""Whatever hands do at the desk and whatever happens to the card meanwhile, no try is burnt that nobody was shown.

The real check-in (`advance`, `perform`) against the virtual card. What is held is held at the wire: each code that
reaches the card was confirmed once, by a person who saw the very number of tries that the card had left just then.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from device.card import reading
from device.card.anchors import Anchors, load_anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import JPKI, SURFACE, TEXT, CardImage, Code
from device.virtual.issuing import issue
from device.virtual.quirks import Quirks
from terminal.card_code import compose
from terminal.card_token import CodeRefused
from terminal.checkin import advance
from terminal.events import (
    CardCodeEntered,
    CardLaid,
    CardRemoved,
    Event,
    FaceDeclined,
    FaceRetried,
    LastTryConfirmed,
    LastTryDeclined,
    PinEntered,
)
from terminal.people import Card, Holder
from terminal.perform import perform
from terminal.ports import Ports
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError
from terminal.states import (
    AwaitingCardCode,
    AwaitingOperator,
    ConfirmingLastTry,
    Ended,
    Idle,
    MatchingFace,
    ReadingHolder,
    State,
    Work,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PERSON = load_deck()["p01"]
CODE = compose(PERSON.birth_date, PERSON.card.expires.year, PERSON.card.security_code)
Reference = tuple[bytes, int]
SURFACE_CODE, TEXT_CODE, PIN = (SURFACE, 0x0012), (TEXT, 0x0015), (JPKI, 0x0018)
RIGHT = {SURFACE_CODE: CODE.encode(), TEXT_CODE: CODE.encode(), PIN: PERSON.card.pin.encode()}
MOST_APDUS = 60  # of a question


@cache
def office() -> tuple[CardImage, Anchors]:
    authority = Authority.make(NOW)
    with TemporaryDirectory() as folder:
        authority.save(Path(folder))
        return issue(PERSON, authority, TODAY), load_anchors(Path(folder) / "anchors")


class NeverAskedError(AssertionError):
    """A code went to the card that no person had agreed to."""


@dataclass
class Wire:
    """One connection to the card, on which everything that could burn a try is judged before the card gets it."""

    card: VirtualCard
    confirmed: dict[Reference, int | None]  # the tries that a person saw when they typed; each entry is good for one
    breaks_after: int | None
    second_yes: bool = False  # a person was asked once more, because it is the last
    aid: bytes = b""
    file: int = 0
    asked: Reference | None = None  # whose tries were told last
    accepted: set[Reference] = field(default_factory=set)
    sent: int = 0
    is_broken: bool = False

    def __call__(self, command: bytes) -> bytes:
        assert not self.is_broken, "something was sent after the line broke"
        self._follow(command)
        if command[1] == 0x20 and len(command) > 4:
            self._judge(command[5:])
        if self.sent == self.breaks_after:
            self.is_broken = True
            raise TerminalError(Problem.CARD_REMOVED)
        self.sent += 1
        answer = self.card.transmit(command)
        if command[1] == 0x20:
            self.asked = self.reference if len(command) == 4 else None
            if len(command) > 4 and answer == b"\x90\x00":
                self.accepted.add(self.reference)
        return answer

    @property
    def reference(self) -> Reference:
        return self.aid, self.file

    def _follow(self, command: bytes) -> None:
        if command[1:3] == b"\xa4\x04":
            self.aid, self.file = command[5:], 0
        elif command[1:3] == b"\xa4\x02":
            self.file = int.from_bytes(command[5:])
        elif command[1] == 0xB0 and command[2] & 0x80:
            self.file = command[2] & 0x1F

    def _judge(self, code: bytes) -> None:
        left = tries(self.card.image, self.reference)
        if self.asked != self.reference:
            raise NeverAskedError("its tries were not asked for just before")
        if left <= 1 and not self.second_yes:
            raise NeverAskedError("the last try")
        if self.reference == TEXT_CODE:
            if SURFACE_CODE not in self.accepted or code != RIGHT[SURFACE_CODE]:
                raise NeverAskedError("the surface has not accepted this code")
        elif self.confirmed.pop(self.reference, None) != left:
            raise NeverAskedError("another number of tries was shown")


def tries(image: CardImage, reference: Reference) -> int:
    entry = image.applications[reference[0]][reference[1]]
    assert isinstance(entry, Code)
    return entry.tries


def with_tries(image: CardImage, reference: Reference, count: int) -> CardImage:
    entry = image.applications[reference[0]][reference[1]]
    assert isinstance(entry, Code)
    return image.with_entry(*reference, replace(entry, tries=count))


class Reader:
    """The card reader as the desk asks it, without its process."""

    def __init__(self, machine: "Desk") -> None:
        self._machine = machine

    def identify(self, insertion: str) -> Card:
        return reading.identify(self._machine.connect(), insertion)

    def read_holder(self, card: Card, code: str) -> Holder | CodeRefused:
        return reading.read_holder(self._machine.connect(), code, card.card_code_tries, office()[1], TODAY)

    def verify_pin(self, card: Card, pin: str) -> CodeRefused | None:
        return reading.verify_pin(self._machine.connect(), card, pin, office()[1], NOW)


class CardCodes:
    """The card codes that patients wanted remembered, without their file."""

    def __init__(self) -> None:
        self.kept: dict[bytes, str] = {}

    def remember(self, certificate: bytes, code: str, _card_expires: date, _now: datetime) -> None:
        self.kept[certificate] = code

    def recall(self, certificate: bytes, _now: datetime) -> str | None:
        return self.kept.get(certificate)

    def forget(self, certificate: bytes) -> None:
        self.kept.pop(certificate, None)


class Clock:
    def now(self) -> datetime:
        return NOW


class Desk(RuleBasedStateMachine):
    """A desk with one card, an honest but clumsy patient, and another program on the same card."""

    @initialize(
        counts=st.tuples(*[st.sampled_from([10, 9, 3, 2, 1, 0])] * 2, st.sampled_from([3, 2, 1, 0])),
        quirks=st.builds(
            Quirks,
            locked_status=st.sampled_from([0x6983, 0x6984]),
            first_command_6f00=st.booleans(),
            junk_before_text_file=st.booleans(),
            select_keeps_codes=st.booleans(),
            short_apdus_only=st.booleans(),
        ),
    )
    def issue_a_card(self, counts: tuple[int, int, int], quirks: Quirks) -> None:
        image = office()[0]
        for reference, count in zip((SURFACE_CODE, TEXT_CODE, PIN), counts, strict=True):
            image = with_tries(image, reference, count)
        self.card = VirtualCard(image, quirks)
        self.state: State = Idle()
        self.confirmed: dict[Reference, int | None] = {}
        self.breaks_after: int | None = None
        self.insertions = 0
        self.codes = CardCodes()
        self.second_yes = False
        nothing: Any = None  # the questions to the card touch no other port
        codes: Any = self.codes
        reader: Any = Reader(self)
        self.ports = Ports(reader, nothing, nothing, nothing, nothing, codes, nothing, Clock())

    def connect(self) -> Wire:
        self.card.power_off()
        breaks_after, self.breaks_after = self.breaks_after, None
        return Wire(self.card, self.confirmed, breaks_after, self.second_yes)

    def happens(self, event: Event) -> None:
        self.state = advance(self.state, event)
        while isinstance(self.state, Work) and not isinstance(self.state, MatchingFace):
            self.state = advance(self.state, perform(self.state, self.ports, lambda: True))
        self.second_yes = False
        self.confirmed.clear()  # what was not used at once is good for nothing later

    @precondition(lambda self: isinstance(self.state, Idle | Ended))
    @rule()
    def lay(self) -> None:
        self.insertions += 1
        self.confirmed[SURFACE_CODE] = 10  # who had a code remembered agreed to a try of an untouched card
        self.happens(CardLaid(str(self.insertions)))

    @precondition(lambda self: not isinstance(self.state, Idle))
    @rule()
    def take_the_card_away(self) -> None:
        self.happens(CardRemoved())

    @precondition(lambda self: isinstance(self.state, AwaitingOperator))
    @rule()
    def ask_for_the_camera(self) -> None:
        self.happens(FaceRetried())

    @precondition(lambda self: isinstance(self.state, MatchingFace))
    @rule()
    def decline_the_camera(self) -> None:
        self.happens(FaceDeclined())

    @precondition(lambda self: isinstance(self.state, AwaitingCardCode))
    @rule(code=st.sampled_from([CODE, CODE, CODE, "0" * 14, "1" * 14, CODE[:-1] + "x", ""]), keep=st.booleans())
    def type_the_code(self, code: str, keep: bool) -> None:
        assert isinstance(self.state, AwaitingCardCode)
        self.confirmed[SURFACE_CODE] = self.state.card.card_code_tries
        self.happens(CardCodeEntered(code, keep))

    @precondition(lambda self: isinstance(self.state, AwaitingOperator))
    @rule(pin=st.sampled_from([PERSON.card.pin, "0000", "0001", "12345", ""]))
    def type_the_pin(self, pin: str) -> None:
        assert isinstance(self.state, AwaitingOperator)
        self.confirmed[PIN] = self.state.card.pin_tries
        self.happens(PinEntered(pin))

    @precondition(lambda self: isinstance(self.state, ConfirmingLastTry))
    @rule(is_yes=st.booleans())
    def answer_the_second_question(self, is_yes: bool) -> None:
        assert isinstance(self.state, ConfirmingLastTry)
        self.second_yes = is_yes
        self.confirmed[SURFACE_CODE if isinstance(self.state.work, ReadingHolder) else PIN] = 1
        self.happens(LastTryConfirmed() if is_yes else LastTryDeclined())

    @rule(code=st.sampled_from(["0" * 14, CODE]))
    def the_card_gets_another_code(self, code: str) -> None:
        self.codes.kept = dict.fromkeys(self.codes.kept, code)

    @rule(reference=st.sampled_from([SURFACE_CODE, TEXT_CODE, PIN]), is_right=st.booleans())
    def another_program_gives_a_code(self, reference: Reference, is_right: bool) -> None:
        left = tries(self.card.image, reference)
        full = {SURFACE_CODE: 10, TEXT_CODE: 10, PIN: 3}[reference]
        if left:
            self.card.image = with_tries(self.card.image, reference, full if is_right else left - 1)

    @rule(after=st.integers(0, MOST_APDUS))
    def the_next_question_loses_the_line(self, after: int) -> None:
        self.breaks_after = after


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def test_the_machine_does_find_a_burnt_try() -> None:
    """A reader that forgets one rule is caught: here, one that tries a code a second time."""
    image, _ = office()
    wire = Wire(VirtualCard(image), {SURFACE_CODE: 10}, None)
    for command in ("00A4040C0A" + SURFACE.hex(), "00A4020C020012", "00200080", "002000800E" + "30" * 14):
        wire(bytes.fromhex(command))
    wire(bytes.fromhex("00200080"))
    with pytest.raises(NeverAskedError):
        wire(bytes.fromhex("002000800E" + "31" * 14))
