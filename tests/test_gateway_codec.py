"""A kiosk's question is read as it was put, and an answer says to the kiosk just what the service said."""

import string
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kiosks import INSTITUTION, NOW, message, record_of

from terminal.card_token import TokenKind
from terminal.coverage import (
    Certificate,
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Question,
    Record,
    Refused,
    Relation,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.eligibility.untrusted_xml import parse
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.gateway.answer import write_answer
from terminal.gateway.question import identifier_upstream, read_question
from terminal.people import Card, Consent, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError

WORDS = st.text(st.sampled_from("見本花子髙●①ﾐﾎﾝ&<>\"' 　" + string.ascii_letters), max_size=20).map(str.strip)
NUMBERS = st.text(st.sampled_from(string.digits), min_size=1, max_size=8)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
RECORDS = st.builds(
    Record,
    WORDS.map(lambda word: word or None),
    WORDS.map(lambda word: word or None),
    st.none() | DAYS,
    st.sampled_from((Sex.MALE, Sex.FEMALE, None)),
    WORDS.map(lambda word: word or None),
)
COVERAGES = st.builds(
    Coverage,
    NUMBERS.map(lambda number: number.zfill(8)),
    WORDS,
    WORDS,
    NUMBERS,
    st.just("") | st.integers(0, 99).map("{:02d}".format),
    st.none() | st.sampled_from(Relation),
    st.none() | st.integers(0, 100),
    st.none() | DAYS,
    st.none() | DAYS,
    st.none() | st.builds(Certificate, st.none() | DAYS, DAYS, st.integers(0, 100)),
    st.none()
    | st.builds(Certificate, DAYS, st.none() | DAYS, category=st.sampled_from(["", "区分ア"]), issued=st.none() | DAYS),
).map(lambda it: it if it.copay_percent is not None else replace(it, elderly_certificate=None))  # it would be a ratio
REPLIES: st.SearchStrategy[Reply] = st.one_of(
    st.builds(InForce, RECORDS, COVERAGES, WORDS),
    st.builds(InForceUnregistered, RECORDS, COVERAGES),
    st.builds(NotInForce, st.none() | RECORDS, st.booleans(), WORDS),
    st.builds(NotFound),
    st.builds(SeveralFound),
    st.builds(StillRunning),
    st.builds(Refused, WORDS, WORDS),
)
QUESTIONS = st.builds(
    Question,
    st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=40),
    st.builds(
        Verified,
        st.builds(
            Card, st.just(""), st.just(TokenKind.PLASTIC), st.binary(min_size=1), st.just(NOW), st.none(), st.none()
        ),
        st.none(),
        st.sampled_from(VerificationMethod),
    ),
    st.frozensets(st.sampled_from(Consent)),
    DAYS,
    st.just(NOW),
)


@settings(max_examples=50, deadline=None)
@given(REPLIES)
def test_whatever_a_service_says_reaches_the_kiosk_as_that_and_as_nothing_else(reply: Reply) -> None:
    asked = read_question(message("q-1", "p1"), "desk-1")
    written = write_answer(asked, reply, NOW)
    assert decode_reply(written, "q-1", INSTITUTION, NOW.date()) == reply


@settings(max_examples=50, deadline=None)
@given(QUESTIONS)
def test_what_the_service_is_asked_is_what_the_kiosk_asked(question: Question) -> None:
    asked = read_question(encode_question(question, INSTITUTION), "desk-1")
    assert (asked.identifier, asked.institution_code) == (question.identifier, INSTITUTION)
    assert isinstance(asked.question, Question)
    assert asked.question.verified == question.verified
    assert asked.question.consents == question.consents
    assert (asked.question.day, asked.question.asked_at) == (question.day, question.asked_at)


def test_two_kiosks_with_the_same_key_have_two_questions_at_the_service() -> None:
    assert identifier_upstream("desk-1", "q-1") == identifier_upstream("desk-1", "q-1")
    assert (
        len({identifier_upstream(*names) for names in (("desk-1", "q-1"), ("desk-2", "q-1"), ("desk-1", "q-2"))}) == 3
    )


@pytest.mark.parametrize("control", ["\x00", "\x0b", "\r"])
def test_a_reply_that_xml_cannot_carry_is_unreadable_and_never_altered(control: str) -> None:
    about = record_of(f"p{control}1")
    with pytest.raises(TerminalError) as caught:
        write_answer(read_question(message("q-1", "p1"), "desk-1"), about, NOW)
    assert caught.value.problem is Problem.SERVICE_UNREADABLE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<UserCertificate>", "<UserCertificate>?"),
        (">q-1<", "><"),
        (">20261121<", ">20261331<"),
        ("<HolderVerification>face<", "<HolderVerification>guess<"),
        ("+00:00", ""),
        ("CardConfirmSearchInfo", "QualificationConfirmSearchInfo"),
        ("<MessageHeader>", "<MessageHeader><ArbitraryFileIdentifier>q-1</ArbitraryFileIdentifier>"),
    ],
)
def test_what_is_no_whole_question_is_refused(old: str, new: str) -> None:
    whole = message("q-1", "p1").decode()
    assert old in whole
    parse(whole.encode())
    with pytest.raises(TerminalError) as caught:
        read_question(whole.replace(old, new).encode(), "desk-1")
    assert caught.value.problem is Problem.SERVICE_UNREADABLE


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused_as_unreadable(untrusted: bytes) -> None:
    with pytest.raises(TerminalError) as caught:
        read_question(untrusted, "desk-1")
    assert caught.value.problem is Problem.SERVICE_UNREADABLE


def test_a_day_long_ago_is_kept_as_it_is() -> None:
    reply = InForce(Record(None, None, date(901, 2, 3), None, None), record_of("1").coverage)
    asked = read_question(message("q-1", "p1"), "desk-1")
    assert decode_reply(write_answer(asked, reply, NOW + timedelta(1)), "q-1", INSTITUTION, NOW.date()) == reply
