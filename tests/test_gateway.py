"""The gateway's own rules: one key, one answer; on disk before it is put; nobody gets another's record."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from kiosks import INSTITUTION, LIMIT, NOW, Registry, Slow, message, record_of

from offline_cache.job_file import open_job_file
from terminal.clock import SystemClock
from terminal.coverage import InForce, NotFound, Reply, StillRunning
from terminal.eligibility.xmlmsg import decode_reply
from terminal.gateway.gateway import MOST_WAITING, Gateway, NotTakenError
from terminal.gateway.jobs import Jobs
from terminal.gateway.question import identifier_upstream
from terminal.ports import EligibilityService
from terminal.problems import Problem, TerminalError

KEYS = secrets.token_bytes(32), secrets.token_bytes(32)
KEEP = timedelta(hours=1)
Open = Callable[..., Gateway]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens a gateway on the store in one folder; one that is open still is closed at the end."""
    gateways: list[Gateway] = []

    def open_one(*lanes: EligibilityService, keep: timedelta = KEEP) -> Gateway:
        jobs = Jobs(open_job_file(tmp_path / "store", KEYS[0]), KEYS[1])
        gateways.append(Gateway(jobs, lanes, INSTITUTION, SystemClock(), keep))
        return gateways[-1]

    yield open_one
    for gateway in gateways:
        gateway.close(grace_seconds=0)


def reply_of(answer: "Future[bytes]", key: str = "q-1") -> Reply:
    return decode_reply(answer.result(LIMIT), key, INSTITUTION, NOW.date())


def test_a_question_asked_again_gets_the_same_answer_and_is_put_once(opened: Open) -> None:
    registry = Registry()
    gateway = opened(registry)
    first = gateway.submit("desk-1", "q-1", message("q-1", "p1")).result(LIMIT)
    assert gateway.submit("desk-1", "q-1", message("q-1", "p1")).result(LIMIT) == first
    assert registry.asked == [identifier_upstream("desk-1", "q-1")]


def test_a_question_asked_again_while_it_is_put_waits_for_the_one_answer(opened: Open) -> None:
    service = Slow()
    gateway = opened(service, service)
    first = gateway.submit("desk-1", "q-1", message("q-1", "p1"))
    service.asked.get(timeout=LIMIT)
    second = gateway.submit("desk-1", "q-1", message("q-1", "p1"))
    service.says.put(NotFound())
    assert first.result(LIMIT) == second.result(LIMIT)
    assert service.asked.empty()


def test_an_answer_outlives_the_gateway(opened: Open) -> None:
    registry = Registry()
    before = opened(registry)
    first = before.submit("desk-1", "q-1", message("q-1", "p1")).result(LIMIT)
    before.close()
    assert opened(registry).submit("desk-1", "q-1", message("q-1", "p1")).result(LIMIT) == first
    assert len(registry.asked) == 1


def test_a_question_that_nobody_could_put_any_more_is_put_by_the_next_run(opened: Open) -> None:
    service, registry = Slow(), Registry()
    before = opened(service)
    lost = [before.submit("desk-1", f"q-{number}", message(f"q-{number}", f"p{number}")) for number in range(3)]
    service.asked.get(timeout=LIMIT)  # the first is under way, the others wait for the lane
    before.health().result(LIMIT)  # and are on disk
    service.says.put(NotFound())
    before.close()
    assert isinstance(reply_of(lost[0], "q-0"), NotFound)
    assert {type(late.exception(LIMIT)) for late in lost[1:]} == {TerminalError}
    after = opened(registry)
    for number in (1, 2):
        late = after.submit("desk-1", f"q-{number}", message(f"q-{number}", f"p{number}"))
        assert reply_of(late, f"q-{number}") == record_of(f"p{number}")
    assert sorted(registry.asked) == sorted(identifier_upstream("desk-1", f"q-{number}") for number in (1, 2))


def test_a_key_of_another_question_is_refused_while_it_waits_and_afterwards(opened: Open) -> None:
    service = Slow()
    gateway = opened(service)
    first = gateway.submit("desk-1", "q-1", message("q-1", "p1"))
    with pytest.raises(NotTakenError) as caught:
        gateway.submit("desk-1", "q-1", message("q-1", "p2"))
    assert caught.value.status is HTTPStatus.CONFLICT
    service.says.put(record_of("p1"))
    assert reply_of(first) == record_of("p1")
    late = gateway.submit("desk-1", "q-1", message("q-1", "p2")).exception(LIMIT)
    assert isinstance(late, NotTakenError)
    assert late.status is HTTPStatus.CONFLICT


def test_the_same_key_of_two_kiosks_is_two_questions(opened: Open) -> None:
    gateway = opened(Registry(), Registry())
    answers = {desk: gateway.submit(desk, "q-1", message("q-1", f"of-{desk}")) for desk in ("desk-1", "desk-2")}
    for desk, answer in answers.items():
        assert reply_of(answer) == record_of(f"of-{desk}")


