"""Which entries of an index an auditor asks for. Pure; some milliseconds for a million entries."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Final

import numpy as np
import numpy.typing as npt

from terminal.access_log.access import Action
from terminal.access_log.review_index import Index, Places, number_of

BY_EYE: Final = ("visual", "operator", "guardian", "proxy")
"""A person decided, not card or face; the second is an older word for the first."""
REFUSED_CODES: Final = (Action.CARD_CODE_REFUSED, Action.PIN_REFUSED)
EMERGENCY: Final = "emergency"
"""Who acts under the sealed code."""


class Kind(StrEnum):
    """Kinds of entries that are asked for often."""

    PATIENT = auto()  # about a patient
    QUESTION = auto()
    REFUSED = auto()  # a code, an answer, a person or an act was refused
    OVERRIDE = auto()  # a person said that the holder is the holder
    PROVISIONAL = auto()
    EMERGENCY = auto()  # break-glass: the code in the envelope, and what was done under it
    SIGN_IN = auto()
    STAFF = auto()
    EXPORT = auto()
    LOG = auto()  # the log looked at, kept, or cut by retention
    SECURITY = auto()


_ACTIONS: Final = {
    Kind.QUESTION: (Action.ELIGIBILITY_ASKED,),
    Kind.SIGN_IN: (Action.SIGNED_IN, Action.SIGNED_OUT),
    Kind.STAFF: (Action.STAFF_CHANGED,),
    Kind.EXPORT: (Action.LOG_EXPORTED, Action.RESULT_SENT, Action.DECLARATION_PRINTED, Action.OUTAGE_NOTE_PRINTED),
    Kind.LOG: (
        Action.EPOCH_BEGUN,
        Action.LOG_OPENED,
        Action.PATIENT_UNSEALED,
        Action.ENTRIES_REVIEWED,
        Action.LOG_EXPORTED,
        Action.ENTRIES_DELETED,
        Action.HOLD_PLACED,
        Action.HOLD_RELEASED,
    ),
    Kind.SECURITY: (Action.SECURITY_EVENT,),
}


@dataclass(frozen=True)
class Sought:
    """What is asked for; an empty field asks for nothing. Both days are included."""

    first_day: date | None = None
    last_day: date | None = None
    actor: str = ""
    kind: Kind | Action | None = None
    subject: str = ""


def is_of_kind(index: Index, kind: Kind) -> npt.NDArray[np.bool_]:
    """Which entries are of a kind."""
    match kind:
        case Kind.PATIENT:
            return index.is_about_somebody()
        case Kind.REFUSED:
            refused = index.is_named("outcome", "refused", "turned_away", "withheld")
            return refused | index.is_action(*REFUSED_CODES, Action.SECURITY_EVENT)
        case Kind.OVERRIDE:
            return index.is_action(Action.HOLDER_VERIFIED) & index.is_named("method", *BY_EYE)
        case Kind.PROVISIONAL:
            shown = index.is_action(Action.ANSWER_SHOWN) & index.is_named("outcome", "provisional")
            return shown | index.provisional  # an entry of the first version says it by its outcome alone
        case Kind.EMERGENCY:
            opened = index.is_action(Action.EMERGENCY_OPENED, Action.EMERGENCY_REVIEWED, Action.EMERGENCY_ACCESS)
            return opened | index.is_named("actor", EMERGENCY)
        case _:
            return index.is_action(*_ACTIONS[kind])


def find(index: Index, sought: Sought) -> Places:
    """The places of what is asked for, in order."""
    found = np.ones(len(index), np.bool_)
    if sought.first_day:
        found &= index.days() >= number_of(sought.first_day)
    if sought.last_day:
        found &= index.days() <= number_of(sought.last_day)
    if sought.actor:
        found &= index.is_named("actor", sought.actor)
    if sought.subject:
        found &= index.is_named("subject", sought.subject)
    if isinstance(sought.kind, Kind):
        found &= is_of_kind(index, sought.kind)
    elif sought.kind is not None:
        found &= index.is_action(sought.kind)
    return np.flatnonzero(found)
