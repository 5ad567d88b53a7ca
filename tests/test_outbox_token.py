"""A token from the night before is for one person, for a time, and as it was signed: else it is no answer."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.database import Database
from offline_cache.journal_end import FILE
from offline_cache.keys import PracticeSeal
from offline_cache.outbox import SqlOutbox, open_outbox
from offline_cache.rotation import keys_of
from offline_cache.store import open_store
from terminal.clock import SystemClock
from terminal.coverage import Coverage, InForce, NotFound, Recalled, Record, Refused, Relation, Reply
from terminal.eligibility.check import OUTAGES, check_by_number
from terminal.eligibility.number_query import Insured, NumberQuestion
from terminal.events import EligibilityAnswered, EligibilityUnanswered
from terminal.outbox.token import Token, open_token, sign_token, token_key
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERSON, OTHER = b"p" * 32, b"o" * 32
KEY = token_key(b"s" * 32)
INSURED = Insured("00990010", "１２・あ", "０３４５", "01", date(1992, 4, 12))
COVERAGE = Coverage("00990010", "架空市", "１２・あ", "０３４５", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
RECALLED = Recalled(COVERAGE, NOW, date(2026, 11, 30))
TOKEN = sign_token(PERSON, RECALLED, KEY)
QUESTION = NumberQuestion("n-1", INSURED, NOW.date())


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SqlOutbox]:
    open_store(tmp_path, PracticeSeal(tmp_path), SystemClock(), "desk-1").close()
    with closing(open_outbox(tmp_path, PracticeSeal(tmp_path), SystemClock())) as opened:
        yield opened


def tamper(folder: Path, sql: str, *parameters: object) -> None:
    key = keys_of(folder, PracticeSeal(folder)).journal
    with closing(Database(folder / FILE, key, mode="rw", failed=Problem.JOURNAL_FAILED)) as database:
        assert database.change(sql, *parameters) > 0


def test_a_token_opens_for_its_person_until_its_end() -> None:
    assert open_token(TOKEN, PERSON, KEY.public_key(), NOW + DAY) == RECALLED
    assert open_token(TOKEN, PERSON, KEY.public_key(), NOW + 10 * DAY) is None


def test_a_token_is_no_one_elses() -> None:
    assert open_token(TOKEN, OTHER, KEY.public_key(), NOW) is None


def test_a_token_from_the_future_is_none() -> None:
    assert open_token(TOKEN, PERSON, KEY.public_key(), NOW - DAY) is None


def test_the_logs_own_key_signs_no_token() -> None:
    log_key = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    forged = sign_token(PERSON, RECALLED, log_key)
    assert open_token(forged, PERSON, KEY.public_key(), NOW) is None


@given(st.integers(0, len(TOKEN.content) * 8 - 1))
def test_one_flipped_bit_of_the_content_is_no_answer(bit: int) -> None:
    changed = bytearray(TOKEN.content)
    changed[bit // 8] ^= 1 << bit % 8
    assert open_token(Token(bytes(changed), TOKEN.signature), PERSON, KEY.public_key(), NOW) is None


@given(st.binary(max_size=80))
def test_no_other_signature_opens_it(signature: bytes) -> None:
    assert open_token(Token(TOKEN.content, signature), PERSON, KEY.public_key(), NOW) is None


@pytest.mark.parametrize("change", [{"v": 2}, {"more": 1}, {"as_of": "2026-11-21"}, {"coverage": None}, {"ends": 3}])
def test_what_is_signed_and_not_a_token_is_none(change: dict[str, object]) -> None:
    content = json.dumps(json.loads(TOKEN.content) | change, sort_keys=True, separators=(",", ":")).encode()
    assert open_token(Token(content, KEY.sign(content)), PERSON, KEY.public_key(), NOW) is None


def test_the_content_is_canonical() -> None:
    again = json.dumps(json.loads(TOKEN.content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == TOKEN.content


def test_a_stored_token_is_found_by_the_numbers_in_another_writing(outbox: SqlOutbox) -> None:
    outbox.tokens.remember_by_number(INSURED, COVERAGE, NOW)
    found = outbox.tokens.recall_by_number(replace(INSURED, symbol="12 あ", number="345"), NOW + DAY)
    assert found == Recalled(COVERAGE, NOW, date(2026, 12, 21))


@pytest.mark.parametrize(
    "other",
    [
        replace(INSURED, insurer_number="00990028"),
        replace(INSURED, symbol="13・あ"),
        replace(INSURED, number="９９９"),
        replace(INSURED, branch="02"),
        replace(INSURED, branch=""),
        replace(INSURED, birth_date=date(1992, 4, 13)),
    ],
)
def test_one_differing_part_finds_nothing(other: Insured, outbox: SqlOutbox) -> None:
    outbox.tokens.remember_by_number(INSURED, COVERAGE, NOW)
    assert outbox.tokens.recall_by_number(other, NOW) is None


def test_a_stored_token_ends_with_the_coverage(outbox: SqlOutbox) -> None:
    outbox.tokens.remember_by_number(INSURED, replace(COVERAGE, ends=date(2026, 11, 22)), NOW)
    assert outbox.tokens.recall_by_number(INSURED, NOW + DAY) is not None
    assert outbox.tokens.recall_by_number(INSURED, NOW + 2 * DAY) is None


def test_an_ended_token_is_deleted_with_the_next_one(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.tokens.remember_by_number(INSURED, replace(COVERAGE, ends=NOW.date()), NOW)
    outbox.tokens.remember_by_number(replace(INSURED, branch="02"), COVERAGE, NOW + DAY)
    tamper(tmp_path, "DELETE FROM token WHERE ends > '2026-12'")
    with pytest.raises(AssertionError):  # and there was no other
        tamper(tmp_path, "DELETE FROM token")


def test_a_token_changed_on_disk_is_not_used(outbox: SqlOutbox, tmp_path: Path) -> None:
    outbox.tokens.remember_by_number(INSURED, replace(COVERAGE, copay_percent=30), NOW)
    tamper(tmp_path, "UPDATE token SET content = CAST(replace(CAST(content AS TEXT), ':30,', ':10,') AS BLOB)")
    assert outbox.tokens.recall_by_number(INSURED, NOW) is None


def test_a_token_moved_to_another_person_is_not_used(outbox: SqlOutbox, tmp_path: Path) -> None:
    other = replace(INSURED, branch="02")
    outbox.tokens.remember_by_number(INSURED, COVERAGE, NOW)
    outbox.tokens.remember_by_number(other, replace(COVERAGE, branch="02"), NOW)
    tamper(
        tmp_path,
        "UPDATE token SET (content, signature) ="
        " (SELECT content, signature FROM token AS t WHERE t.lookup > token.lookup)"
        " WHERE lookup = (SELECT min(lookup) FROM token)",
    )
    found = [outbox.tokens.recall_by_number(insured, NOW) for insured in (INSURED, other)]
    assert found.count(None) == 1


# --- a question by number --------------------------------------------------------------------------------------------


class Tokens:
    def __init__(self) -> None:
        self.kept: dict[bytes, Recalled] = {INSURED.key: RECALLED}

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        self.kept[insured.key] = Recalled(coverage, as_of, as_of.date())

    def forget_by_number(self, insured: Insured) -> None:
        self.kept.pop(insured.key, None)

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        return self.kept.get(insured.key)


@pytest.mark.parametrize("problem", sorted(Problem))
def test_numbers_open_what_was_kept_in_an_outage_only(problem: Problem) -> None:
    def ask(question: NumberQuestion) -> Reply:
        raise TerminalError(problem)

    expected = RECALLED if problem in OUTAGES else None
    assert check_by_number(QUESTION, ask, Tokens(), NOW) == EligibilityUnanswered(problem, expected)


@pytest.mark.parametrize(
    ("reply", "is_kept"),
    [
        (InForce(Record(None, None, INSURED.birth_date, None, None), COVERAGE), True),
        (NotFound(), False),
        (Refused("X1", "閉局中"), True),
    ],
)
def test_an_answer_by_number_brings_what_was_kept_up_to_date(reply: Reply, is_kept: bool) -> None:
    tokens = Tokens()
    event = check_by_number(QUESTION, lambda _: reply, tokens, NOW)
    assert isinstance(event, EligibilityAnswered)
    assert (event.reply, event.last is not None) == (reply, isinstance(reply, InForce))
    assert (INSURED.key in tokens.kept) is is_kept


def test_an_answer_about_another_birth_date_is_not_kept() -> None:
    tokens = Tokens()
    tokens.kept.clear()
    reply = InForce(Record(None, None, date(1992, 4, 13), None, None), COVERAGE)
    check_by_number(QUESTION, lambda _: reply, tokens, NOW)
    assert tokens.kept == {}
