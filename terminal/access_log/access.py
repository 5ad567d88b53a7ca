"""One access to a person's data, before it is numbered, stamped and stored. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum, auto


class Action(StrEnum):
    """What is done. Each is recorded before it is sent, or before its result is shown."""

    CARD_IDENTIFIED = auto()  # certificate, dates and tries read, without a code
    CARD_CODE_SENT = auto()  # one try of the card code is about to be spent
    CARD_CODE_REFUSED = auto()
    HOLDER_READ = auto()  # photo and four attributes read from the chip
    FACE_COMPARED = auto()
    PIN_SENT = auto()  # one try of the PIN is about to be spent
    PIN_REFUSED = auto()
    HOLDER_VERIFIED = auto()  # found to be the person at the desk; `method` says how
    ELIGIBILITY_ASKED = auto()  # the question is about to leave the desk
    DOUBT_SETTLED = auto()  # a second source said that a withheld record is the patient's; `reason` names it
    ANSWER_SHOWN = auto()  # `outcome` and `reason` say which
    CHECKIN_ENDED = auto()  # without an answer: turned away, stopped, abandoned
    LOG_EXPORTED = auto()  # a copy of the log is about to leave: `reason` says why, `details` what and for whom
    ENTRIES_DELETED = auto()  # by retention, their leaves stay; `details` names them as ranges of numbers
    HOLD_PLACED = auto()  # entries must be kept beyond their time
    HOLD_RELEASED = auto()  # `details` says by which entry the hold was placed
    SECURITY_EVENT = auto()  # something was refused that must not be asked


@dataclass(frozen=True)
class Access:
    """Who did what with whose data. `subject` is the person's certificate; the journal stores a keyed pseudonym of it.

    `details` holds codes and counts only, such as ("similarity", "0.87") or ("consents", "medicines"); for an export
    its recipient, too.
    """

    action: Action
    visit: str
    actor: str
    subject: bytes | None = field(default=None, repr=False)
    method: str = ""
    outcome: str = ""
    reason: str = ""
    details: tuple[tuple[str, str], ...] = ()
