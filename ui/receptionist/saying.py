"""What the receptionist can say to the patient now, word for word: it helps, and blames nobody. Pure."""

from typing import assert_never

from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    Idle,
    MatchingFace,
    OpeningPhone,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
)
from ui.words.catalogue import Words
from ui.words.laid import for_laid, of_problem


def sentence_to_say(state: State, words: Words) -> str:
    """One or two sentences; empty where the patient is best left alone."""
    match state:
        case Idle(problem) | Stopped(problem):
            return of_problem(problem, state, words) if problem else ""
        case Unconfirmed() | TurnedAway() | Withheld():
            return of_problem(state.reason, state, words)
        case AwaitingOperator():
            is_looked_at = state.holder.portrait is not None  # the pictures need the room
            return "" if is_looked_at else of_problem(state.refused or state.reason, state, words)
        case AwaitingCardCode() | AwaitingPhonePin():
            key = "code" if isinstance(state, AwaitingCardCode) else "phone_pin"
            return of_problem(state.refused, state, words) if state.refused else words[f"say.{key}"]
        case ReadingCard() | ReadingHolder() | OpeningPhone() | CheckingPin():
            return words["say.reading"]
        case MatchingFace():
            return words["say.photo"] if state.look else words["say.face"]
        case ConfirmingLastTry():
            return words["say.last_try"]
        case AwaitingConsent():
            return words["say.consent"]
        case CheckingEligibility():
            return words[for_laid("say.asking", state)]
        case Confirmed():
            return words[for_laid("say.confirmed", state)]
        case Provisional():
            return words["say.provisional"]
        case _:
            assert_never(state)
