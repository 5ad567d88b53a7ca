"""The rule "online, else what was kept". No I/O of its own: it asks its ports and decides.

A stored answer stands in only for an outage, and such a check is queued, to be asked again. Where the other side is not
who it should be, or hangs up on us as it does on a certificate that it refuses, nothing is recalled: a security matter
must not look like a bad line.
"""

import contextlib
import logging
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from terminal.certificate import JST
from terminal.comparison.doubt import doubt_about, doubt_about_paper
from terminal.coverage import (
    Coverage,
    InForce,
    LastVisit,
    NotFound,
    NotInForce,
    Question,
    Recalled,
    Reply,
    SeveralFound,
)
from terminal.eligibility.copay import CopayFacts, percent_to_bill
from terminal.eligibility.failures import OUTAGES as OUTAGES
from terminal.events import EligibilityAnswered, EligibilityUnanswered
from terminal.insured import Insured, NumberQuestion
from terminal.ports import EligibilityService, NumberAnswers, OfflineCache, Outbox
from terminal.problems import Problem, TerminalError

_log = logging.getLogger(__name__)

Queue = Callable[[Coverage | None, Problem], None]  # the port `Outbox`, with the question given


def check(
    question: Question, service: EligibilityService, cache: OfflineCache, now: datetime, outbox: Outbox | None = None
) -> EligibilityAnswered | EligibilityUnanswered:
    """Asks the service; remembers an in-force answer about the holder, recalls one in an outage. Raises nothing."""
    try:
        reply = service.ask(question)
    except TerminalError as error:
        if error.problem not in OUTAGES:
            return EligibilityUnanswered(error.problem)
        recalled = _recalled(lambda: cache.recall(question.card.certificate, now))
        _queue(recalled, error.problem, partial(outbox.queue, question) if outbox else None)
        return EligibilityUnanswered(error.problem, recalled)
    last = None
    if isinstance(reply, InForce) and (born := reply.record.birth_date):
        is_the_holders = doubt_about(question.verified.holder, reply.record) is None
        last = _last_visit(lambda: cache.recall(question.card.certificate, now), born) if is_the_holders else None
    _bring_up_to_date(lambda: _keep(question, reply, cache, now))
    return EligibilityAnswered(reply, now, last)


def check_by_number(
    question: NumberQuestion,
    ask: Callable[[NumberQuestion], Reply],
    answers: NumberAnswers,
    now: datetime,
    queue: Queue | None = None,
) -> EligibilityAnswered | EligibilityUnanswered:
    """The same for a question without a card; only the person's own numbers open what was kept. Raises nothing."""
    try:
        reply = ask(question)
    except TerminalError as error:
        if error.problem not in OUTAGES:
            return EligibilityUnanswered(error.problem)
        recalled = _recalled(lambda: answers.recall_by_number(question.insured, now))
        _queue(recalled, error.problem, queue)
        return EligibilityUnanswered(error.problem, recalled)
    last = None
    if isinstance(reply, InForce):
        last = _last_visit(lambda: answers.recall_by_number(question.insured, now), question.insured.birth_date)
    _bring_up_to_date(lambda: _keep_by_number(question.insured, reply, answers, now))
    return EligibilityAnswered(reply, now, last)


def _keep(question: Question, reply: Reply, cache: OfflineCache, now: datetime) -> None:
    certificate = question.card.certificate
    match reply:
        case InForce(record, coverage) if doubt_about(question.verified.holder, record) is None:
            cache.remember(certificate, coverage, now)
        case NotInForce() | NotFound() | SeveralFound():
            cache.forget(certificate)  # or the next outage would show a lost coverage as provisional
        case _:
            pass


def _keep_by_number(insured: Insured, reply: Reply, answers: NumberAnswers, now: datetime) -> None:
    match reply:
        case InForce(record, coverage) if doubt_about_paper(insured, record, coverage) is None:
            answers.remember_by_number(insured, coverage, now)
        case NotInForce() | NotFound() | SeveralFound():
            answers.forget_by_number(insured)
        case _:
            pass


def _last_visit(recall: Callable[[], Recalled | None], birth_date: date) -> LastVisit | None:
    """What was to be paid by the answer that was kept before this one, for a warning beside it and for nothing else."""
    before = None
    with contextlib.suppress(TerminalError):
        before = recall()
    if before is None:
        return None
    day = before.as_of.astimezone(JST).date()
    percent = percent_to_bill(CopayFacts(before.coverage, birth_date, day))
    return None if percent is None else LastVisit(day, percent, before.coverage)


def _bring_up_to_date(keep: Callable[[], None]) -> None:
    try:
        keep()
    except TerminalError as error:  # the patient has an answer; that the store does not have it is for IT
        _log.warning("the store was not brought up to date: %s", error.problem)


def _recalled(recall: Callable[[], Recalled | None]) -> Recalled | None:
    try:
        return recall()
    except TerminalError as error:
        _log.warning("no answer could be recalled: %s", error.problem)
        return None


def _queue(recalled: Recalled | None, problem: Problem, queue: Queue | None) -> None:
    if queue is None:
        return
    try:
        queue(recalled.coverage if recalled else None, problem)
    except TerminalError as error:  # the journal fails with it, and then the desk shows nothing
        _log.warning("a check could not be queued: %s", error.problem)
