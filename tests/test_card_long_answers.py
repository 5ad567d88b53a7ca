"""Answers of over 256 bytes are tried once for each reader, where no try is at stake, and what comes of it is kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.card import apdu
from device.card.apdu import Carries, Channel, Transmit
from device.card.process import Questions
from device.virtual.card import VirtualCard
from device.virtual.card_image import CardImage
from device.virtual.issuing import issue
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_news import CardNews
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.practice.reaction import card_code
from terminal.problems import Problem, TerminalError

PERSON = load_deck()["p01"]
ABOUT = {"insertion": "1", "tries": 10}
CODE = card_code(PERSON)


class Reader:
    """A slot with a virtual card on it, and a line that may break under a long answer; counts its connections."""

    def __init__(self, card: VirtualCard, *, breaks: bool = False) -> None:
        self.card = card
        self.is_there = True
        self.breaks = breaks
        self.sent: list[bytes] = []
        self.connections = 0
        self.known = Carries()

    def watch(self, tell: Callable[[CardNews], None]) -> None:
        raise NotImplementedError

    def restate(self) -> None:
        raise NotImplementedError

    @contextmanager
    def connect(self, insertion: str) -> Iterator[Transmit]:
        self.connections += 1
        if not self.is_there:
            raise TerminalError(Problem.CARD_REMOVED)
        yield self._transmit
        self.card.power_off()

    def carries(self, insertion: str) -> Carries:
        return self.known

    def atr(self, insertion: str) -> bytes:
        return self.card.atr

    def long_reads(self) -> int:
        return sum(command[1] == 0xB0 and len(command) == 7 for command in self.sent)

    def _transmit(self, command: bytes) -> bytes:
        self.sent.append(command)
        if self.breaks and len(command) == 7 and command[1] == 0xB0:
            self.card.power_off()
            raise TerminalError(Problem.CARD_REMOVED, "PC/SC 8010002F")
        return self.card.transmit(command)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> CardImage:
    now = datetime.now(UTC)
    return issue(PERSON, Authority.make(now), now.date())


@pytest.fixture
def lay(image: CardImage) -> Callable[..., tuple[Reader, Questions]]:
    def laid(quirks: Quirks = PLAIN, *, breaks: bool = False) -> tuple[Reader, Questions]:
        reader = Reader(VirtualCard(image, quirks), breaks=breaks)
        return reader, Questions(reader, None)

    return laid


Lay = Callable[..., tuple[Reader, Questions]]


def whole_visit(questions: Questions) -> None:
    questions.identify(ABOUT, [])
    questions.read_holder(ABOUT, [CODE.encode()])


def test_a_reader_that_carries_them_reads_a_card_in_half_the_commands(lay: Lay) -> None:
    reader, questions = lay()
    whole_visit(questions)
    with_long = len(reader.sent)
    reader.sent.clear()
    reader.known.long_answers = False
    whole_visit(questions)
    assert with_long * 2 <= len(reader.sent)
    assert reader.long_reads() == 0


def test_a_card_that_refuses_is_read_on_the_same_connection_and_asked_once(lay: Lay) -> None:
    reader, questions = lay(Quirks(short_apdus_only=True))
    whole_visit(questions)
    assert (reader.connections, reader.long_reads()) == (2, 1)
    whole_visit(questions)
    assert reader.long_reads() == 1


def test_a_connection_that_breaks_is_made_anew_once_and_the_card_is_read(lay: Lay) -> None:
    reader, questions = lay(breaks=True)
    _, [certificate] = questions.identify(ABOUT, [])
    assert certificate == reader.card.image.certificate
    assert (reader.connections, reader.long_reads(), reader.known.long_answers) == (2, 1, False)


def test_a_card_that_went_amid_the_first_long_answer_leaves_the_reader_untried(lay: Lay) -> None:
    reader, questions = lay(breaks=True)
    reader.is_there = True
    line = reader._transmit

    def go(command: bytes) -> bytes:
        reader.is_there = len(command) != 7
        return line(command)

    reader._transmit = go  # type: ignore[method-assign]  # the hand that pulls the card
    with pytest.raises(TerminalError) as caught:
        questions.identify(ABOUT, [])
    assert (caught.value.problem, reader.known.long_answers) == (Problem.CARD_REMOVED, None)


def test_they_are_not_tried_where_a_try_may_be_spent(lay: Lay) -> None:
    reader, questions = lay(breaks=True)
    questions.read_holder(ABOUT, [CODE.encode()])
    assert (reader.connections, reader.long_reads(), reader.known.long_answers) == (1, 0, None)


def test_nothing_is_asked_again_when_a_proven_reader_loses_the_card_after_a_code(lay: Lay) -> None:
    reader, questions = lay(breaks=True)
    reader.known.long_answers = True
    with pytest.raises(TerminalError):
        questions.read_holder(ABOUT, [CODE.encode()])
    assert reader.connections == 1
    assert sum(command[1] == 0x20 and len(command) > 4 for command in reader.sent) == 1
    assert reader.known.long_answers is True


def test_a_reader_that_hung_is_asked_for_none(lay: Lay) -> None:
    reader, questions = lay()
    questions._is_short = True
    whole_visit(questions)
    assert (reader.long_reads(), reader.known.long_answers) == (0, None)


@given(st.binary(min_size=257, max_size=4000), st.integers(1, 4000))
def test_whatever_a_reader_cuts_off_is_read_on(content: bytes, most: int) -> None:
    def transmit(command: bytes) -> bytes:
        at = int.from_bytes(command[2:4])
        length = int.from_bytes(command[5:7]) if len(command) == 7 else command[4] or apdu.MOST_READ
        return content[at : at + min(length, most)] + b"\x90\x00"

    channel, read = Channel(transmit, Carries()), b""
    while len(read) < len(content):
        read += channel.read(len(read), len(content) - len(read))[0]
    assert read == content
