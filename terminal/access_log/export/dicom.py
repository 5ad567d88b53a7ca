"""The access log as DICOM audit messages (PS3.15, section A.5), in one XML document.

Pure, and streams. The document's root, `AuditMessages`, is ours; each `AuditMessage` in it is the standard's.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import quoteattr

from terminal.access_log.entry import Entry
from terminal.access_log.export.coding import (
    ACTIONS,
    CODINGS,
    ENTRIES,
    PSEUDONYMS,
    VISITS,
    outcome_of,
    particulars,
)

_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n<AuditMessages>\n'
_TAIL: Final = b"</AuditMessages>\n"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2

_REPLACED: Final = "\ufffd"


def audit_messages(entries: Iterable[Entry], log: str) -> Iterator[bytes]:
    """The document, an entry at a time; `log` is the log's name."""
    yield _HEAD
    for entry in entries:
        yield audit_message(entry, log).encode() + b"\n"
    yield _TAIL


def audit_message(entry: Entry, log: str) -> str:
    """The AuditMessage of an entry."""
    return f"<AuditMessage>{_event(entry)}{_participants(entry)}{_source(entry)}{_objects(entry, log)}</AuditMessage>"


def _event(entry: Entry) -> str:
    coding = CODINGS[entry.action]
    attributes = _attributes(
        EventActionCode=coding.deed,
        EventDateTime=entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        EventOutcomeIndicator=outcome_of(entry),
    )
    kinds = _code("EventID", coding.code, "DCM", coding.meaning) + _code("EventTypeCode", entry.action, ACTIONS)
    return f"<EventIdentification{attributes}>{kinds}</EventIdentification>"


def _participants(entry: Entry) -> str:
    person = _attributes(UserID=entry.actor or "unknown", UserIsRequestor="true")
    program = _attributes(
        UserID="uketsuke", UserIsRequestor="false", NetworkAccessPointID=entry.terminal, NetworkAccessPointTypeCode="1"
    )
    role = _code("RoleIDCode", "110150", "DCM", "Application")
    return f"<ActiveParticipant{person}/><ActiveParticipant{program}>{role}</ActiveParticipant>"


def _source(entry: Entry) -> str:
    """Source type 1 is an end-user's device."""
    kind = '<AuditSourceTypeCode csd-code="1"/>'
    return f"<AuditSourceIdentification{_attributes(AuditSourceID=entry.terminal)}>{kind}</AuditSourceIdentification>"


def _objects(entry: Entry, log: str) -> str:
    """The person by pseudonym, and the check-in, or where there is none the log, with all that has no other place."""
    details = "".join(
        f"<ParticipantObjectDetail{_attributes(type=name, value=b64encode(value.encode()).decode())}/>"
        for name, value in particulars(entry)
    )
    system, value = (VISITS, entry.visit) if entry.visit else (ENTRIES, log)
    patient = _object(entry.subject, "1", "1", PSEUDONYMS, "") if entry.subject else ""
    return patient + _object(value, "2", "20", system, details)


def _object(identity: str, kind: str, role: str, system: str, details: str) -> str:
    attributes = _attributes(
        ParticipantObjectID=identity, ParticipantObjectTypeCode=kind, ParticipantObjectTypeCodeRole=role
    )
    kind_of_id = _code("ParticipantObjectIDTypeCode", system.rpartition(":")[2], system)
    name = f"<ParticipantObjectName>{system.rpartition(':')[2]}</ParticipantObjectName>"
    return f"<ParticipantObjectIdentification{attributes}>{kind_of_id}{name}{details}</ParticipantObjectIdentification>"


def _code(element: str, code: str, system: str, meaning: str = "") -> str:
    words = {"csd-code": code, "codeSystemName": system, "originalText": meaning or code.replace("_", " ")}
    return f"<{element}{_attributes(**words)}/>"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(_NOT_XML.sub(_REPLACED, value))}" for name, value in values.items())
