"""A service that is down and comes back, what a desk queues for it, and the outbox in which it does."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from offline_cache.keys import PracticeSeal
from offline_cache.outbox import SqlOutbox, open_outbox
from offline_cache.store import open_store
from terminal.card_token import TokenKind
from terminal.coverage import (
    Coverage,
    InForce,
    Question,
    Recalled,
    Record,
    Relation,
    Reply,
)
from terminal.people import Card, VerificationMethod, Verified
from terminal.ports import Clock
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
RECORD = Record(None, None, None, None, None)
COVERAGE = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)


def question(number: int = 1) -> Question:
    card = Card(f"visit-{number}", TokenKind.PLASTIC, b"an invented certificate %d" % number, NOW, None, None)
    return Question(f"q-{number}", Verified(card, None, VerificationMethod.FACE), frozenset(), NOW.date(), NOW)


@dataclass
class World:
    """Service, cache and clock, with knobs."""

    reply: Reply | Problem = field(default_factory=lambda: InForce(RECORD, COVERAGE))
    at: datetime = NOW
    asked: list[str] = field(default_factory=list)
    remembered: list[bytes] = field(default_factory=list)
    forgotten: list[bytes] = field(default_factory=list)
    answered: threading.Event = field(default_factory=threading.Event)

    def now(self) -> datetime:
        return self.at

    def ask(self, question: Question) -> Reply:
        self.asked.append(question.identifier)
        self.answered.set()
        if isinstance(self.reply, Problem):
            raise TerminalError(self.reply)
        return self.reply

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None:
        self.remembered.append(certificate)

    def forget(self, certificate: bytes) -> None:
        self.forgotten.append(certificate)

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        return Recalled(COVERAGE, NOW, NOW.date())

    def close(self) -> None: ...


@contextmanager
def outbox_in(folder: Path, clock: Clock) -> Iterator[SqlOutbox]:
    """The outbox beside a new, empty store."""
    open_store(folder, PracticeSeal(folder), clock, "desk-1").close()
    with closing(open_outbox(folder, PracticeSeal(folder), clock)) as outbox:
        yield outbox
