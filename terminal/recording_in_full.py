"""An access of a check-in with all that the log's schema asks for: role, purpose, kinds of data, consent, question.

Pure. What is written are kinds and codes: of a consent its text's name and hash, never what a doctor may look at.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.access_log.access import Access, Action, Actor, Identity, Purpose
from terminal.events import ConsentGiven, Event, HolderRead
from terminal.people import Verified
from terminal.states import Confirmed, Provisional, State

_CARD: Final = ("certificate", "certificate_dates", "tries_left")
_HOLDER: Final = ("photo", "name", "address", "birth_date", "sex")
ITEMS: Final = {
    Action.CARD_IDENTIFIED: _CARD,
    Action.CARD_CODE_SENT: ("card_code",),
    Action.CARD_CODE_REFUSED: ("tries_left",),
    Action.HOLDER_READ: _HOLDER,
    Action.FACE_COMPARED: ("photo", "camera_picture"),
    Action.PIN_SENT: ("pin",),
    Action.PIN_REFUSED: ("tries_left",),
    Action.ELIGIBILITY_ASKED: ("certificate", "consents"),
    Action.RESULT_SENT: ("name", "coverage"),
}
BY_NUMBER: Final = ("insured_numbers", "consents")
SHOWN: Final = {
    "confirmed": ("name", "coverage"),
    "provisional": ("name", "stored_coverage"),
    "unconfirmed": ("reason",),
    "withheld": ("names_of_differing_fields",),
}
"""What stands on the receptionist's window, by an answer's outcome."""
_QUESTION: Final = frozenset({Action.ELIGIBILITY_ASKED, Action.ANSWER_SHOWN})
KEY_LETTERS: Final = 12  # of a visit: the key that the service is asked under is the moment, and these


def in_full(access: Access, event: Event, after: State, actor: Actor) -> Access:
    """The access as it is to be recorded, `event` having led to `after`."""
    is_question = access.action is Action.ELIGIBILITY_ASKED
    return replace(
        access.by(actor),
        purpose=Purpose.ELIGIBILITY,
        items=_items(access),
        consent=_consent(event) if is_question and isinstance(event, ConsentGiven) else (),
        upstream=access.visit[:KEY_LETTERS] if access.action in _QUESTION else "",
        is_provisional=access.action is Action.ANSWER_SHOWN and isinstance(after, Provisional),
        identity=_identity(access.action, event, after),
    )


def with_surname(access: Access, event: Event, is_staff_surname: Callable[[str], bool]) -> Access:
    """The access, and where a holder was read who is called as one of the staff is, that fact; never the name."""
    if isinstance(event, HolderRead) and access.action is Action.HOLDER_READ and is_staff_surname(event.holder.name):
        return replace(access, details=(*access.details, ("same_surname", "yes")))
    return access


def _items(access: Access) -> tuple[str, ...]:
    if access.action is Action.ANSWER_SHOWN:
        return SHOWN.get(access.outcome, ())
    return BY_NUMBER if ("by", "number") in access.details else ITEMS.get(access.action, ())


def _identity(action: Action, event: Event, after: State) -> Identity | None:
    """Who it is, where a check-in first learns that: from the card, or where that told nothing from the answer."""
    match event, after:
        case HolderRead(holder), _ if action is Action.HOLDER_READ:
            return Identity(holder.name, "", holder.birth_date)
        case _, Confirmed(Verified(holder=None), record) if action is Action.ANSWER_SHOWN and record.name:
            return Identity(record.name, record.kana or "", record.birth_date)
        case _:
            return None


def _consent(given: ConsentGiven) -> tuple[tuple[str, str], ...]:
    """State, and where somebody read a text: which one, its hash and its language."""
    answered = (("state", "given" if given.consents else "declined"),)
    if given.text is None:
        return answered
    return (*answered, ("text", given.text.id), ("hash", given.text.digest), ("language", given.text.language))
