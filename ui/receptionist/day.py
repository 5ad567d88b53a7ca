"""The day in figures: what today's list adds up to, and whether the line is down. Pure."""

from datetime import datetime
from statistics import median

from terminal.eligibility.check import OUTAGES
from terminal.people import VerificationMethod, Verified
from terminal.states import Confirmed, Provisional, State, Stopped, Unconfirmed, Withheld
from terminal.visits import Visit

NUMBERS = ("all", "attention", "provisional", "second_look", "seconds")


def numbers(visits: tuple[Visit, ...]) -> dict[str, int]:
    """How many came, need attention, are yet to be asked about again, to be looked at again; seconds that one took.

    The seconds are the median of those who came to an answer, 0 while nobody did.
    """
    took = [
        (visit.ended_at - visit.started_at).total_seconds()
        for visit in visits
        if visit.ended_at and not visit.is_left and not isinstance(visit.state, Stopped)
    ]
    return {
        "all": len(visits),
        "attention": sum(_is_to_do(visit) for visit in visits),
        "provisional": sum(isinstance(visit.state, Provisional) and visit.since is None for visit in visits),
        "second_look": sum(is_emergency(visit.state) for visit in visits),
        "seconds": round(median(took)) if took else 0,
    }


def _is_to_do(visit: Visit) -> bool:
    is_told_since = visit.since is not None and visit.since.is_to_do
    return is_told_since or isinstance(visit.state, Unconfirmed | Withheld)


def is_emergency(state: State) -> bool:
    """Whether a patient who could not be asked was taken in, so that someone else looks at it afterwards."""
    match state:
        case Confirmed() | Provisional() | Withheld() | Unconfirmed(verified=Verified()):
            return state.verified is not None and state.verified.method is VerificationMethod.EMERGENCY
        case _:
            return False


def was_offline(state: State) -> bool:
    """Whether an outage decided it, so that the service is asked again."""
    return isinstance(state, Provisional) or (isinstance(state, Unconfirmed) and state.reason in OUTAGES)


def offline_since(visits: tuple[Visit, ...]) -> datetime | None:
    """The first check-in of the outage that still lasts; None where the latest question was answered, or none asked."""
    since = None
    for visit in reversed(visits):
        match visit.state:
            case state if was_offline(state):
                since = visit.started_at
            case Confirmed() | Withheld() | Unconfirmed(verified=Verified()):
                break
            case _:
                pass  # the service was not asked: it says nothing of the line
    return since
