"""The rule "online, else what was kept". No I/O of its own: it asks its two ports and decides.

A stored answer stands in only for an outage. Where the other side is not who it should be, or hangs up on us as it does
on a certificate that it refuses, nothing is recalled: a security matter must not look like a bad line.
"""

import logging
from datetime import datetime

from terminal.comparison.doubt import doubt_about
from terminal.coverage import InForce, NotFound, NotInForce, Question, Recalled, Reply, SeveralFound
from terminal.events import EligibilityAnswered, EligibilityUnanswered
from terminal.ports import EligibilityService, OfflineCache
from terminal.problems import Problem, TerminalError

OUTAGES = frozenset(
    {Problem.LINE_DOWN, Problem.SERVICE_SILENT, Problem.SERVICE_BUSY, Problem.SERVICE_UNREADABLE},
)

_log = logging.getLogger(__name__)


def check(
    question: Question, service: EligibilityService, cache: OfflineCache, now: datetime
) -> EligibilityAnswered | EligibilityUnanswered:
    """Asks the service; remembers an in-force answer about the holder, recalls one in an outage. Raises nothing."""
    try:
        reply = service.ask(question)
    except TerminalError as error:
        recalled = _recall(question, cache, now) if error.problem in OUTAGES else None
        return EligibilityUnanswered(error.problem, recalled)
    try:
        _keep(question, reply, cache, now)
    except TerminalError as error:  # the patient has an answer; that the store does not have it is for IT
        _log.warning("the store was not brought up to date: %s", error.problem)
    return EligibilityAnswered(reply, now)


def _keep(question: Question, reply: Reply, cache: OfflineCache, now: datetime) -> None:
    certificate = question.verified.card.certificate
    match reply:
        case InForce(record, coverage) if doubt_about(question.verified.holder, record) is None:
            cache.remember(certificate, coverage, now)
        case NotInForce() | NotFound() | SeveralFound():
            cache.forget(certificate)  # or the next outage would show a lost coverage as provisional
        case _:
            pass


def _recall(question: Question, cache: OfflineCache, now: datetime) -> Recalled | None:
    try:
        return cache.recall(question.verified.card.certificate, now)
    except TerminalError as error:
        _log.warning("no answer could be recalled: %s", error.problem)
        return None
