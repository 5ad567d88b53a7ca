"""The access log as FHIR R4 AuditEvents (hl7.org/fhir/R4/auditevent.html), one JSON object on each line (NDJSON).

Pure, and streams. Persons are pseudonyms, as in the log itself; an entry has the same id in each export.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from terminal.access_log.entry import Entry
from terminal.access_log.export.coding import (
    ACTIONS,
    CODINGS,
    DCM,
    ENTRIES,
    PSEUDONYMS,
    VISITS,
    outcome_of,
    particulars,
)

Json = dict[str, object]

_ENTITY_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ROLE: Final = "http://terminology.hl7.org/CodeSystem/object-role"
_SOURCE_TYPE: Final = "http://terminology.hl7.org/CodeSystem/security-source-type"
_NDJSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def audit_events(entries: Iterable[Entry], log: str) -> Iterator[bytes]:
    """One AuditEvent on each line; `log` is the log's name."""
    return (_NDJSON.encode(audit_event(entry, log)).encode() + b"\n" for entry in entries)


def audit_event(entry: Entry, log: str) -> Json:
    """The AuditEvent of an entry."""
    coding = CODINGS[entry.action]
    event: Json = {
        "resourceType": "AuditEvent",
        "id": str(uuid5(NAMESPACE_URL, f"{ENTRIES}:{log}/{entry.seq}")),
        "type": _coding(DCM, coding.code, coding.meaning),
        "subtype": [_coding(ACTIONS, entry.action, entry.action.replace("_", " "))],
        "action": coding.deed,
        "recorded": entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": outcome_of(entry),
        "agent": [_person(entry), _program(entry)],
        "source": {"observer": {"display": entry.terminal}, "type": [_coding(_SOURCE_TYPE, "1", "User Device")]},
        "entity": [*_patient(entry), _visit(entry, log)],
    }
    return event


def _person(entry: Entry) -> Json:
    role = {"coding": [_coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "info recipient")]}
    return {"type": role, "who": {"display": entry.actor}, "requestor": True}


def _program(entry: Entry) -> Json:
    """The desk itself; network type 1 is a machine's name."""
    role = {"coding": [_coding(DCM, "110150", "Application")]}
    network = {"address": entry.terminal, "type": "1"}
    return {"type": role, "who": {"display": "uketsuke"}, "requestor": False, "network": network}


def _patient(entry: Entry) -> list[Json]:
    if not entry.subject:
        return []
    return [
        {
            "what": {"identifier": {"system": PSEUDONYMS, "value": entry.subject}},
            "type": _coding(_ENTITY_TYPE, "1", "Person"),
            "role": _coding(_ROLE, "1", "Patient"),
        }
    ]


def _visit(entry: Entry, log: str) -> Json:
    """The check-in, or where there is none the log, with all that has no field of its own."""
    system, value = (VISITS, entry.visit) if entry.visit else (ENTRIES, log)
    return {
        "what": {"identifier": {"system": system, "value": value}},
        "type": _coding(_ENTITY_TYPE, "2", "System Object"),
        "role": _coding(_ROLE, "20", "Job"),
        "detail": [{"type": name, "valueString": value} for name, value in particulars(entry)],
    }


def _coding(system: str, code: str, display: str) -> Json:
    return {"system": system, "code": code, "display": display}
