"""What the card process says is what the desk understands; what it must not say is refused."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.card import messages
from terminal.card_token import CodeRefused, TokenKind
from terminal.events import CardLaid, CardRemoved, ReaderLost, ReaderReady
from terminal.people import Card, Holder, IssuerTrust, Sex
from terminal.ports import CardNews
from terminal.problems import Problem, TerminalError

CARDS = st.builds(
    Card,
    insertion=st.text(),
    token=st.sampled_from(TokenKind),
    certificate=st.binary(),
    certificate_ends=st.datetimes(timezones=st.just(UTC)),
    card_code_tries=st.none() | st.integers(0, 10),
    pin_tries=st.none() | st.integers(0, 3),
)
HOLDERS = st.builds(
    Holder,
    name=st.text(),
    address=st.text(),
    birth_date=st.dates(),
    sex=st.sampled_from(Sex),
    portrait=st.none() | st.binary(min_size=1),
    card_expires=st.dates(),
    issuer=st.sampled_from(IssuerTrust),
)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.UNKNOWN)


@given(CARDS)
def test_a_card_arrives_as_it_was_sent(card: Card) -> None:
    assert messages.parse_card(*messages.write_card(card)) == card


@given(HOLDERS)
def test_a_holder_arrives_as_it_was_sent(holder: Holder) -> None:
    values, blobs = messages.write_holder(holder)
    assert messages.parse_holder(dict(values), blobs) == holder
    assert messages.parse_refused(dict(values)) is None


@pytest.mark.parametrize("news", [CardLaid("1"), CardRemoved(), ReaderLost(Problem.READER_ABSENT), ReaderReady()])
def test_news_arrive_as_they_were_sent(news: CardNews) -> None:
    assert messages.parse_news(messages.write_news(news)) == news


def test_a_refused_code_arrives_with_the_tries_left() -> None:
    assert messages.parse_refused(dict(messages.write_refused(CodeRefused(0))[0])) == CodeRefused(0)


@pytest.mark.parametrize("wrong", [{"birth_date": "1992"}, {"sex": "x"}, {"card_expires": None}, {"issuer": ""}])
def test_a_holder_told_otherwise_is_refused_without_repeating_it(wrong: dict[str, Any]) -> None:
    values, blobs = messages.write_holder(HOLDER)
    with pytest.raises(TerminalError) as caught:
        messages.parse_holder({**values, **wrong}, blobs)
    assert caught.value.problem is Problem.PROGRAM_ERROR
    assert HOLDER.name not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "untrusted", [{"news": "?"}, {"news": "card_laid"}, {"news": "reader_lost", "problem": "?"}, {"news": None}]
)
def test_news_told_otherwise_are_refused(untrusted: dict[str, Any]) -> None:
    with pytest.raises(TerminalError):
        messages.parse_news(untrusted)


def test_a_card_that_never_was_valid_arrives() -> None:
    never = datetime.min.replace(tzinfo=UTC)
    card = Card("1", TokenKind.ANDROID, b"", never, None, None)
    assert messages.parse_card(*messages.write_card(card)) == card
