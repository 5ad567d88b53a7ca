"""A try of the card code is spent only when it is the one that a person was shown, and never the last."""

import pytest
from card_office import CODE, FULL, TODAY, Line, Office, line, office_in, problem_of, read, with_tries
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import apdu, reading
from device.virtual.card import VirtualCard
from device.virtual.card_image import SURFACE, TEXT, Code
from terminal.card_token import CodeRefused
from terminal.people import Holder
from terminal.problems import Problem, TerminalError


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_in(tmp_path_factory.mktemp("office"))


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
