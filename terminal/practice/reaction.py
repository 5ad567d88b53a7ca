"""What a person of the deck, and the receptionist before them, do at each state of a check-in without hands. Pure."""

from terminal.attendance import Attendance, Emergency, Guardian, Proxy, Voucher
from terminal.card_code import compose, compose_printed
from terminal.events import (
    Attended,
    CardCodeEntered,
    ConsentGiven,
    Event,
    FaceDeclined,
    LastTryConfirmed,
    LastTryDeclined,
    OperatorRecognised,
    OperatorRefused,
    PinEntered,
    Vouched,
)
from terminal.people import Card, Consent
from terminal.practice.deck import Person
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    ConfirmingLastTry,
    MatchingFace,
    State,
)


def card_code(person: Person) -> str:
    """The card code as it follows from what is printed on the person's card."""
    expiry_year, security_code = person.card.expires.year, person.card.security_code
    if person.card.prints_western_year:
        return compose_printed(f"{person.birth_date:%y%m%d}", expiry_year, security_code)
    return compose(person.birth_date, expiry_year, security_code)


def reaction(person: Person, state: State) -> Event | None:
    """The event that the person or the receptionist causes; None where the machine works or all is over."""
    behaviour = person.behaviour
    attendance = Attendance(behaviour.helper, behaviour.place)
    match state:
        case AwaitingCardCode(card) if card.attendance != attendance:
            return Attended(attendance)
        case MatchingFace() | AwaitingOperator() if (voucher := _voucher(person)) and not behaviour.declines_face:
            return Vouched(voucher)
        case AwaitingCardCode(card):
            wrong_so_far = person.card.card_code_tries - (card.card_code_tries or 0)
            return CardCodeEntered(_typed(card_code(person), wrong_so_far < behaviour.wrong_codes_first))
        case AwaitingPhonePin(card):
            return _pin_entered(person, card)
        case MatchingFace(look=None) if behaviour.declines_face:
            return FaceDeclined()
        case AwaitingOperator(card) if behaviour.declines_face and _gives_pin(person, card):
            return _pin_entered(person, card)
        case AwaitingOperator():
            return OperatorRecognised() if behaviour.operator_recognises else OperatorRefused()
        case ConfirmingLastTry():
            return LastTryConfirmed() if behaviour.spends_last_try else LastTryDeclined()
        case AwaitingConsent():
            return ConsentGiven(frozenset(Consent(consent) for consent in behaviour.consents))
        case _:
            return None


def _voucher(person: Person) -> Voucher | None:
    """What the receptionist goes by in place of the patient's own face and word."""
    behaviour = person.behaviour
    if behaviour.guardian_shows:
        return Guardian(behaviour.guardian_shows)
    if behaviour.proxy:
        return Proxy(behaviour.proxy)
    return Emergency(behaviour.emergency) if behaviour.emergency else None


def _gives_pin(person: Person, card: Card) -> bool:
    """Whether there is a try that the person is willing to spend."""
    return card.pin_tries != 0 and (card.pin_tries != 1 or person.behaviour.spends_last_try)


def _pin_entered(person: Person, card: Card) -> PinEntered:
    wrong_so_far = person.card.pin_tries - (card.pin_tries or 0)
    return PinEntered(_typed(person.card.pin, wrong_so_far < person.behaviour.wrong_pins_first))


def _typed(code: str, is_mistyped: bool) -> str:
    """The code; mistyped, its last digit is the next one."""
    return code[:-1] + str((int(code[-1]) + 1) % 10) if is_mistyped else code
