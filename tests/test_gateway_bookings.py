"""A day's bookings through the gateway: asked once each, whatever is killed, and nobody fetches another's answers."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from http import HTTPStatus
from pathlib import Path

import pytest
from bulk_gateway import COUNT, DAY, KEYS, Upstream, ask, opened
from hypothesis import given
from hypothesis import strategies as st
from kiosks import INSTITUTION, LIMIT, Registry

from terminal.coverage import Refused
from terminal.eligibility.bookings_messages import (
    MOST_QUESTIONS,
    Envelope,
    Search,
    decode_answers,
    decode_reception,
    encode_fetch,
    encode_many,
)
from terminal.gateway.gateway import Gateway, NotTakenError
from terminal.gateway.many import Receptions
from terminal.gateway.question import read_question
from terminal.insured import Insured
from terminal.problems import Problem, TerminalError

INSURED = Insured("00990010", "12", "345", "01", date(1992, 4, 12))
ENVELOPE = Envelope("q-1", INSTITUTION, DAY)
ONE = encode_many(ENVELOPE, [Search("000002", INSURED)])


class Line:
    """A kiosk's line to a gateway, without HTTPS."""

    def __init__(self, gateway: Gateway, terminal: str = "desk-1") -> None:
        self._gateway = gateway
        self._terminal = terminal

    def exchange(self, identifier: str, body: bytes) -> bytes:
        try:
            return self._gateway.submit(self._terminal, identifier, body).result(LIMIT)
        except NotTakenError as refusal:
            raise TerminalError(Problem.SERVICE_REFUSED, str(refusal)) from refusal


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


@pytest.fixture
def gateway(tmp_path: Path, upstream: Upstream) -> Iterator[Gateway]:
    made = opened(tmp_path, upstream)
    yield made
    made.close(grace_seconds=0)


def test_a_days_bookings_come_through_the_gateway_as_they_would_without(
    gateway: Gateway, upstream: Upstream, tmp_path: Path
) -> None:
    (tmp_path / "without").mkdir()
    direct = ask(Upstream(tmp_path / "other"), tmp_path / "without")
    assert ask(Line(gateway), tmp_path) == direct
    assert len(direct) == COUNT
    assert set(upstream.times().values()) == {1}


@pytest.mark.parametrize("problem", [Problem.SERVICE_SILENT, Problem.LINE_DOWN])
def test_an_outage_behind_the_gateway_puts_the_same_questions_again(
    gateway: Gateway, upstream: Upstream, tmp_path: Path, problem: Problem
) -> None:
    upstream.fails = [problem, problem]
    assert len(ask(Line(gateway), tmp_path)) == COUNT
    assert set(upstream.times().values()) == {1}


def test_a_desk_that_is_killed_goes_on_and_a_gateway_that_ends_knows_what_was_asked(
    upstream: Upstream, tmp_path: Path
) -> None:
    for patience in (0, 1, None):  # killed before the first look, then after it
        gateway = opened(tmp_path, upstream)
        try:
            outcomes = ask(Line(gateway), tmp_path, patience)
        except KeyboardInterrupt:
            continue
        finally:
            gateway.close(grace_seconds=0)
    assert len(outcomes) == COUNT
    assert set(upstream.times().values()) == {1}


def test_questions_asked_again_have_the_same_reception_number_and_are_put_once(
    gateway: Gateway, upstream: Upstream
) -> None:
    first = Line(gateway).exchange("q-1", ONE)
    upstream.fails = [Problem.PROGRAM_ERROR]
    assert Line(gateway).exchange("q-1", ONE) == first
    assert upstream.fails


def test_a_kiosk_fetches_its_own_answers_and_no_others(gateway: Gateway) -> None:
    reception = decode_reception(Line(gateway).exchange("q-1", ONE), ENVELOPE)
    assert isinstance(reception, str)
    for terminal, is_theirs in (("desk-2", False), ("desk-1", True)):
        look = Envelope("look-1", INSTITUTION, DAY)
        answer = Line(gateway, terminal).exchange("look-1", encode_fetch(look, reception))
        found = decode_answers(answer, look, {"000002": INSURED})
        assert isinstance(found, Refused) is not is_theirs


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_a_reception_number_is_one_kiosks_alone(terminal: str, number: str, other: str) -> None:
    receptions = Receptions(KEYS[0])
    given_one = receptions.given(terminal, number)
    assert receptions.number(terminal, given_one) == number
    assert (receptions.number(other, given_one) is None) == (other != terminal)
    assert receptions.number(terminal, other) is None
    assert Receptions(KEYS[1]).number(terminal, given_one) is None


@pytest.mark.parametrize(
    "answer", [b"", b"<XmlMsg/>", ONE, b"<XmlMsg><MessageHeader><SegmentOfResult>1</SegmentOfResult></MessageHeader>"]
)
def test_an_answer_that_is_none_is_a_refusal_to_the_kiosk_and_kept(tmp_path: Path, answer: bytes) -> None:
    class Broken(Registry):
        def exchange(self, identifier: str, _: bytes) -> bytes:
            self.asked.append(identifier)
            return answer

    service = Broken()
    gateway = opened(tmp_path, service)
    with closing(gateway):
        for _ in range(2):
            assert isinstance(decode_reception(Line(gateway).exchange("q-1", ONE), ENVELOPE), Refused)
    assert len(service.asked) == 1


def test_a_service_that_takes_one_at_a_time_refuses(tmp_path: Path) -> None:
    with closing(opened(tmp_path, Registry())) as gateway, pytest.raises(TerminalError) as caught:
        Line(gateway).exchange("q-1", ONE)
    assert caught.value.problem is Problem.SERVICE_REFUSED


@pytest.mark.parametrize(
    "body",
    [
        encode_many(ENVELOPE, [Search("000002", INSURED)] * 2),
        encode_many(ENVELOPE, [Search(f"{number:06d}", INSURED) for number in range(MOST_QUESTIONS + 1)]),
        encode_many(ENVELOPE, [Search("000002", INSURED), Search("", INSURED)]),
        ONE.replace(b"</MessageBody>", b"<ReceptionNumber>1</ReceptionNumber></MessageBody>"),
        ONE.replace(b"<MessageBody>", b"<MessageBody><CardConfirmSearchInfo />"),
    ],
)
def test_what_is_no_whole_message_is_refused(body: bytes) -> None:
    with pytest.raises(TerminalError) as caught:
        read_question(body, "desk-1")
    assert caught.value.problem is Problem.SERVICE_UNREADABLE


def test_nothing_of_anybody_is_told_when_a_question_is_shown() -> None:
    assert "345" not in repr(read_question(ONE, "desk-1"))


def test_a_message_of_another_kind_is_a_bad_request(gateway: Gateway) -> None:
    with pytest.raises(NotTakenError) as caught:
        gateway.submit("desk-1", "q-1", ONE.replace(b"MessageBody", b"Body"))
    assert caught.value.status is HTTPStatus.BAD_REQUEST
