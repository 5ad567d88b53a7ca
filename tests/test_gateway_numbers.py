"""Questions without a card through the gateway: one key, one answer; nobody gets another's; what is cut off is put."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from kiosks import INSTITUTION, LIMIT, NOW, Registry, Slow, message, record_of

from offline_cache.job_file import open_job_file
from terminal.clock import SystemClock
from terminal.eligibility.codes import ReferenceClassification
from terminal.eligibility.untrusted_xml import parse, section, text
from terminal.eligibility.xmlmsg import decode_reply, encode_number_question
from terminal.gateway.gateway import Gateway, NotTakenError
from terminal.gateway.jobs import Job, Jobs
from terminal.gateway.question import identifier_upstream, read_question
from terminal.insured import Insured, NumberQuestion
from terminal.problems import Problem, TerminalError

KEYS = secrets.token_bytes(32), secrets.token_bytes(32)
DAY = NOW.date()


def asked(key: str, number: str, *, limit_amount: bool = False) -> bytes:
    insured = Insured("06999999", "12", number, "01", date(1992, 4, 12))
    return encode_number_question(NumberQuestion(key, insured, DAY, limit_amount), INSTITUTION)


def opened_jobs(folder: Path) -> Jobs:
    return Jobs(open_job_file(folder / "store", KEYS[0]), KEYS[1])


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def gateway(tmp_path: Path, registry: Registry) -> Iterator[Gateway]:
    made = Gateway(opened_jobs(tmp_path), [registry] * 4, INSTITUTION, SystemClock(), timedelta(hours=1))
    yield made
    made.close(grace_seconds=0)


def test_a_question_by_number_is_read_as_it_was_put() -> None:
    question = read_question(asked("q-1", "345678", limit_amount=True), "desk-1").question
    assert isinstance(question, NumberQuestion)
    assert (question.insured.number, question.day, question.limit_amount) == ("345678", DAY, True)
    assert question.identifier == identifier_upstream("desk-1", "q-1")


def test_each_gets_the_record_of_their_own_number_once(gateway: Gateway, registry: Registry) -> None:
    numbers = [str(number) for number in range(1000, 1060)]
    answers = {number: gateway.submit(f"desk-{number}", "q-1", asked("q-1", number)) for number in numbers}
    for number, answer in answers.items():
        untrusted = answer.result(LIMIT)
        assert decode_reply(untrusted, "q-1", INSTITUTION, DAY) == record_of(number)
        assert gateway.submit(f"desk-{number}", "q-1", asked("q-1", number)).result(LIMIT) == untrusted
    assert len(registry.asked) == len(numbers)


def test_an_answer_says_that_it_was_asked_by_number(gateway: Gateway) -> None:
    header = section(parse(gateway.submit("desk-1", "q-1", asked("q-1", "7")).result(LIMIT)), "MessageHeader")
    assert text(header, "ReferenceClassification") == ReferenceClassification.NUMBER


def test_a_key_that_was_a_cards_is_never_a_numbers(gateway: Gateway) -> None:
    gateway.submit("desk-1", "q-1", message("q-1", "7")).result(LIMIT)
    late = gateway.submit("desk-1", "q-1", asked("q-1", "7")).exception(LIMIT)
    assert isinstance(late, NotTakenError)
    assert late.status is HTTPStatus.CONFLICT


def test_a_card_and_a_number_in_one_message_are_refused(gateway: Gateway) -> None:
    both = asked("q-1", "7").replace(b"<MessageBody>", b"<MessageBody><CardConfirmSearchInfo />")
    with pytest.raises(NotTakenError) as caught:
        gateway.submit("desk-1", "q-1", both)
    assert caught.value.status is HTTPStatus.BAD_REQUEST


def test_what_a_run_that_was_cut_off_had_taken_is_put_by_the_next_under_the_same_identifier(
    tmp_path: Path, registry: Registry
) -> None:
    before = opened_jobs(tmp_path)
    before.accept(Job("desk-1", "q-1", asked("q-1", "7")), int(NOW.timestamp()) + 10**9)
    before.close()  # taken and on disk, and never put
    after = Gateway(opened_jobs(tmp_path), [registry], INSTITUTION, SystemClock(), timedelta(hours=1))
    try:
        answer = after.submit("desk-1", "q-1", asked("q-1", "7")).result(LIMIT)
    finally:
        after.close(grace_seconds=0)
    assert decode_reply(answer, "q-1", INSTITUTION, DAY) == record_of("7")
    assert registry.asked == [identifier_upstream("desk-1", "q-1")]


def test_a_service_that_takes_no_numbers_refuses_and_nobody_is_offered_a_stored_answer(tmp_path: Path) -> None:
    gateway = Gateway(opened_jobs(tmp_path), [Slow()], INSTITUTION, SystemClock(), timedelta(hours=1))
    try:
        error = gateway.submit("desk-1", "q-1", asked("q-1", "7")).exception(LIMIT)
    finally:
        gateway.close(grace_seconds=0)
    assert isinstance(error, TerminalError)
    assert error.problem is Problem.SERVICE_REFUSED
