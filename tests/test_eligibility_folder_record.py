"""What the folder adapter keeps of its questions: late replies, what a dead program left, and for how long."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from folder_site import ASKED, CARD, HOLDER, INSTITUTION, NOBODY, NOW, QUESTION, Site, asked, fails

from terminal.coverage import NotFound
from terminal.eligibility.folder import KEPT
from terminal.eligibility.folder_files import BEING_WRITTEN, SharedFolders
from terminal.eligibility.folder_jobs import Job, Jobs
from terminal.eligibility.folder_names import ONE_PATIENT, request_name
from terminal.eligibility.folder_requests import LEFT_OVER_AFTER
from terminal.eligibility.xmlmsg import encode_question
from terminal.practice.answers import write_running
from terminal.problems import Problem, TerminalError


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with closing(Site(tmp_path)) as site:
        yield site


def test_a_late_reply_is_offered_until_it_is_settled_also_after_a_restart(site: Site) -> None:
    asked(site).write_bytes(NOBODY)
    (late,) = site.line().late()
    assert (late.identifier, late.asked_at, late.day, late.reply) == (
        QUESTION.identifier,
        NOW,
        date(2026, 11, 21),
        NotFound(),
    )
    line = site.line()
    assert list(line.late()) == [late]
    line.settle(late.identifier)
    assert not list(line.late())
    assert not list(site.line().late())


def test_a_reply_that_the_desk_had_is_not_late(site: Site) -> None:
    asked(site).write_bytes(NOBODY)
    line = site.line()
    line.ask(QUESTION)
    assert not list(line.late())


def test_after_still_running_the_answer_comes_late(site: Site) -> None:
    reply, line = asked(site), site.line()
    reply.write_bytes(write_running(ASKED, NOW))
    line.ask(QUESTION)
    assert not list(line.late())
    reply.write_bytes(NOBODY)
    assert [late.reply for late in line.late()] == [NotFound()]


def test_what_a_program_that_ended_had_prepared_is_removed_and_never_put(site: Site) -> None:
    body = encode_question(QUESTION, INSTITUTION)
    jobs = Jobs(site.record)
    request = request_name(ONE_PATIENT, QUESTION.day, jobs.desk, QUESTION.identifier)
    jobs.begin(Job(QUESTION.identifier, request, QUESTION.day, NOW, b""))
    jobs.close()
    SharedFolders(site.root).prepare(request, body)
    site.clock.moment += LEFT_OVER_AFTER * 2
    line = site.line()
    assert not list(line.late())
    assert not list((site.root / BEING_WRITTEN).iterdir())
    with pytest.raises(TerminalError, match="one identifier for two questions"):
        line.ask(QUESTION)
    assert not site.requests()


def test_the_record_says_nothing_of_a_patient(site: Site) -> None:
    asked(site).write_bytes(NOBODY)
    site.line().ask(QUESTION)
    files = b"".join(file.read_bytes() for file in site.record.parent.glob("jobs.db*"))
    assert QUESTION.identifier.encode() in files
    for personal in (CARD.certificate, b"dGhlIGNlcnRpZmljYXRl", HOLDER.name.encode(), b"19920412"):
        assert personal not in files


def test_the_record_is_dropped_after_its_time(site: Site) -> None:
    asked(site).write_bytes(NOBODY)
    site.clock.moment += KEPT + timedelta(days=1)
    assert not list(site.line().late())


def test_a_record_that_cannot_be_opened_says_so(site: Site) -> None:
    site.record.write_bytes(b"no database, " * 200)
    assert fails(site.line).problem is Problem.STORE_UNREADABLE
