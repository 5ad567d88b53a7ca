"""What a person of the deck, and the receptionist before them, do at each state of a check-in without hands. Pure."""

from terminal.card_code import compose
from terminal.events import (
    CardCodeEntered,
    ConsentGiven,
    Event,
    FaceDeclined,
    OperatorRecognised,
    OperatorRefused,
    PinEntered,
)
from terminal.people import Consent
from terminal.practice.deck import Person
from terminal.states import AwaitingCardCode, AwaitingConsent, AwaitingOperator, MatchingFace, State


def card_code(person: Person) -> str:
    """The card code as it follows from what is printed on the person's card."""
    return compose(person.birth_date, person.card.expires.year, person.card.security_code)


def reaction(person: Person, state: State) -> Event | None:
    """The event that the person or the receptionist causes; None where the machine works or all is over."""
    behaviour = person.behaviour
    match state:
        case AwaitingCardCode(card):
            code = card_code(person)
            wrong_so_far = person.card.card_code_tries - (card.card_code_tries or 0)
            if wrong_so_far < behaviour.wrong_codes_first:
                code = code[:-1] + str((int(code[-1]) + 1) % 10)
            return CardCodeEntered(code)
        case MatchingFace() if behaviour.declines_face:
            return FaceDeclined()
        case AwaitingOperator() if behaviour.declines_face:
            return PinEntered(person.card.pin)
        case AwaitingOperator():
            return OperatorRecognised() if behaviour.operator_recognises else OperatorRefused()
        case AwaitingConsent():
            return ConsentGiven(frozenset(Consent(consent) for consent in behaviour.consents))
        case _:
            return None
