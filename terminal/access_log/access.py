"""One access to a person's data, before it is numbered, stamped and stored. Pure."""

from dataclasses import dataclass, field, replace
from datetime import date
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
    HELPER_NOTED = auto()  # who is with the patient: `helper`; `details` says where
    EMERGENCY_ACCESS = auto()  # break-glass: without the patient's word, `reason` says why; to be looked at afterwards
    ELIGIBILITY_ASKED = auto()  # the question is about to leave the desk
    DOUBT_SETTLED = auto()  # a second source said that a withheld record is the patient's; `reason` names it
    ANSWER_SHOWN = auto()  # `outcome` and `reason` say which
    WAY_SHOWN = auto()  # the patient was told how else a coverage can be proved; `reason` names the way
    PROOF_SEEN = auto()  # such a proof was held in hand; `reason` names the way
    OUTAGE_NOTE_PRINTED = auto()  # what is known of the patient, for looking the coverage up after an outage
    DECLARATION_PRINTED = auto()  # the clinic's own sheet, with what is known of the patient
    FULL_PRICE_CHARGED = auto()  # after every other way was shown; `reason` says why
    RESULT_SENT = auto()  # a confirmed answer is about to go to the receipt computer
    CHECKIN_ENDED = auto()  # without an answer: turned away, stopped, abandoned
    LOG_EXPORTED = auto()  # a copy of the log is about to leave: `reason` says why, `details` what and for whom
    ENTRIES_DELETED = auto()  # by retention, their leaves stay; `details` names them as ranges of numbers
    HOLD_PLACED = auto()  # entries must be kept beyond their time
    HOLD_RELEASED = auto()  # `details` says by which entry the hold was placed
    SECURITY_EVENT = auto()  # something was refused that must not be asked
    SIGNED_IN = auto()  # `outcome`: signed_in, or refused; `details` names the second person of two
    SIGNED_OUT = auto()  # `reason` says why: another person came, or time was over
    STAFF_CHANGED = auto()  # someone was enrolled, disabled or enabled, or a rule was set; `details` says who and what
    EMERGENCY_OPENED = auto()  # the sealed code was used; `details` says until when it holds
    EMERGENCY_REVIEWED = auto()  # someone else looked at what was done under it
    EPOCH_BEGUN = auto()  # the log's file was replaced, and this is the first entry of the next; see `epoch.py`
    LOG_OPENED = auto()  # an auditor looks at the log; `details` says up to which entry
    PATIENT_UNSEALED = auto()  # an auditor sees which entries are one patient's; `reason` says why
    ENTRIES_REVIEWED = auto()  # an auditor looked at what stands out; `details` names the entries and the concern


class Purpose(StrEnum):
    """What an access is for."""

    ELIGIBILITY = auto()  # a patient is checked in
    AUDIT = auto()  # the log itself is read, copied or kept
    OPERATION = auto()  # people, keys and machines


@dataclass(frozen=True)
class Actor:
    """Who acts: an id, in which role, how signed in."""

    id: str
    role: str = ""
    sign_in: str = ""


@dataclass(frozen=True)
class Identity:
    """A person's name and birth date; `kana` is empty where only the card has told, which does not have it."""

    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth_date: date | None = field(repr=False)


PROGRAM = "program"
"""How the program itself is signed in, where it acts with nobody at the desk."""


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
    role: str = ""
    sign_in: str = ""
    helper: str = ""
    purpose: str = ""
    items: tuple[str, ...] = ()  # what was read, shown, sent or exported: kinds of data, never data
    consent: tuple[tuple[str, str], ...] = ()  # text, hash, language, state
    upstream: str = ""  # the question's own key, by which the service's log names it, too
    is_provisional: bool = False
    identity: Identity | None = field(default=None, repr=False)  # where a check-in first learns it; stored sealed

    def by(self, actor: Actor) -> "Access":
        """The same access by someone else."""
        return replace(self, actor=actor.id, role=actor.role, sign_in=actor.sign_in)
