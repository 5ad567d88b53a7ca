"""Answers in parts are put together, long ones tried once; nothing that spends a try is ever sent twice."""

from collections.abc import Callable

import pytest

from device.card import apdu
from device.card.apdu import Carries, Channel, LongAnswerLostError
from terminal.problems import Problem, TerminalError

READ = apdu.read_binary(0, 256)


def scripted(*answers: str) -> tuple[Callable[[bytes], bytes], list[bytes]]:
    sent: list[bytes] = []
    waiting = iter(answers)

    def transmit(command: bytes) -> bytes:
        sent.append(command)
        return bytes.fromhex(next(waiting))

    return transmit, sent


def test_an_answer_in_parts_is_fetched_whole() -> None:
    transmit, sent = scripted("AA 6102", "BB CC 6101", "DD 9000")
    assert Channel(transmit).send(READ) == (b"\xaa\xbb\xcc\xdd", 0x9000)
    assert sent[1:] == [bytes.fromhex("00C0000002"), bytes.fromhex("00C0000001")]


def test_a_read_is_asked_again_with_the_length_that_the_card_tells() -> None:
    transmit, sent = scripted("6C03", "AABBCC 9000")
    assert Channel(transmit).send(READ) == (b"\xaa\xbb\xcc", 0x9000)
    assert sent[1] == apdu.read_binary(0, 3)


def test_the_very_first_command_is_repeated_once_when_the_card_was_not_ready() -> None:
    transmit, sent = scripted("6F00", "9000", "6F00")
    channel = Channel(transmit)
    assert channel.send(READ) == (b"", 0x9000)
    assert channel.send(READ) == (b"", 0x6F00)
    assert len(sent) == 3


@pytest.mark.parametrize("answer", ["6C04", "6F00", "6700"])
def test_a_code_is_given_once_whatever_the_card_answers(answer: str) -> None:
    transmit, sent = scripted("9000", answer)
    channel = Channel(transmit)
    channel.send(apdu.query_tries())
    channel.send(apdu.verify("0000"))
    assert len(sent) == 2


def test_an_answer_that_never_ends_is_given_up() -> None:
    with pytest.raises(TerminalError) as caught:
        Channel(lambda command: b"\x00\x61\x01").send(READ)
    assert caught.value.problem is Problem.CARD_UNREADABLE


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_an_answer_without_a_status_word_is_no_answer(answer: bytes) -> None:
    with pytest.raises(TerminalError) as caught:
        Channel(lambda command: answer).send(READ)
    assert caught.value.problem is Problem.CARD_UNREADABLE


@pytest.mark.parametrize(
    ("status", "left"), [(0x63CA, 10), (0x63C0, 0), (0x6983, 0), (0x6984, 0), (0x9000, None), (0x6300, None)]
)
def test_status_words_tell_tries(status: int, left: int | None) -> None:
    assert apdu.tries_left(status) == left


def test_a_long_answer_is_asked_for_at_once_where_the_reader_carries_it() -> None:
    transmit, sent = scripted("AABB 9000", "CC 6282")
    carries = Carries()
    channel = Channel(transmit, carries)
    assert channel.read(256, 1327) == (b"\xaa\xbb", 0x9000)
    assert channel.read(258, 1325) == (b"\xcc", 0x6282)
    assert sent == [bytes.fromhex("00B0010000052F"), bytes.fromhex("00B0010200052D")]
    assert carries.long_answers is True


@pytest.mark.parametrize("refusal", ["6700", "6C00", "6A86", "6B00", "6D00", "9000"])
def test_a_long_answer_that_is_refused_is_asked_for_in_short_ones_from_then_on(refusal: str) -> None:
    transmit, sent = scripted(refusal, "AA 9000", "BB 9000")
    carries = Carries()
    channel = Channel(transmit, carries)
    assert channel.read(256, 1000) == (b"\xaa", 0x9000)
    assert channel.read(512, 744) == (b"\xbb", 0x9000)
    assert sent[1:] == [apdu.read_binary(256, 256), apdu.read_binary(512, 256)]
    assert carries.long_answers is False


def test_a_connection_lost_to_the_first_long_answer_says_so_and_to_a_later_one_does_not() -> None:
    def lose(_command: bytes) -> bytes:
        raise TerminalError(Problem.CARD_REMOVED)

    untried, proven = Carries(), Carries(long_answers=True)
    with pytest.raises(LongAnswerLostError) as caught:
        Channel(lose, untried).read(256, 1000)
    assert (caught.value.problem, untried.long_answers) == (Problem.CARD_REMOVED, False)
    with pytest.raises(TerminalError) as raised:
        Channel(lose, proven).read(256, 1000)
    assert not isinstance(raised.value, LongAnswerLostError)
    assert proven.long_answers is True


@pytest.mark.parametrize("length", [1, 255, 256])
def test_what_fits_a_short_answer_is_asked_for_as_one(length: int) -> None:
    transmit, sent = scripted("AA 9000")
    Channel(transmit, Carries()).read(300, length)
    assert sent == [apdu.read_binary(300, length)]
