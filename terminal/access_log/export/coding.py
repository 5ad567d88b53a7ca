"""What each access is called in the codes of others: one table, that every export reads.

Codes of DICOM PS3.16 (`DCM`), as DICOM PS3.15 section A.5.3 and FHIR R4's AuditEvent use them.
"""

from dataclasses import dataclass
from typing import Final

from terminal.access_log.access import Action
from terminal.access_log.entry import Entry

DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
ACTIONS: Final = "urn:uketsuke:action"  # our own codes, those of `Action`
PSEUDONYMS: Final = "urn:uketsuke:pseudonym"
VISITS: Final = "urn:uketsuke:visit"
ENTRIES: Final = "urn:uketsuke:entry"

SUCCESS: Final = "0"
MINOR_FAILURE: Final = "4"
SERIOUS_FAILURE: Final = "8"


@dataclass(frozen=True)
class Coding:
    """An event's DICOM code, its meaning, and what is done: create, read, update, delete or execute."""

    code: str
    meaning: str
    deed: str


_PATIENT_RECORD = Coding("110110", "Patient Record", "R")
_AUTHENTICATION = Coding("110114", "User Authentication", "E")
_QUERY = Coding("110112", "Query", "E")
_ALERT = Coding("110113", "Security Alert", "E")
_EXPORT = Coding("110106", "Export", "R")
_ACTIVITY = Coding("110100", "Application Activity", "E")
_LOG_USED = Coding("110101", "Audit Log Used", "R")

CODINGS: Final = {
    Action.CARD_IDENTIFIED: _PATIENT_RECORD,
    Action.CARD_CODE_SENT: _AUTHENTICATION,
    Action.CARD_CODE_REFUSED: _AUTHENTICATION,
    Action.HOLDER_READ: _PATIENT_RECORD,
    Action.FACE_COMPARED: _AUTHENTICATION,
    Action.PIN_SENT: _AUTHENTICATION,
    Action.PIN_REFUSED: _AUTHENTICATION,
    Action.HOLDER_VERIFIED: _AUTHENTICATION,
    Action.DOUBT_SETTLED: _AUTHENTICATION,
    Action.HELPER_NOTED: _PATIENT_RECORD,
    Action.EMERGENCY_ACCESS: _ALERT,
    Action.ELIGIBILITY_ASKED: _QUERY,
    Action.ANSWER_SHOWN: _PATIENT_RECORD,
    Action.WAY_SHOWN: _PATIENT_RECORD,
    Action.PROOF_SEEN: _PATIENT_RECORD,
    Action.FULL_PRICE_CHARGED: _PATIENT_RECORD,
    Action.DECLARATION_PRINTED: _EXPORT,
    Action.RESULT_SENT: _EXPORT,
    Action.CHECKIN_ENDED: _ACTIVITY,
    Action.LOG_EXPORTED: _EXPORT,
    Action.OUTAGE_NOTE_PRINTED: _EXPORT,
    Action.ENTRIES_DELETED: _ALERT,
    Action.HOLD_PLACED: _ALERT,
    Action.HOLD_RELEASED: _ALERT,
    Action.SECURITY_EVENT: _ALERT,
    Action.SIGNED_IN: _AUTHENTICATION,
    Action.SIGNED_OUT: _AUTHENTICATION,
    Action.STAFF_CHANGED: _ALERT,
    Action.EMERGENCY_OPENED: _ALERT,
    Action.EMERGENCY_REVIEWED: _ALERT,
    Action.EPOCH_BEGUN: _ALERT,
    Action.LOG_OPENED: _LOG_USED,
    Action.PATIENT_UNSEALED: _LOG_USED,
    Action.ENTRIES_REVIEWED: _LOG_USED,
}

_REFUSED = frozenset({Action.CARD_CODE_REFUSED, Action.PIN_REFUSED})


def outcome_of(entry: Entry) -> str:
    """How it ended, as DICOM and FHIR number it."""
    if entry.action is Action.SECURITY_EVENT:
        return SERIOUS_FAILURE
    is_refused = entry.action in _REFUSED or entry.outcome in ("withheld", "stopped", "refused")
    return MINOR_FAILURE if is_refused else SUCCESS


def particulars(entry: Entry) -> list[tuple[str, str]]:
    """What the forms of others have no field for, by name; never empty, for the number is among it.

    Who a patient is, sealed, stays in JSON lines and bundles: nobody without the auditors' key has a use for it.
    """
    named = [("seq", str(entry.seq)), ("method", entry.method), ("outcome", entry.outcome), ("reason", entry.reason)]
    named += [
        (name, getattr(entry, name)) for name in ("role", "sign_in", "helper", "purpose", "items", "upstream", "clock")
    ]
    named += [(f"consent_{name}", value) for name, value in entry.consent]
    named += [("provisional", "yes")] if entry.is_provisional else []
    return [(name, value) for name, value in [*named, *entry.details] if value]
