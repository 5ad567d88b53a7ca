"""The day in figures: what today's list adds up to, and whether the line is down. Pure."""

from datetime import datetime

from terminal.eligibility.check import OUTAGES
from terminal.people import Verified
from terminal.states import Confirmed, Provisional, Unconfirmed, Withheld
from terminal.visits import Visit

NUMBERS = ("all", "attention", "provisional")


def numbers(visits: tuple[Visit, ...]) -> dict[str, int]:
    """How many came, how many need the receptionist's attention, how many are to be asked about again."""
    return {
        "all": len(visits),
        "attention": sum(isinstance(visit.state, Unconfirmed | Withheld) for visit in visits),
        "provisional": sum(isinstance(visit.state, Provisional) for visit in visits),
    }


def offline_since(visits: tuple[Visit, ...]) -> datetime | None:
    """The first check-in of the outage that still lasts; None where the latest question was answered, or none asked."""
    since = None
    for visit in reversed(visits):
        match visit.state:
            case Provisional():
                since = visit.started_at
            case Unconfirmed(reason=reason) if reason in OUTAGES:
                since = visit.started_at
            case Confirmed() | Withheld() | Unconfirmed(verified=Verified()):
                break
            case _:
                pass  # the service was not asked: it says nothing of the line
    return since