def test_many_kiosks_at_once_each_get_their_own_record(opened: Open) -> None:
    registry = Registry()
    gateway = opened(*[registry] * 8)
    people = [f"{number:03d}" for number in range(200)]
    answers = {person: gateway.submit(f"desk-{person}", "q-1", message("q-1", person)) for person in people}
    for person, answer in answers.items():
        assert reply_of(answer) == record_of(person)
    assert len(set(registry.asked)) == len(registry.asked) == len(people)


@pytest.mark.parametrize("problem", [Problem.SERVICE_SILENT, Problem.SERVICE_UNTRUSTED])
def test_a_failure_is_told_and_not_kept(opened: Open, problem: Problem) -> None:
    service = Slow()
    gateway = opened(service)
    failed = gateway.submit("desk-1", "q-1", message("q-1", "p1"))
    service.says.put(TerminalError(problem, "once"))
    error = failed.exception(LIMIT)
    assert isinstance(error, TerminalError)
    assert error.problem is problem
    assert gateway.health().result(LIMIT).latest_problem is problem
    again = gateway.submit("desk-1", "q-1", message("q-1", "p1"))
    service.says.put(NotFound())
    assert reply_of(again) == NotFound()
    assert service.asked.get(timeout=LIMIT).identifier == service.asked.get(timeout=LIMIT).identifier
    assert gateway.health().result(LIMIT).latest_problem is None


def test_still_running_is_told_and_asked_again(opened: Open) -> None:
    service = Slow()
    gateway = opened(service)
    for reply in (StillRunning(), NotFound()):
        service.says.put(reply)
        assert reply_of(gateway.submit("desk-1", "q-1", message("q-1", "p1"))) == reply


def test_a_defect_costs_one_question_and_not_the_lane(opened: Open) -> None:
    service = Slow()
    gateway = opened(service)
    service.says.put(ZeroDivisionError())
    error = gateway.submit("desk-1", "q-1", message("q-1", "p1")).exception(LIMIT)
    assert isinstance(error, TerminalError)
    assert error.problem is Problem.PROGRAM_ERROR
    service.says.put(NotFound())
    assert reply_of(gateway.submit("desk-1", "q-2", message("q-2", "p1")), "q-2") == NotFound()


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("q-2", message("q-1", "p1"), HTTPStatus.BAD_REQUEST),
        ("q-1", b"<XmlMsg/>", HTTPStatus.BAD_REQUEST),
        ("q-1", message("q-1", "p1", institution="2719999999"), HTTPStatus.FORBIDDEN),
    ],
)
def test_what_is_not_this_sites_question_is_not_put(opened: Open, key: str, body: bytes, status: HTTPStatus) -> None:
    registry = Registry()
    with pytest.raises(NotTakenError) as caught:
        opened(registry).submit("desk-1", key, body)
    assert caught.value.status is status
    assert registry.asked == []


def test_more_than_memory_should_hold_is_turned_away_as_busy(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_WAITING > 1000
    monkeypatch.setattr("terminal.gateway.gateway.MOST_WAITING", 2)
    gateway = opened(Slow())
    for number in range(2):
        gateway.submit("desk-1", f"q-{number}", message(f"q-{number}", "p1"))
    with pytest.raises(NotTakenError) as caught:
        gateway.submit("desk-1", "q-9", message("q-9", "p1"))
    assert caught.value.status is HTTPStatus.SERVICE_UNAVAILABLE


def test_health_counts_what_has_no_answer_yet(opened: Open) -> None:
    service = Slow()
    gateway = opened(service)
    assert gateway.health().result(LIMIT).unanswered == 0
    answer = gateway.submit("desk-1", "q-1", message("q-1", "p1"))
    service.asked.get(timeout=LIMIT)
    health = gateway.health().result(LIMIT)
    assert health.unanswered == 1
    assert 0 <= health.oldest_seconds < LIMIT
    service.says.put(NotFound())
    answer.result(LIMIT)
    assert gateway.health().result(LIMIT).unanswered == 0


def test_a_closed_gateway_takes_nothing(opened: Open) -> None:
    service = Slow()
    gateway = opened(service)
    gateway.close()
    assert service.closed.is_set()
    with pytest.raises(NotTakenError):
        gateway.submit("desk-1", "q-1", message("q-1", "p1"))
    assert isinstance(gateway.health().exception(LIMIT), TerminalError)


def test_one_folder_serves_one_gateway(opened: Open) -> None:
    opened(Registry())
    with pytest.raises(TerminalError) as caught:
        opened(Registry())
    assert caught.value.problem is Problem.STORE_BUSY


def test_nothing_of_a_question_is_told_when_it_is_shown() -> None:
    assert "p1" not in repr(InForce(record_of("p1").record, record_of("p1").coverage))
