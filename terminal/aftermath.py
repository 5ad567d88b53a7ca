"""What still follows once a check-in has ended: other proofs, one after the other, and the receipt computer. Pure.

Law: the full price follows only when every other way was shown; only what the service confirmed is handed over.
"""

from dataclasses import replace
from typing import assert_never

from terminal.events import (
    DeclarationPrinted,
    Event,
    FullPriceCharged,
    HandOverRetried,
    ProofSeen,
    ResultHandedOver,
    ResultLookedAt,
    SpellingChosen,
    WayShown,
    WorkFailed,
)
from terminal.handing_over import HandedOver, HandingOver, HeldBack, Looking, NotHandedOver, Standing
from terminal.problems import Problem
from terminal.proof_ladder import STEPS, Ladder, Proves, Trouble, Way
from terminal.states import Confirmed, Ended, Stopped, TurnedAway, Unconfirmed, Unproved

_NOT_REGISTERED = (
    *(Problem.COVERAGE_ENDED, Problem.COVERAGE_ENDED_NEWER_EXISTS, Problem.COVERAGE_NOT_FOUND),
    *(Problem.COVERAGE_SEVERAL, Problem.COVERAGE_UNREGISTERED, Problem.SERVICE_REFUSED),
)
_OUTAGE = (
    *(Problem.LINE_DOWN, Problem.LINE_CERTIFICATE_UNUSABLE, Problem.SERVICE_SILENT, Problem.SERVICE_BUSY),
    *(Problem.SERVICE_HUNG_UP, Problem.SERVICE_UNTRUSTED, Problem.SERVICE_UNREADABLE, Problem.SERVICE_STILL_RUNNING),
)


def follow(ended: Ended, event: Event) -> Ended:
    """The same end, with what was done since; the very same object when the event changes nothing."""
    match ended:
        case Unconfirmed() | TurnedAway() | Stopped():
            before = ended.ladder or begun(ended)
            after = _climb(before, event)
            return ended if after is before else replace(ended, ladder=after)
        case Confirmed():
            standing = _brought_on(ended.receipt or Looking(), event)
            return ended if standing is None else replace(ended, receipt=standing)
        case _:
            return ended


def begun(ended: Unproved) -> Ladder:
    """The ladder of an end, with nothing shown yet."""
    return Ladder(trouble_of(ended.problem if isinstance(ended, Stopped) else ended.reason))


def trouble_of(problem: Problem) -> Trouble:
    """Why there is no answer, as the ladder knows it."""
    if problem in _OUTAGE:
        return Trouble.OUTAGE
    if problem in _NOT_REGISTERED:
        return Trouble.NOT_REGISTERED_YET
    return Trouble.CERTIFICATE_ENDED if problem is Problem.CERTIFICATE_EXPIRED else Trouble.READER_OR_CARD


def can_be_seen(way: Way) -> bool:
    """Whether a way is proved by what the receptionist holds; a number query is by the service's answer alone."""
    return STEPS[way].proves is not Proves.ANSWER


def _climb(ladder: Ladder, event: Event) -> Ladder:
    if ladder.end is not None:
        return ladder
    match event:
        case WayShown(way):
            return ladder.show(way)
        case ProofSeen(way) if can_be_seen(way):
            return ladder.prove(way)
        case DeclarationPrinted():
            return ladder.print_sheet()
        case FullPriceCharged(reason) if not ladder.not_shown:
            return ladder.charge(reason)
        case _:
            return ladder


def _brought_on(standing: Standing, event: Event) -> Standing | None:
    """How it stands now; None: the event changes nothing."""
    match standing, event:
        case Looking(spelling), ResultLookedAt(untaken):
            return HeldBack(untaken, spelling) if untaken else HandingOver(spelling)
        case HandingOver(spelling), ResultLookedAt(untaken) if untaken:
            return HeldBack(untaken, spelling)
        case (
            (Looking(spelling) | HandingOver(spelling)),
            (ResultHandedOver(Problem() as problem) | WorkFailed(problem)),
        ):
            return NotHandedOver(problem, spelling)
        case HandingOver(), ResultHandedOver():
            return HandedOver()
        case HeldBack(_, before), SpellingChosen(spelling):
            return Looking((*before, *spelling))
        case NotHandedOver(_, spelling), HandOverRetried():
            return Looking(spelling)
        case ((Looking() | HeldBack() | HandingOver() | HandedOver() | NotHandedOver()), _):
            return None
        case _:
            assert_never(standing)
