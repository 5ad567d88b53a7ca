"""What an answer of the service, or the lack of one, comes to for the person at the desk. Pure.

Law: what may be about someone else is withheld, and an answer that is not "in force" never becomes one.
"""

from dataclasses import replace

from terminal.certificate import certificate_problem
from terminal.comparison.compare import unknown_characters, verdict
from terminal.comparison.doubt import doubt_about, doubt_about_paper
from terminal.comparison.likeness import Comparison, Verdict
from terminal.coverage import (
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Record,
    Refused,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.events import EligibilityAnswered, EligibilityUnanswered, WorkFailed
from terminal.people import Paper, Verified
from terminal.problems import Problem
from terminal.proof_ladder import Ladder, Way
from terminal.states import Answer, CheckingEligibility, Confirmed, Provisional, State, Unconfirmed, Withheld


def answered(asking: CheckingEligibility, event: EligibilityAnswered) -> Answer:
    """What the service's own word comes to."""
    answer, doubt = _answer(asking, event), doubt_in(asking.verified, event.reply)
    return Withheld(asking.verified, doubt, held=answer) if doubt else answer


def doubt_in(verified: Verified, reply: Reply) -> Comparison | None:
    """What speaks against an answer's being about the person it was asked about; None: nothing does."""
    coverage: Coverage | None = None
    match reply:
        case InForce(record, coverage) | InForceUnregistered(record, coverage):
            pass
        case NotInForce(Record() as record):
            pass
        case _:
            return None
    if isinstance(verified.card, Paper):
        return doubt_about_paper(verified.card.insured, record, coverage)
    return doubt_about(verified.holder, record)


def unanswered(asking: CheckingEligibility, event: EligibilityUnanswered | WorkFailed) -> Answer:
    """What comes of no answer: a stored one, or none."""
    if isinstance(event, WorkFailed) or event.recalled is None:
        return _unconfirmed(asking, event.problem)
    recalled = event.recalled
    return Provisional(asking.verified, recalled.coverage, recalled.as_of, recalled.ends, event.problem)


def settled(withheld: Withheld) -> State:
    """What was held back, where it was held back for a doubt."""
    if withheld.held is None or verdict(withheld.comparison) is not Verdict.DOUBTFUL:
        return withheld
    if isinstance(withheld.held, Confirmed):
        return replace(withheld.held, notes=(*withheld.held.notes, Problem.RECORD_SETTLED))
    return withheld.held


def _answer(asking: CheckingEligibility, event: EligibilityAnswered) -> Confirmed | Unconfirmed:
    """What a reply comes to, were it about the holder."""
    verified = asking.verified
    match event.reply:
        case InForce(record, coverage):
            return Confirmed(verified, record, coverage, event.as_of, _notes(verified, record, event), event.last)
        case InForceUnregistered():
            return _unconfirmed(asking, Problem.COVERAGE_UNREGISTERED)
        case NotInForce(_, newer_exists, note):
            reason = Problem.COVERAGE_ENDED_NEWER_EXISTS if newer_exists else Problem.COVERAGE_ENDED
            return _unconfirmed(asking, reason, words=note)
        case NotFound():
            return _unconfirmed(asking, Problem.COVERAGE_NOT_FOUND)
        case SeveralFound():
            return _unconfirmed(asking, Problem.COVERAGE_SEVERAL)
        case StillRunning():
            return _unconfirmed(asking, Problem.SERVICE_STILL_RUNNING)
        case Refused(code, message):
            return _unconfirmed(asking, Problem.SERVICE_REFUSED, code, message)


def _notes(verified: Verified, record: Record, event: EligibilityAnswered) -> tuple[Problem, ...]:
    notes: list[Problem | None] = []
    if isinstance(verified.card, Paper):
        notes.append(Problem.PAPER_NOT_COMPARED)
    else:
        notes.append(certificate_problem(verified.card, event.as_of))
        if verified.holder is None:
            notes.append(Problem.HOLDER_NOT_COMPARED)
    if unknown_characters(record):
        notes.append(Problem.RECORD_HAS_UNKNOWN_CHARACTERS)
    return tuple(note for note in notes if note)


def _unconfirmed(asking: CheckingEligibility, reason: Problem, code: str = "", words: str = "") -> Unconfirmed:
    ladder = asking.ladder and asking.ladder.show(Way.NUMBER_QUERY)
    return Unconfirmed(asking.verified.card, asking.verified, reason, code, words, ladder)


def carried(ladder: Ladder | None) -> Ladder | None:
    """What a visit that goes on with a paper keeps of what was shown before; nothing of one that was settled."""
    return ladder if ladder and ladder.end is None else None
