"""A check that was made offline, as it waits to be asked again. Pure.

It holds what the question needs, so that it is the same question to the byte under the same key, and the coverage that
was shown, which the answer is held against: of the holder no name, no address, no birth date, no photo.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from terminal.card_token import TokenKind
from terminal.coverage import Coverage, Question
from terminal.outbox.coverage_json import coverage_fields, coverage_of
from terminal.outbox.difference import Difference
from terminal.people import Card, Consent, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError


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
    card = question.card
    return json.dumps(
        {
            "identifier": question.identifier,
            "visit": card.insertion,
            "certificate": base64.b64encode(card.certificate).decode("ascii"),
            "certificate_ends": card.certificate_ends.isoformat(),
            "token": card.token,
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


def _question(content: dict[str, Any]) -> Question:
    card = Card(
        content["visit"],
        TokenKind(content["token"]),
        base64.b64decode(content["certificate"], validate=True),
        datetime.fromisoformat(content["certificate_ends"]),
        None,
        None,
    )
    return Question(
        content["identifier"],
        Verified(card, None, VerificationMethod(content["method"])),
        frozenset(map(Consent, content["consents"])),
        date.fromisoformat(content["day"]),
        datetime.fromisoformat(content["asked_at"]),
    )
