"""Which screen belongs to a state."""

from typing import assert_never

from terminal.ports import Camera
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
from ui.patient.card_code import CardCodeScreen
from ui.patient.consent import ConsentScreen
from ui.patient.ended import EndedScreen
from ui.patient.face import FaceScreen
from ui.patient.idle import IdleScreen
from ui.patient.last_try import LastTryScreen
from ui.patient.operator import OperatorScreen, PinScreen, has_pin
from ui.patient.phone import PhonePinScreen
from ui.patient.screen import Screen
from ui.patient.working import WorkingScreen
from ui.words.catalogue import Words


def screen_for(state: State, words: Words, camera: Camera) -> Screen:
    """The one screen that shows a state."""
    match state:
        case Idle():
            return IdleScreen(state, words)
        case ReadingCard() | ReadingHolder() | OpeningPhone() | CheckingPin() | CheckingEligibility():
            return WorkingScreen(state, words)
        case AwaitingCardCode():
            return CardCodeScreen(state, words)
        case AwaitingPhonePin():
            return PhonePinScreen(state, words)
        case ConfirmingLastTry():
            return LastTryScreen(state, words)
        case MatchingFace():
            return FaceScreen(state, words, camera)
        case AwaitingOperator():
            return PinScreen(state, words) if has_pin(state) else OperatorScreen(state, words)
        case AwaitingConsent():
            return ConsentScreen(state, words)
        case Confirmed() | Provisional() | Unconfirmed() | Withheld() | TurnedAway() | Stopped():
            return EndedScreen(state, words)
        case _:
            assert_never(state)
