"""A desk before the official folders, and a hand that answers in them."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from terminal.card_token import TokenKind
from terminal.coverage import Question
from terminal.eligibility.folder import FolderEligibility
from terminal.eligibility.folder_names import reply_name
from terminal.eligibility.folder_waiting import LAST_LOOK_SECONDS
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.practice.answers import Asked, write_answer
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
INSTITUTION = "1319999999"
BUDGET = timedelta(seconds=LAST_LOOK_SECONDS + 0.6)
LONG = timedelta(seconds=60)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
CARD = Card("insertion-1", TokenKind.PLASTIC, b"the certificate", NOW, 10, 3)
QUESTION = Question("20261121101500-1", Verified(CARD, HOLDER, VerificationMethod.FACE), frozenset(), NOW.date(), NOW)
ASKED = Asked(QUESTION.identifier, INSTITUTION, "20261121", b"")
NOBODY = write_answer(ASKED, None, NOW)


@dataclass
class Hand:
    """A clock set by hand."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


class Site:
    """The folders, this desk's record, and the link software's part done by hand."""

    def __init__(self, base: Path) -> None:
        self.root, self.record = base / "OQS", base / "jobs.db"
        self.req, self.res = self.root / "req", self.root / "res"
        self.clock = Hand()
        for folder in (self.req, self.res):
            folder.mkdir(parents=True)
        self.lines: list[FolderEligibility] = []

    def line(self, budget: timedelta = BUDGET) -> FolderEligibility:
        made = FolderEligibility(self.root, INSTITUTION, record=self.record, clock=self.clock, budget=budget)
        self.lines.append(made)
        return made

    def close(self) -> None:
        for line in self.lines:
            line.close()

    def requests(self) -> list[Path]:
        return sorted(self.req.iterdir())

    def take(self) -> Path:
        """Takes the only request away; where its reply belongs."""
        (request,) = self.requests()
        request.unlink()
        return self.res / reply_name(request.name)


def fails(asking: Callable[[], object]) -> TerminalError:
    with pytest.raises(TerminalError) as caught:
        asking()
    return caught.value


def asked(site: Site) -> Path:
    """A question that was put and taken, and whose desk has given up: where its reply belongs."""
    line, errors = site.line(LONG), list[TerminalError]()
    asking = threading.Thread(target=lambda: errors.append(fails(lambda: line.ask(QUESTION))))
    asking.start()
    wait_for_a_request(site)
    line.close()
    asking.join(30)
    assert [error.problem for error in errors] == [Problem.LINE_DOWN]
    return site.take()


def wait_for_a_request(site: Site) -> None:
    until = time.monotonic() + 30
    while not site.requests() and time.monotonic() < until:
        threading.Event().wait(0.01)
