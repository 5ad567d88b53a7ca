"""The practice service as a process, and a line to it."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from terminal.card_token import TokenKind
from terminal.coverage import Question
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.practice.authority import Authority
from terminal.practice.faults import Fault
from terminal.practice.registry import register
from terminal.practice.service import PracticeService
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
INSTITUTION = "1319999999"
CERTIFICATE = b"\x30\x82certificate of p01"
BUDGET = timedelta(seconds=1.5)
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
CARD = Card("insertion-1", TokenKind.PLASTIC, CERTIFICATE, NOW, 10, 3)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
numbers = count()


def question(certificate: bytes = CERTIFICATE) -> Question:
    verified = replace(VERIFIED, card=replace(CARD, certificate=certificate))
    return Question(f"q-{next(numbers)}", verified, frozenset(), NOW.date(), NOW)


def with_authority(folder: Path) -> Path:
    """The folder, with the certificates and anchors of a new authority in it."""
    Authority.make(datetime.now(UTC)).save(folder)
    return folder


def with_person(folder: Path) -> Path:
    """The same, and the service there knows one card."""
    register(with_authority(folder), CERTIFICATE, "p01")
    return folder


def command(module: str) -> list[str]:
    return [sys.executable, "-m", module]


@contextmanager
def running_at(home: Path) -> Iterator[PracticeService]:
    """A practice service, ended at the end."""
    with closing(PracticeService(home, command)) as service:
        service.start()
        yield service


def well(service: PracticeService) -> PracticeService:
    """The service, there again and without a fault, whatever the test before did to it."""
    service.start()
    service.set_fault(Fault.NONE)
    return service


def connected(service: PracticeService, home: Path, budget: timedelta) -> HttpsEligibility:
    return HttpsEligibility(
        service.url,
        INSTITUTION,
        LineCertificates.in_folder(home / "tls"),
        budget=budget,
    )


def problem_of(line: HttpsEligibility) -> Problem:
    began = time.monotonic()
    with pytest.raises(TerminalError) as raised:
        line.ask(question())
    assert time.monotonic() - began < BUDGET.total_seconds() + 1
    return raised.value.problem
