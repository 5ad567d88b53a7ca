"""Each export tells of one and the same entries, in the form that others ask for."""

import json
import shutil
import subprocess
from base64 import b64decode
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.access import Access, Action
from terminal.access_log.entry import Entry, enter, read_entry, write_entry
from terminal.access_log.export.coding import CODINGS
from terminal.access_log.export.dicom import audit_messages
from terminal.access_log.export.fhir import audit_event, audit_events
from terminal.access_log.export.lines import json_lines
from terminal.access_log.export.table import csv_rows
from terminal.access_log.simulated import SimulatedClock, simulated_accesses

SCHEMA = Path(__file__).parent / "dicom_audit_message.rng"
LOG = "desk-1/access/00000000"
NOW = datetime(2026, 11, 21, 0, 30, 0, 5000, UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def entry(action: Action = Action.ANSWER_SHOWN, *, actor: str = "reception", subject: str = "ab" * 16) -> Entry:
    details = (("consents", "medicines checkups"),)
    access = Access(action, "visit-1", actor, None, "face", "confirmed", "", details)
    return enter(access, seq=3, at=NOW, terminal="受付1", subject=subject)


def simulated(count: int) -> list[Entry]:
    clock = SimulatedClock(7)
    accesses = islice(simulated_accesses(7), count)
    return [
        enter(access, seq=seq, at=clock.now(), terminal="desk-1", subject=(access.subject or b"").hex()[-16:])
        for seq, access in enumerate(accesses)
    ]


def messages(*entries: Entry) -> list[Element]:
    return list(fromstring(b"".join(audit_messages(entries, LOG))))


def details_of(message: Element) -> dict[str, str]:
    return {
        detail.attrib["type"]: b64decode(detail.attrib["value"]).decode()
        for detail in message.iter("ParticipantObjectDetail")
    }


def test_every_action_has_its_code() -> None:
    assert CODINGS.keys() == set(Action)


def test_a_json_line_is_the_entry_itself() -> None:
    entries = simulated(50)
    assert [read_entry(line.removesuffix(b"\n")) for line in json_lines(map(write_entry, entries))] == entries


def test_a_fhir_audit_event_tells_who_what_whose_and_how() -> None:
    event = audit_event(entry(), LOG)
    assert event["resourceType"] == "AuditEvent"
    assert event["recorded"] == "2026-11-21T00:30:00.005Z"
    assert event["action"] == "R"
    assert event["outcome"] == "0"
    assert event["type"] == {
        "system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110110", "display": "Patient Record",
    }  # fmt: skip
    again = json.loads(json.dumps(event))
    assert [agent["requestor"] for agent in again["agent"]] == [True, False]
    assert again["agent"][0]["who"]["display"] == "reception"
    assert again["source"]["observer"]["display"] == "受付1"
    patient, visit = again["entity"]
    assert patient["what"]["identifier"]["value"] == "ab" * 16
    assert visit["what"]["identifier"]["value"] == "visit-1"
    assert {each["type"]: each["valueString"] for each in visit["detail"]} == {
        "seq": "3", "method": "face", "outcome": "confirmed", "consents": "medicines checkups",
    }  # fmt: skip


def required_are_there(event: dict[str, object]) -> bool:
    """What R4 demands of an AuditEvent (1..1 and 1..* elements), and that no string and no list is empty."""

    def is_filled(part: object) -> bool:
        if isinstance(part, dict):
            return bool(part) and all(is_filled(each) for each in part.values())
        if isinstance(part, list):
            return bool(part) and all(is_filled(each) for each in part)
        return part != ""

    return event.keys() >= {"type", "recorded", "agent", "source"} and is_filled(event)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("subject", ["", "ab" * 16])
def test_every_fhir_audit_event_has_what_is_required(action: Action, subject: str) -> None:
    assert required_are_there(audit_event(entry(action, subject=subject), LOG))


def test_an_entry_has_one_fhir_id_in_every_export_and_another_in_another_log() -> None:
    assert audit_event(entry(), LOG)["id"] == audit_event(entry(), LOG)["id"] != audit_event(entry(), "other")["id"]


def test_a_dicom_message_tells_who_what_whose_and_how() -> None:
    (message,) = messages(entry())
    event = message.find("EventIdentification")
    assert event is not None
    assert event.attrib == {
        "EventActionCode": "R", "EventDateTime": "2026-11-21T00:30:00.005Z", "EventOutcomeIndicator": "0",
    }  # fmt: skip
    assert [each.attrib["csd-code"] for each in event] == ["110110", "answer_shown"]
    assert [each.attrib["UserID"] for each in message.iter("ActiveParticipant")] == ["reception", "uketsuke"]
    identities = [each.attrib["ParticipantObjectID"] for each in message.iter("ParticipantObjectIdentification")]
    assert identities == ["ab" * 16, "visit-1"]
    assert details_of(message)["consents"] == "medicines checkups"


@given(TEXTS, TEXTS)
def test_whatever_the_text_the_dicom_document_is_well_formed(actor: str, detail: str) -> None:
    access = Access(Action.HOLDER_READ, "visit-1", actor, details=(("note", detail),))
    (message,) = messages(enter(access, seq=1, at=NOW, terminal="desk", subject=""))
    assert details_of(message)["note"] == detail


def is_valid(document: bytes, folder: Path) -> bool:
    (folder / "log.xml").write_bytes(document)
    command = ["xmllint", "--noout", "--nonet", "--relaxng", str(SCHEMA), str(folder / "log.xml")]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("xmllint"), reason="needs libxml2-utils")
def test_the_dicom_document_follows_the_standards_grammar(tmp_path: Path) -> None:
    entries = [*simulated(300), *(entry(action) for action in Action), entry(actor="", subject="")]
    document = b"".join(audit_messages(entries, LOG))
    assert is_valid(document, tmp_path)
    assert not is_valid(document.replace(b"EventDateTime", b"EventTime"), tmp_path)


def test_every_form_tells_of_the_same_entries() -> None:
    entries = simulated(200)
    numbers = [entry.seq for entry in entries]
    events = [json.loads(line) for line in audit_events(entries, LOG)]
    in_fhir = [int(each["entity"][-1]["detail"][0]["valueString"]) for each in events]
    in_dicom = [int(details_of(message)["seq"]) for message in messages(*entries)]
    assert in_fhir == in_dicom == numbers
    assert len(list(csv_rows(entries))) - 1 == len(list(json_lines(map(write_entry, entries)))) == len(entries)
    assert [each["type"]["code"] for each in events] == [
        message.find("EventIdentification/EventID").attrib["csd-code"]  # type: ignore[union-attr]  # it is there
        for message in messages(*entries)
    ]


def test_forms_are_made_one_by_one() -> None:
    endless = (entry() for _ in range(10**9))
    for made in (json_lines(map(write_entry, endless)), audit_events(endless, LOG), audit_messages(endless, LOG)):
        assert next(made)
        assert next(made)
