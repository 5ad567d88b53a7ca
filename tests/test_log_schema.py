"""The published schemas of an entry, held against what is really written."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import fastjsonschema
import pytest
from staff_roster import NOW

from offline_cache.store import read_store
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.clock_state import ClockState, clock_state
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.masking import plain_of
from terminal.card_token import TokenKind
from terminal.commands.headless import check_in
from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.events import ConsentGiven
from terminal.people import Card, Consent, ConsentText, VerificationMethod, Verified
from terminal.practice.deck import load_deck
from terminal.recording import accesses
from terminal.recording_in_full import in_full
from terminal.staff.people import Role
from terminal.states import AwaitingConsent, CheckingEligibility

# the entries' schema


def schema(version: int) -> dict[str, object]:
    text = (files("terminal.access_log") / "schema" / f"entry-{version}.json").read_text("utf-8")
    read = json.loads(text)
    assert isinstance(read, dict)
    return read


def test_the_schema_names_every_action_and_every_field() -> None:
    properties = schema(2)["properties"]
    assert isinstance(properties, dict)
    assert set(properties["action"]["enum"]) == {str(action) for action in Action}
    assert set(properties["purpose"]["enum"]) == {"", *Purpose}
    assert set(properties["role"]["enum"]) == {"", *Role}
    assert clock_state() in ClockState


@pytest.mark.parametrize("action", Action)
def test_an_entry_of_either_version_is_as_its_schema_says(action: Action) -> None:
    entered = enter(Access(action, "v", "a"), seq=0, at=NOW, terminal="t", subject="")
    fastjsonschema.validate(schema(2), json.loads(write_entry(entered)))
    with pytest.raises(fastjsonschema.JsonSchemaException):
        fastjsonschema.validate(schema(1), json.loads(write_entry(entered)))
    if str(action) in schema(1)["properties"]["action"]["enum"]:  # type: ignore[index]
        fastjsonschema.validate(schema(1), json.loads(write_entry(replace(entered, version=1))))


def test_a_consent_is_recorded_with_its_text_hash_and_language_and_without_what_was_read() -> None:
    card = Card("visit-1234567890", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)
    verified = Verified(card, None, VerificationMethod.FACE)
    text = ConsentText("consent", "ja", "ab" * 32)
    event = ConsentGiven(frozenset({Consent.MEDICINES}), text)
    after = CheckingEligibility(verified, event.consents)
    (access,) = accesses(AwaitingConsent(verified), event, after, "hanako")
    full = in_full(access, event, after, replace(RECEPTIONIST, id="hanako"))
    assert dict(full.consent) == {"state": "given", "text": "consent", "hash": "ab" * 32, "language": "ja"}
    assert (full.actor, full.role, full.sign_in) == ("hanako", "receptionist", "practice")
    assert (full.purpose, full.items, full.upstream) == ("eligibility", ("certificate", "consents"), "visit-123456")


def test_every_entry_of_a_practice_check_in_is_as_the_schema_says(tmp_path: Path) -> None:
    validate = fastjsonschema.compile(schema(2))
    room = PracticeRoom(tmp_path)
    try:
        result = check_in(room, load_deck()["p01"])
    finally:
        room.close()
    assert result["outcome"] == "confirmed"
    with closing(read_store(tmp_path, None)) as reader:
        entries = [json.loads(plain_of(stored.line)) for stored in reader.entries()]
    for entry in entries:
        validate(entry)
        assert entry["clock"]
    of_visit = [entry for entry in entries if entry["visit"]]
    assert len(of_visit) >= 6
    for entry in of_visit:
        assert (entry["actor"], entry["role"], entry["sign_in"]) == (
            "practice-receptionist",
            "receptionist",
            "practice",
        )
        assert entry["purpose"] == "eligibility"
        assert entry["subject"]
    (asked,) = [entry for entry in of_visit if entry["action"] == "eligibility_asked"]
    assert asked["consent"]["state"] in ("given", "declined")
    assert asked["upstream"] == asked["visit"][:12]
    (shown,) = [entry for entry in of_visit if entry["action"] == "answer_shown"]
    assert (shown["items"], shown["provisional"]) == ("name coverage", False)
