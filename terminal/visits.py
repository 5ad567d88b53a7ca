"""Today's list at reception: a fold over the states that the desk shows. Pure: no clock, no I/O, no Qt.

A visit is one laid card. The list outlives the check-in, so it keeps no code, no PIN and no picture of anyone.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from terminal.certificate import JST
from terminal.outbox.asked_again import AskedAgain
from terminal.people import Holder, Verified
from terminal.states import (
    AwaitingConsent,
    AwaitingOperator,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    Ended,
    Idle,
    MatchingFace,
    OpeningPhone,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    Unconfirmed,
    Withheld,
    card_of,
)


@dataclass(frozen=True)
class Visit:
    """One card's check-in as it stands, or stood last.

    `is_left` says that it was left without coming to an end, `is_laid_over` that this was because a card was laid.
    `since` is what came of a check that was made offline.
    """

    insertion: str
    started_at: datetime
    state: State
    is_left: bool = False
    is_laid_over: bool = False
    ended_at: datetime | None = None
    since: AskedAgain | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.is_left or isinstance(self.state, Ended)


def seen(visits: tuple[Visit, ...], state: State, at: datetime) -> tuple[Visit, ...]:
    """The list, newest last, once `state` was shown at `at`: visits of an earlier day (JST) are gone.

    A state without a card adds nothing. Whatever is not about an open visit's card leaves that visit.
    """
    card = card_of(state)
    insertion = card.insertion if card else None
    today = at.astimezone(JST).date()
    visits = tuple(
        _brought_on(visit, insertion, state, at) for visit in visits if visit.started_at.astimezone(JST).date() >= today
    )
    if insertion is None or any(visit.insertion == insertion for visit in visits):
        return visits
    return (*visits, Visit(insertion, at, _listed(state), ended_at=_end(state, at)))


def is_next(before: State, state: State) -> bool:
    """Whether another patient comes. A card laid after a stop, or laid once more, is put back by whoever took it."""
    if isinstance(state, Idle):
        return not isinstance(before, Idle)
    return isinstance(state, ReadingCard) and not isinstance(before, Idle | ReadingCard | Stopped)


def is_same_end(before: State, state: State) -> bool:
    """Whether something more was only done about an end."""
    return isinstance(before, Ended) and isinstance(state, Ended) and card_of(before) == card_of(state)


def _brought_on(visit: Visit, insertion: str | None, state: State, at: datetime) -> Visit:
    if visit.insertion != insertion:
        if visit.is_over:
            return visit
        return replace(visit, is_left=True, is_laid_over=isinstance(state, ReadingCard))
    if visit.is_left or (visit.is_over and not isinstance(state, Ended)):
        return visit
    return replace(visit, state=_listed(state), ended_at=visit.ended_at or _end(state, at))


def _end(state: State, at: datetime) -> datetime | None:
    return at if isinstance(state, Ended) else None


def _listed(state: State) -> State:
    """The state without what only the check-in itself needs: codes and pictures."""
    match state:
        case ReadingHolder():
            return replace(state, code="")
        case OpeningPhone():
            return replace(state, pin="")
        case ConfirmingLastTry(CheckingPin() as work):
            return _listed(work.asked)
        case ConfirmingLastTry(work):
            return _listed(work)
        case MatchingFace():
            return replace(state, holder=_unpictured(state.holder))
        case AwaitingOperator():
            return _unpictured_question(state)
        case CheckingPin():
            return replace(state, asked=_unpictured_question(state.asked), pin="")
        case Withheld():
            return replace(state, verified=_unpictured_holder(state.verified), held=None)
        case AwaitingConsent() | CheckingEligibility() | Confirmed() | Provisional():
            return replace(state, verified=_unpictured_holder(state.verified))
        case Unconfirmed(verified=Verified() as verified):
            return replace(state, verified=_unpictured_holder(verified))
        case _:
            return state


def _unpictured(holder: Holder) -> Holder:
    return replace(holder, portrait=None)


def _unpictured_holder(verified: Verified) -> Verified:
    return replace(verified, holder=verified.holder and _unpictured(verified.holder))


def _unpictured_question(asked: AwaitingOperator) -> AwaitingOperator:
    face = replace(asked.face, portrait=None, live=None) if asked.face else None
    return replace(asked, holder=_unpictured(asked.holder), face=face)
