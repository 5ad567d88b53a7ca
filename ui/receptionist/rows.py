"""One visit as a row of today's list. Pure: no clock, no I/O, no Qt."""

from dataclasses import dataclass

from terminal.certificate import JST
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    MatchingFace,
    OpeningPhone,
    Provisional,
    State,
    Stopped,
    Unconfirmed,
    Withheld,
)
from terminal.visits import Visit
from ui.receptionist.asked_again import clock_time, with_since
from ui.receptionist.facts import holder_of, shown, verified_of
from ui.receptionist.writing import born, copay, method
from ui.words.catalogue import Words

COLUMNS = ("time", "name", "birth", "method", "answer", "coverage")
NOTHING = "—"


@dataclass(frozen=True)
class Row:
    """What stands in the columns, and the tone of the answer's chip."""

    tone: str
    cells: tuple[str, ...]


def row(visit: Visit, words: Words) -> Row:
    """A visit's row."""
    state = visit.state
    verified = verified_of(state)
    holder = holder_of(state)
    said = with_since(shown(state, words, visit.started_at), visit.since, words)
    broken_off = _broken_off(visit)
    cells = (
        f"{visit.started_at.astimezone(JST):%H:%M}",
        holder.name if holder else NOTHING,
        born(holder.birth_date, words) if holder else NOTHING,
        method(verified, words) if verified else NOTHING,
        words[broken_off] if broken_off else f"{said.mark} {_answer(visit, words)}",
        _share(state, words),
    )
    return Row("card" if broken_off else said.tone, cells)


def _broken_off(visit: Visit) -> str:
    """Under which word stands how a check-in was broken off; empty where it was not.

    Left or stopped is one to who reads the list; where other proofs were sought after a stop, it went on.
    """
    if visit.is_laid_over:
        return "list.laid_over"
    is_stopped = isinstance(visit.state, Stopped) and visit.state.ladder is None
    return "list.left" if visit.is_left or is_stopped else ""


def _share(state: State, words: Words) -> str:
    match state:
        case Confirmed(coverage=coverage) | Provisional(coverage=coverage) if coverage.copay_percent is not None:
            return copay(coverage, words)
        case _:
            return NOTHING


def _answer(visit: Visit, words: Words) -> str:
    if visit.since is not None:
        return words.format(
            "since.to_do_row" if visit.since.is_to_do else "since.same_row", time=clock_time(visit.since)
        )
    match visit.state:
        case Confirmed():
            return words["answer.confirmed"]
        case Provisional():
            return words["answer.provisional"]
        case Unconfirmed():
            return words["answer.unconfirmed"]
        case Withheld():
            return words["answer.withheld"]
        case AwaitingConsent() if not visit.is_left:
            return words["answer.consent"]
        case CheckingEligibility():
            return words["answer.asking"]
        case _:
            return words["answer.ended" if visit.is_over else f"answer.{_under_way(visit.state)}"]


def _under_way(state: State) -> str:
    """How far a check-in has come that is under way."""
    match state:
        case AwaitingCardCode() | AwaitingPhonePin() | ConfirmingLastTry():
            return "code"
        case AwaitingOperator():
            return "look"
        case MatchingFace() | CheckingPin() | OpeningPhone():
            return "identity"
        case _:
            return "running"
