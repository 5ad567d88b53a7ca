"""A check that was made offline, as it waits to be asked again. Pure.

It holds what the question needs (a card's certificate, or the numbers of a paper), so that it is the same question to
the byte under the same key, and the coverage that was shown, which the answer is held against: of a card's holder no
name, no address, no birth date, no photo.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any, assert_never

from terminal.card_token import TokenKind
from terminal.coverage import Coverage, Question
from terminal.insured import Insured
from terminal.outbox.coverage_json import coverage_fields, coverage_of
from terminal.outbox.difference import Difference
from terminal.people import Card, Consent, Evidence, Paper, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError

_NUMBERS = ("insurer_number", "symbol", "number", "branch")


class Stage(StrEnum):
    """Where a check stands. None is ever deleted by being refused."""

    WAITING = auto()
    ANSWERED = auto()
    DEAD = auto()  # refused, or never answered: a person has to look at it


@dataclass(frozen=True)
class Queued:
    """A question to be asked again; `shown` is the stored answer that stood in, None where there was none."""

    question: Question
    shown: Coverage | None = field(repr=False)
    attempts: int = 0


@dataclass(frozen=True)
class Standing:
    """How one check stands, without anything of the person. `reason` is why it still waits, or is dead."""

    identifier: str
    visit: str
    day: date
    asked_at: datetime
    stage: Stage
    attempts: int
    due_at: datetime
    reason: str
    difference: Difference | None


def write_queued(queued: Queued) -> bytes:
    """Question and coverage as JSON."""
    question = queued.question
    return json.dumps(
        {
            "identifier": question.identifier,
            "visit": question.verified.card.insertion,
            **_evidence_fields(question.verified.card),
            "method": question.verified.method,
            "consents": sorted(question.consents),
            "day": question.day.isoformat(),
            "asked_at": question.asked_at.isoformat(),
            "shown": None if queued.shown is None else coverage_fields(queued.shown),
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()


def read_queued(untrusted: bytes, attempts: int) -> Queued:
    """What was written. Raises `STORE_UNREADABLE`."""
    try:
        content = json.loads(untrusted)
        shown = content["shown"]
        return Queued(_question(content), None if shown is None else coverage_of(shown), attempts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TerminalError(Problem.STORE_UNREADABLE, "journal.db: a queued check cannot be read") from error


def _evidence_fields(evidence: Evidence) -> dict[str, object]:
    match evidence:
        case Card():
            return {
                "certificate": base64.b64encode(evidence.certificate).decode("ascii"),
                "certificate_ends": evidence.certificate_ends.isoformat(),
                "token": evidence.token,
            }
        case Paper(insured=insured):
            numbers = {name: getattr(insured, name) for name in _NUMBERS}
            return {"insured": {**numbers, "birth_date": insured.birth_date.isoformat()}}
        case _:
            assert_never(evidence)


def _evidence(content: dict[str, Any]) -> Evidence:
    if "insured" in content:
        insured = content["insured"]
        if not all(isinstance(insured[name], str) for name in _NUMBERS):
            raise TypeError
        numbers = {name: insured[name] for name in _NUMBERS}
        return Paper(content["visit"], Insured(**numbers, birth_date=date.fromisoformat(insured["birth_date"])))
    return Card(
        content["visit"],
        TokenKind(content["token"]),
        base64.b64decode(content["certificate"], validate=True),
        datetime.fromisoformat(content["certificate_ends"]),
        None,
        None,
    )


def _question(content: dict[str, Any]) -> Question:
    return Question(
        content["identifier"],
        Verified(_evidence(content), None, VerificationMethod(content["method"])),
        frozenset(map(Consent, content["consents"])),
        date.fromisoformat(content["day"]),
        datetime.fromisoformat(content["asked_at"]),
    )
