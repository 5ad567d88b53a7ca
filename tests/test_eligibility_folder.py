"""Asking through the shared folders: put once, answered by its own reply alone, and never lost when it comes late."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from folder_site import (
    ASKED,
    BUDGET,
    CARD,
    INSTITUTION,
    LONG,
    NOBODY,
    NOW,
    QUESTION,
    Site,
    asked,
    fails,
    wait_for_a_request,
)
from hypothesis import given
from hypothesis import strategies as st

from terminal.coverage import NotFound
from terminal.eligibility.check import OUTAGES
from terminal.eligibility.folder_files import BEING_WRITTEN, SharedFolders
from terminal.eligibility.folder_jobs import Jobs
from terminal.eligibility.folder_names import ONE_PATIENT, request_name
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.eligibility.xmlmsg import encode_question
from terminal.practice.answers import Asked, write_answer
from terminal.problems import Problem


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with closing(Site(tmp_path)) as site:
        yield site


def _desk(site: Site) -> str:
    jobs = Jobs(site.record)
    jobs.close()
    return jobs.desk


def test_a_question_lies_whole_in_req_under_a_name_of_digits(site: Site) -> None:
    fails(lambda: site.line().ask(QUESTION))
    (request,) = site.requests()
    assert request.read_bytes() == encode_question(QUESTION, INSTITUTION)
    free = request.name.removeprefix("OQSsiquc01req_").removesuffix(".xml")
    assert free.isdecimal()
    assert free.startswith("20261121")
    assert not list((site.root / BEING_WRITTEN).iterdir())


def test_a_request_that_nobody_takes_is_an_outage(site: Site) -> None:
    error = fails(lambda: site.line().ask(QUESTION))
    assert (error.problem, error.detail) == (Problem.LINE_DOWN, "the link software does not take requests")
    assert error.problem in OUTAGES


def test_a_question_asked_again_is_not_put_again_and_gets_the_reply(site: Site) -> None:
    reply = asked(site)
    assert fails(lambda: site.line().ask(QUESTION)).problem is Problem.SERVICE_SILENT
    reply.write_bytes(NOBODY)
    assert site.line().ask(QUESTION) == NotFound()
    assert not site.requests()


def test_a_reply_is_left_where_others_may_read_it(site: Site) -> None:
    reply = asked(site)
    reply.write_bytes(NOBODY)
    before = reply.stat()
    site.line().ask(QUESTION)
    assert reply.read_bytes() == NOBODY
    assert (reply.stat().st_mtime_ns, reply.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, identifier="20261121101500-2"),
        replace(ASKED, identifier=""),
        replace(ASKED, institution_code="1310000000"),
        replace(ASKED, day="20261120"),
    ],
    ids=["identifier", "no identifier", "institution", "day"],
)
def test_a_reply_under_the_right_name_that_answers_another_question_is_refused(site: Site, other: Asked) -> None:
    asked(site).write_bytes(write_answer(other, None, NOW))
    assert fails(lambda: site.line().ask(QUESTION)).problem is Problem.SERVICE_UNREADABLE
    assert not list(site.line().late())


def test_files_of_other_desks_are_neither_read_nor_touched(site: Site) -> None:
    reply = asked(site)
    others = [site.res / "OQSsiquc01res_202611210001.xml", site.res / f"copy of {reply.name}", site.req / "other.xml"]
    for other in others:
        other.write_bytes(NOBODY)
    assert fails(lambda: site.line().ask(QUESTION)).problem is Problem.SERVICE_SILENT
    assert all(other.read_bytes() == NOBODY for other in others)


def test_two_desks_with_the_same_identifier_use_different_names() -> None:
    names = {request_name(ONE_PATIENT, NOW.date(), desk, "identifier") for desk in ("desk-1", "desk-2")}
    assert len(names) == 2


def test_one_identifier_is_not_lent_to_a_second_question(site: Site) -> None:
    asked(site).write_bytes(NOBODY)
    other = replace(QUESTION, verified=replace(QUESTION.verified, card=replace(CARD, certificate=b"another")))
    assert fails(lambda: site.line().ask(other)).problem is Problem.PROGRAM_ERROR


def test_many_who_ask_the_same_at_once_put_it_once_and_all_have_the_reply(site: Site) -> None:
    line, replies = site.line(LONG), []
    threads = [threading.Thread(target=lambda: replies.append(line.ask(QUESTION))) for _ in range(8)]
    for thread in threads:
        thread.start()
    wait_for_a_request(site)
    site.take().write_bytes(NOBODY)
    for thread in threads:
        thread.join(30)
    assert replies == [NotFound()] * 8
    assert not site.requests()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (NOBODY[:-3], "a reply without its end"),
        (b"", "a reply without its end"),
        (bytes(500), "a reply without its end"),
        (b"PK\x03\x04 encrypted", "no XML"),
        (b"<" + b" " * MOST_BYTES, "too long"),
        (b"<XmlMsg></XmlMsg>", "MessageHeader is missing"),
    ],
    ids=["half", "empty", "zeros", "encrypted", "too long", "nothing in it"],
)
def test_what_is_no_whole_message_is_an_outage_and_never_an_answer(site: Site, body: bytes, said: str) -> None:
    asked(site).write_bytes(body)
    error = fails(lambda: site.line().ask(QUESTION))
    assert error.problem is Problem.SERVICE_UNREADABLE
    assert error.problem in OUTAGES
    assert said in error.detail


@given(st.integers(0, len(NOBODY) - 1), st.sampled_from([b"", b"\xef\xbb\xbf", b"\n "]))
def test_no_beginning_of_a_reply_is_taken_for_the_reply(
    tmp_path_factory: pytest.TempPathFactory, length: int, before: bytes
) -> None:
    root = tmp_path_factory.getbasetemp()
    (root / "res").mkdir(exist_ok=True)
    (root / "res" / "res_1.xml").write_bytes(before + NOBODY[:length])
    assert SharedFolders(root).reply("req_1.xml") is None


def test_folders_that_are_away_leave_nothing_on_record_and_the_same_question_is_put_later(site: Site) -> None:
    line = site.line()
    site.root.rename(site.root.with_name("away"))
    error = fails(lambda: line.ask(QUESTION))
    assert (error.problem, error.detail) == (Problem.LINE_DOWN, "req: ENOENT")
    site.root.with_name("away").rename(site.root)
    fails(lambda: line.ask(QUESTION))
    assert len(site.requests()) == 1


def test_a_share_that_gives_no_right_is_told_apart_from_an_outage(site: Site) -> None:
    (site.root / BEING_WRITTEN).symlink_to("/sys/kernel")  # where not even root may make a file
    error = fails(lambda: site.line().ask(QUESTION))
    assert error.problem is Problem.SERVICE_REFUSED
    assert error.problem not in OUTAGES


def test_a_request_that_cannot_be_moved_leaves_nothing_behind_and_may_be_put_later(site: Site) -> None:
    in_its_place = site.req / request_name(ONE_PATIENT, QUESTION.day, _desk(site), QUESTION.identifier)
    in_its_place.mkdir()
    assert fails(lambda: site.line(LONG).ask(QUESTION)).detail.startswith("req: E")
    assert not list((site.root / BEING_WRITTEN).iterdir())
    in_its_place.rmdir()
    fails(lambda: site.line().ask(QUESTION))
    assert [request.is_file() for request in site.requests()] == [True]


def test_a_share_that_hangs_costs_the_budget_and_no_more(site: Site) -> None:
    reply = asked(site)
    os.mkfifo(reply)  # opening it waits for a writer, as a dead share waits for its server
    line = site.line()
    begin = time.monotonic()
    error = fails(lambda: line.ask(QUESTION))
    assert time.monotonic() - begin < BUDGET.total_seconds() + 3  # a busy machine; the share would hang for ever
    assert (error.problem, error.detail) == (Problem.LINE_DOWN, "the shared folder does not answer")
    os.close(os.open(reply, os.O_WRONLY))


def test_closing_ends_a_wait(site: Site) -> None:
    begin = time.monotonic()
    asked(site)
    assert time.monotonic() - begin < LONG.total_seconds() / 2


@pytest.mark.parametrize(
    ("family", "element"), [("OQSmuquc01", "QualificationConfirmSearchInfo"), ("OQSmuquc02", "ReceptionNumber")]
)
def test_many_at_once_go_under_their_own_names_and_are_never_a_late_reply(
    site: Site, family: str, element: str
) -> None:
    line, replies = site.line(LONG), list[bytes]()
    header = "<MessageHeader><QualificationConfirmationDate>20261122</QualificationConfirmationDate></MessageHeader>"
    body = f"<XmlMsg>{header}<MessageBody><{element}>7</{element}></MessageBody></XmlMsg>".encode()
    asking = threading.Thread(target=lambda: replies.append(line.exchange("bulk-1", body)))
    asking.start()
    wait_for_a_request(site)
    assert site.requests()[0].name.startswith(f"{family}req_20261122")
    site.take().write_bytes(b"<XmlMsg>many</XmlMsg>")
    asking.join(30)
    assert replies == [b"<XmlMsg>many</XmlMsg>"]
    assert not list(line.late())
