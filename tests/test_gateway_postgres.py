"""The job store: the same promises in an SQLCipher file and in PostgreSQL, where several gateways share it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from kiosks import INSTITUTION, LIMIT, NOW, Registry, Slow, message, record_of
from postgres_server import PostgresServer

from offline_cache.job_file import open_job_file
from offline_cache.job_postgres import PostgresJobs
from terminal.clock import SystemClock
from terminal.eligibility.xmlmsg import decode_reply
from terminal.gateway.gateway import Gateway
from terminal.gateway.jobs import Job, Jobs, Sql, Standing
from terminal.problems import Problem, TerminalError

KEY = secrets.token_bytes(32)
JOB = Job("desk-1", "q-1", b"question")
OpenSql = Callable[[], Sql]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


@pytest.fixture
def address(server: PostgresServer) -> str:
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server.address()


@pytest.fixture(params=["sqlcipher", "postgres"])
def open_sql(request: pytest.FixtureRequest, tmp_path: Path) -> OpenSql:
    """Opens the store of one test, again and again."""
    if request.param == "sqlcipher":
        return lambda: open_job_file(tmp_path, KEY)
    address = request.getfixturevalue("address")
    return lambda: PostgresJobs(address)


def test_an_answer_is_written_once_and_comes_for_the_same_question_alone(open_sql: OpenSql) -> None:
    with closing(Jobs(open_sql(), KEY)) as jobs:
        assert jobs.accept(JOB, 1) is Standing.OURS_TO_ASK
        assert jobs.answer(JOB, b"first")
        assert not jobs.answer(JOB, b"second")
        jobs.give_up(JOB)
        assert jobs.accept(JOB, 2) == b"first"
        assert jobs.accept(Job("desk-1", "q-1", b"another"), 2) is Standing.ANOTHER_QUESTION
        assert jobs.accept(Job("desk-2", "q-1", b"another"), 2) is Standing.OURS_TO_ASK


def test_what_a_transaction_did_not_end_never_happened(open_sql: OpenSql) -> None:
    def fail(jobs: Jobs) -> None:
        with jobs.transaction():
            jobs.accept(JOB, 1)
            raise TerminalError(Problem.PROGRAM_ERROR)

    with closing(Jobs(open_sql(), KEY)) as jobs:
        with pytest.raises(TerminalError):
            fail(jobs)
        assert jobs.unanswered() == (0, None)


def test_the_next_run_takes_what_the_one_before_left(open_sql: OpenSql) -> None:
    other = Job("desk-2", "q-7", b"another question")
    with closing(Jobs(open_sql(), KEY)) as jobs:
        jobs.accept(JOB, 5)
        jobs.accept(other, 6)
        jobs.answer(other, b"answer")
    with closing(Jobs(open_sql(), KEY)) as jobs:
        assert jobs.unanswered() == (1, 5)
        assert list(jobs.orphans()) == [JOB]
        assert list(jobs.orphans()) == []
        assert jobs.answer(JOB, b"late")
        assert (jobs.accept(JOB, 9), jobs.accept(other, 9)) == (b"late", b"answer")


def test_a_job_that_was_given_up_is_for_whoever_asks_next(open_sql: OpenSql) -> None:
    with closing(Jobs(open_sql(), KEY)) as jobs:
        jobs.accept(JOB, 1)
        jobs.give_up(JOB)
        assert jobs.unanswered() == (0, None)
        assert list(jobs.orphans()) == []
        assert jobs.accept(JOB, 2) is Standing.OURS_TO_ASK


def test_what_is_old_is_forgotten(open_sql: OpenSql) -> None:
    with closing(Jobs(open_sql(), KEY)) as jobs:
        jobs.accept(JOB, 10)
        jobs.answer(JOB, b"answer")
        jobs.forget_before(10)
        assert jobs.accept(JOB, 11) == b"answer"
        jobs.forget_before(11)
        assert jobs.accept(JOB, 11) is Standing.OURS_TO_ASK


def test_no_row_opens_in_the_place_of_another(open_sql: OpenSql) -> None:
    with closing(open_sql()) as sql:
        jobs = Jobs(sql, KEY)
        for desk in ("desk-1", "desk-2"):
            jobs.accept(Job(desk, "q-1", b"question"), 1)
            jobs.answer(Job(desk, "q-1", b"question"), desk.encode())
        sql.change(
            "UPDATE job SET answer = (SELECT answer FROM job WHERE terminal = 'desk-2') WHERE terminal = 'desk-1'"
        )
        with pytest.raises(TerminalError) as caught:
            jobs.accept(Job("desk-1", "q-1", b"question"), 1)
        assert caught.value.problem is Problem.STORE_UNREADABLE
        assert b"question" not in b"".join(row[0] for row in sql.rows("SELECT question FROM job"))


def test_another_key_opens_nothing(open_sql: OpenSql) -> None:
    with closing(Jobs(open_sql(), KEY)) as jobs:
        jobs.accept(JOB, 1)
    with closing(open_sql()) as sql, pytest.raises(TerminalError) as caught:
        list(Jobs(sql, secrets.token_bytes(32)).orphans())
    assert caught.value.problem is Problem.STORE_UNREADABLE


def gateway_at(address: str, service: Registry | Slow) -> Gateway:
    return Gateway(Jobs(PostgresJobs(address), KEY), [service], INSTITUTION, SystemClock(), timedelta(hours=1))


def test_of_two_gateways_one_asks_and_both_answer(address: str) -> None:
    with ExitStack() as opened:
        service, registry = Slow(), Registry()
        one, other = gateway_at(address, service), gateway_at(address, registry)
        opened.callback(one.close)
        opened.callback(other.close)
        first = one.submit("desk-1", "q-1", message("q-1", "p1"))
        service.asked.get(timeout=LIMIT)
        second = other.submit("desk-1", "q-1", message("q-1", "p1"))
        other.health().result(LIMIT)
        service.says.put(record_of("p1"))
        assert first.result(LIMIT) == second.result(LIMIT)
        assert decode_reply(second.result(), "q-1", INSTITUTION, NOW.date()) == record_of("p1")
        assert registry.asked == []


def test_a_gateway_takes_over_the_moment_the_others_line_is_gone(address: str) -> None:
    with ExitStack() as opened:
        service, registry = Slow(), Registry()
        one, other = gateway_at(address, service), gateway_at(address, registry)
        opened.callback(other.close)
        opened.callback(one.close)
        first = one.submit("desk-1", "q-1", message("q-1", "p1"))
        asked = service.asked.get(timeout=LIMIT)
        second = other.submit("desk-1", "q-1", message("q-1", "p1"))
        end_connections(address, but_newest=True)
        answer = second.result(LIMIT)
        assert registry.asked == [asked.identifier]
        service.says.put(record_of("somebody else"))  # what the first one brings now is too late
        assert first.result(LIMIT) == answer


def test_a_database_that_restarts_is_found_again(server: PostgresServer, address: str) -> None:
    registry = Registry()
    with closing(gateway_at(address, registry)) as gateway:
        first = gateway.submit("desk-1", "q-1", message("q-1", "p1")).result(LIMIT)
        server.stop()
        lost = gateway.submit("desk-1", "q-2", message("q-2", "p2")).exception(LIMIT)
        assert isinstance(lost, TerminalError)
        assert lost.problem is Problem.STORE_UNREADABLE
        assert isinstance(gateway.health().exception(LIMIT), TerminalError)
        server.start()
        assert gateway.submit("desk-1", "q-1", message("q-1", "p1")).result(LIMIT) == first
        assert gateway.health().result(LIMIT).unanswered == 0


def test_a_database_that_is_not_there_is_told_without_its_address() -> None:
    with pytest.raises(TerminalError) as caught:
        PostgresJobs("postgresql://somebody@127.0.0.1:1/jobs")
    assert caught.value.problem is Problem.STORE_UNREADABLE
    assert "somebody" not in caught.value.detail


def end_connections(address: str, *, but_newest: bool) -> None:
    """Ends the gateways' connections as a broken line does; the newest stays."""
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'uketsuke gateway' ORDER BY backend_start"
        ).fetchall()
        for (pid,) in found[:-1] if but_newest else found:
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
