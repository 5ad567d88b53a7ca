"""A check that was made offline is on disk and in the log or in neither, and is never deleted by being refused."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from offline_cache.database import Database, open_to_write
from offline_cache.journal import SqlJournal
from offline_cache.journal_end import FILE
from offline_cache.keys import PracticeSeal
from offline_cache.outbox import ACTOR, SqlOutbox, open_outbox
from offline_cache.rotation import keys_of
from offline_cache.store import Store, open_store, read_store
from offline_cache.tokens import SqlTokens
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import Entry, read_entry
from terminal.access_log.verify import Intact, verify
from terminal.card_token import TokenKind
from terminal.commands.outbox import run
from terminal.coverage import Coverage, Question, Relation
from terminal.eligibility.xmlmsg import encode_question
from terminal.outbox.difference import Difference, Finding
from terminal.outbox.queued import Queued, Stage, read_queued, write_queued
from terminal.people import Card, Consent, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, 7, 123456, tzinfo=UTC)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
COVERAGE = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
CONSENTS = frozenset({Consent.MEDICINES, Consent.CHECKUPS})


class FixedClock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def question(number: int = 1) -> Question:
    card = Card(f"visit-{number}", TokenKind.PLASTIC, b"an invented certificate %d" % number, NOW, 10, 3)
    verified = Verified(card, HOLDER, VerificationMethod.FACE)
    return Question(f"q-{number}", verified, CONSENTS, NOW.date(), NOW + timedelta(seconds=number))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path, PracticeSeal(tmp_path), FixedClock(), "desk-1")) as opened:
        yield opened


@pytest.fixture
def outbox(store: Store, tmp_path: Path) -> Iterator[SqlOutbox]:
    with closing(open_outbox(tmp_path, PracticeSeal(tmp_path), FixedClock())) as opened:
        yield opened


def entries_in(folder: Path) -> list[Entry]:
    with closing(read_store(folder, None)) as log:
        assert isinstance(verify(log.stored(), log.keys), Intact)
        return [read_entry(stored.line) for stored in log.entries()]


def test_a_queued_check_is_due_and_in_the_log(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    due = outbox.due(NOW)
    assert due is not None
    assert (due.question.identifier, due.shown, due.attempts) == ("q-1", COVERAGE, 0)
    (entry,) = entries_in(tmp_path)
    assert (entry.action, entry.actor, entry.visit) == (Action.ELIGIBILITY_ASKED, ACTOR, "visit-1")
    assert ("queued", "line_down") in entry.details


def test_the_same_check_is_queued_once(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    outbox.queue(question(), None, Problem.SERVICE_BUSY)
    assert [each.reason for each in outbox.standings()] == ["line_down"]
    assert len(entries_in(tmp_path)) == 1


def test_on_a_full_disk_a_check_is_queued_and_logged_or_neither(store: Store, tmp_path: Path) -> None:
    keys = keys_of(tmp_path, PracticeSeal(tmp_path))
    database = open_to_write(tmp_path / FILE, keys.journal, create=False, failed=Problem.JOURNAL_FAILED, max_pages=30)
    journal = SqlJournal(database, keys, FixedClock(), "desk-1")
    with closing(SqlOutbox(database, journal, FixedClock(), SqlTokens(database, keys))) as full:
        problem = None
        for number in range(200):
            try:
                full.queue(question(number), COVERAGE, Problem.LINE_DOWN)
            except TerminalError as error:
                problem = error.problem
        assert problem is Problem.JOURNAL_FAILED
        assert 0 < len(full.standings()) == len(entries_in(tmp_path)) < 200


def test_desk_and_outbox_write_one_log_in_turns(store: Store, outbox: SqlOutbox, tmp_path: Path) -> None:
    for number in range(5):
        store.journal.record(Access(Action.ANSWER_SHOWN, f"visit-{number}", "reception", b"c", "face", "provisional"))
        outbox.queue(question(number), None, Problem.LINE_DOWN)
    assert [entry.seq for entry in entries_in(tmp_path)] == list(range(10))


def test_the_question_is_the_same_to_the_byte() -> None:
    kept = read_queued(write_queued_of(question()), 0)
    assert encode_question(kept.question, "1312345670") == encode_question(question(), "1312345670")


def write_queued_of(asked: Question) -> bytes:
    return write_queued(Queued(asked, COVERAGE))


def test_nothing_of_the_holder_is_queued() -> None:
    written = write_queued_of(question()).decode()
    assert not any(personal in written for personal in (HOLDER.name, "1992", "2034"))


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{}", b"null", b'{"shown": 1}', b"\xff"])
def test_a_damaged_question_is_told(damaged: bytes) -> None:
    with pytest.raises(TerminalError) as raised:
        read_queued(damaged, 0)
    assert raised.value.problem is Problem.STORE_UNREADABLE


def test_a_sending_is_on_record_before_it_leaves(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.queue(question(), None, Problem.LINE_DOWN)
    due = outbox.due(NOW)
    assert due is not None
    outbox.begin(due, NOW + timedelta(minutes=1))
    assert outbox.due(NOW) is None
    assert outbox.next_due() == NOW + timedelta(minutes=1)
    assert ("again", "1") in entries_in(tmp_path)[-1].details


def test_an_answered_check_holds_nothing_of_a_person(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    outbox.settle("q-1", Difference(Finding.COVERAGE_DIFFERS, ("copay_percent",)))
    (standing,) = outbox.standings()
    assert standing.stage is Stage.ANSWERED
    assert standing.difference == Difference(Finding.COVERAGE_DIFFERS, ("copay_percent",))
    key = keys_of(tmp_path, PracticeSeal(tmp_path)).journal
    with closing(Database(tmp_path / FILE, key, mode="rw", failed=Problem.JOURNAL_FAILED)) as database:
        assert database.rows("SELECT question FROM outbox") == [(None,)]


def test_a_refused_check_stays_in_sight_and_can_be_asked_again(outbox: SqlOutbox) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    outbox.bury("q-1", "X1")
    assert outbox.due(NOW + timedelta(days=9)) is None
    assert [(each.stage, each.reason) for each in outbox.standings()] == [(Stage.DEAD, "X1")]
    assert not outbox.revive("q-2")
    assert outbox.revive("q-1")
    revived = outbox.due(NOW)
    assert revived is not None
    assert revived.shown == COVERAGE


def test_no_check_is_ever_deleted(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.queue(question(), None, Problem.LINE_DOWN)
    key = keys_of(tmp_path, PracticeSeal(tmp_path)).journal
    database = Database(tmp_path / FILE, key, mode="rw", failed=Problem.JOURNAL_FAILED)
    with closing(database), pytest.raises(TerminalError):
        database.rows("DELETE FROM outbox")
    assert len(outbox.standings()) == 1


def test_the_file_shows_no_certificate(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.queue(question(), COVERAGE, Problem.LINE_DOWN)
    assert all(b"visit-1" not in path.read_bytes() for path in tmp_path.iterdir() if path.suffix == ".db-wal")


def test_the_command_lists_what_waits_and_what_is_dead(
    outbox: SqlOutbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):
        outbox.queue(question(number), COVERAGE, Problem.LINE_DOWN)
    outbox.settle("q-1", Difference(Finding.ENDED))
    outbox.bury("q-2", "X1")
    assert run(["--store", str(tmp_path), "--month", "2026-11", "--lang", "en"]) == 3
    printed = capsys.readouterr().out
    assert "2026-11, checked offline: 1 of 1 changed (claims until 2026-12-10)" in printed
    assert "It had ended by that day." in printed
    assert "(line_down, 0)" in printed
    assert "(X1, q-2)" in printed
    assert COVERAGE.subscriber_id not in printed


def test_the_command_revives_a_dead_check(
    outbox: SqlOutbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox.queue(question(), None, Problem.LINE_DOWN)
    outbox.bury("q-1", "X1")
    assert run(["--store", str(tmp_path), "--json", "--again", "q-2"]) == 2
    run(["--store", str(tmp_path), "--json", "--month", "2026-11", "--again", "q-1"])
    assert '"dead": 0' in capsys.readouterr().out
    assert [each.stage for each in outbox.standings()] == [Stage.WAITING]


def test_the_command_says_that_there_is_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--store", str(tmp_path)]) == 1
    assert "key_missing" in capsys.readouterr().err
