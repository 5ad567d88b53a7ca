"""Who may sign in is kept with the log: a change and its entry are one, tries survive a restart, old stores take it."""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import fastjsonschema
import pyotp
import pytest

from offline_cache.keys import PracticeSeal
from offline_cache.staff import SqlRoster, open_roster
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.clock_state import ClockState, clock_state
from terminal.access_log.entry import Entry, enter, read_entry, write_entry
from terminal.access_log.masking import plain_of
from terminal.card_token import TokenKind
from terminal.commands import log, staff, staff_export
from terminal.commands.headless import check_in
from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.commands.secret_phrase import lines_of
from terminal.events import ConsentGiven
from terminal.people import Card, Consent, ConsentText, VerificationMethod, Verified
from terminal.practice.deck import load_deck
from terminal.recording import accesses
from terminal.recording_in_full import in_full
from terminal.staff.emergency import Emergency, new_code, plain_code
from terminal.staff.lockout import FREE
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act, Policy
from terminal.staff.signing_in import Accepted, Claim, Refusal, Refused, sign_in
from terminal.states import AwaitingConsent, CheckingEligibility

NOW = datetime(2026, 11, 22, 0, 30, 10, tzinfo=UTC)
PASSWORD = "kaki kusa hon mado"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HASH = hash_password(PASSWORD)
ENTRY = Access(Action.STAFF_CHANGED, "", "setup", purpose=Purpose.OPERATION)


class FixedClock:
    def now(self) -> datetime:
        return NOW


def member(id_: str = "hanako", *roles: Role) -> Member:
    return Member(id_, "見本　花子", frozenset(roles or (Role.RECEPTIONIST,)), HASH, SECRET)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_store(tmp_path / "store", PracticeSeal(tmp_path / "store"), FixedClock(), "desk 1").close()
    return tmp_path / "store"


def roster_in(folder: Path) -> SqlRoster:
    return open_roster(folder, PracticeSeal(folder), FixedClock())


@pytest.fixture
def roster(folder: Path) -> Iterator[SqlRoster]:
    with closing(roster_in(folder)) as roster:
        yield roster


def entries_in(folder: Path) -> list[Entry]:
    with closing(read_store(folder, None)) as reader:
        return [read_entry(stored.line) for stored in reader.entries()]


def test_what_is_kept_is_found_again(roster: SqlRoster, folder: Path) -> None:
    kept = replace(member("taro", Role.IT, Role.SHIFT_LEAD), card=b"\1" * 32, failures=2, failed_at=NOW, totp_step=7)
    assert roster.keep(kept, ENTRY)
    assert roster.members() == [replace(kept, revision=1)] == [roster.member("taro")]
    assert roster.member("nobody") is None
    made = Emergency(1, HASH, NOW)
    assert roster.keep_emergency(made, ENTRY)
    assert roster.emergency() == replace(made, revision=1)
    rules = Policy(True, timedelta(minutes=5), timedelta(0), timedelta(hours=1))
    roster.keep_policy(rules, ENTRY)
    assert roster.policy() == rules
    assert [entry.action for entry in entries_in(folder)] == [Action.STAFF_CHANGED] * 3


def test_a_change_over_one_that_was_not_seen_is_not_made_nor_recorded(roster: SqlRoster, folder: Path) -> None:
    assert roster.keep(member(), ENTRY)
    first = roster.member("hanako")
    assert first
    assert roster.keep(replace(first, failures=1), ENTRY)
    assert not roster.keep(replace(first, failures=9), ENTRY)
    assert not roster.keep(member(), ENTRY)
    assert len(entries_in(folder)) == 2


def test_a_change_whose_entry_cannot_be_written_is_not_made(roster: SqlRoster) -> None:
    with pytest.raises(Exception, match="journal_failed"):
        roster.keep(member(), replace(ENTRY, reason="\ud800"))
    assert roster.members() == []


def test_failures_and_spent_codes_survive_a_restart(folder: Path) -> None:
    right = Claim("hanako", PASSWORD, pyotp.TOTP(SECRET).at(NOW))
    with closing(roster_in(folder)) as roster:
        roster.keep(member(), ENTRY)
        assert isinstance(sign_in(roster, right, NOW, Act.CHECK_IN), Accepted)
        for _ in range(FREE):
            sign_in(roster, replace(right, password="wrong and wrong"), NOW, Act.CHECK_IN)
    with closing(roster_in(folder)) as roster:
        verdict = sign_in(roster, right, NOW, Act.CHECK_IN)
        assert isinstance(verdict, Refused)
        assert verdict.why is Refusal.WAIT
        kept = roster.member("hanako")
        assert kept
        roster.keep(replace(kept, failures=0, failed_at=None), ENTRY)
        replayed = sign_in(roster, right, NOW, Act.CHECK_IN)
        assert isinstance(replayed, Refused)
        assert replayed.why is Refusal.WRONG


def test_the_log_says_who_tried_and_how_it_ended_and_holds_no_secret(roster: SqlRoster, folder: Path) -> None:
    roster.keep(member(), ENTRY)
    code = pyotp.TOTP(SECRET).at(NOW)
    sign_in(roster, Claim("hanako", PASSWORD, "000000"), NOW, Act.CHECK_IN)
    sign_in(roster, Claim("hanako", PASSWORD, code), NOW, Act.CHECK_IN)
    refused, signed_in = entries_in(folder)[1:]
    assert (refused.actor, refused.outcome, refused.reason, refused.role) == (
        "hanako",
        "refused",
        "wrong",
        "receptionist",
    )
    assert (signed_in.outcome, signed_in.sign_in, signed_in.purpose) == ("signed_in", "password+totp", "operation")
    with closing(read_store(folder, None)) as reader:
        lines = b"".join(stored.line for stored in reader.entries())
    assert not any(secret.encode() in lines for secret in (PASSWORD, SECRET, HASH, "見本"))


# the command


def run(folder: Path, *arguments: str, secrets: str = "") -> int:
    reading, writing = os.pipe()
    os.write(writing, secrets.encode())
    os.close(writing)
    try:
        return staff.run([*arguments, "--store", str(folder), "--secrets-fd", str(reading)])
    finally:
        os.close(reading)


def seed(folder: Path, *people: Member) -> None:
    with closing(roster_in(folder)) as roster:
        for each in people:
            assert roster.keep(each, ENTRY)


def claim_lines(id_: str) -> str:
    return f"{id_}\n{PASSWORD}\n{pyotp.TOTP(SECRET).now()}\n"


def test_the_first_person_is_enrolled_by_the_machines_login(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("terminal.commands.staff_enrolment.new_secret", lambda: SECRET)
    secrets = f"{PASSWORD}\n{PASSWORD}\n{pyotp.TOTP(SECRET).now()}\n"
    assert run(folder, "add", "sys.op", "--name", "見本　技師", "--role", "it", secrets=secrets) == 0
    assert SECRET in capsys.readouterr().out  # shown once, to be scanned
    entry = entries_in(folder)[-1]
    assert (entry.action, entry.sign_in, entry.role) == (Action.STAFF_CHANGED, "machine_login", "it")
    assert dict(entry.details)["person"] == "sys.op"
    assert run(folder, "list") == 0
    assert "sys.op" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "secrets"),
    [
        (["--role", "it", "--role", "auditor"], ""),
        ([part for role in Role for part in ("--role", role)], ""),
        (["--role", "it"], "short\n"),
        (["--role", "it"], f"{PASSWORD}\nanother one\n"),
        (["--role", "it"], f"{PASSWORD}\n{PASSWORD}\n000000\n"),
    ],
)
def test_nobody_is_enrolled_with_all_roles_a_weak_password_or_an_app_that_is_not_theirs(
    folder: Path, arguments: list[str], secrets: str
) -> None:
    assert run(folder, "add", "sys.op", "--name", "x", *arguments, secrets=secrets) == 1
    assert entries_in(folder) == []


def test_once_there_is_somebody_of_it_only_they_change_people(folder: Path) -> None:
    seed(folder, member("sys", Role.IT), member("hanako"))
    assert run(folder, "disable", "hanako", secrets=claim_lines("hanako")) == 1
    assert run(folder, "disable", "hanako", secrets=claim_lines("sys")) == 0
    entry = entries_in(folder)[-1]
    assert (entry.actor, entry.sign_in, dict(entry.details)["change"]) == ("sys", "password+totp", "disabled")


def test_the_last_person_of_it_is_not_disabled(folder: Path) -> None:
    seed(folder, member("sys", Role.IT))
    assert run(folder, "disable", "sys", secrets=claim_lines("sys")) == 1


def test_an_emergency_code_is_printed_once_used_once_and_reviewed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "emergency") == 0
    code = capsys.readouterr().out.split("\n\n")[1].strip()
    with closing(roster_in(folder)) as roster:
        made = roster.emergency()
        assert made
        assert len(plain_code(code)) == len(plain_code(new_code())) == 20
        assert code not in repr(made) + made.code
        roster.keep_emergency(replace(made, opened_at=NOW, ends=NOW), ENTRY)
    assert run(folder, "emergency") == 1  # the one before was used, and nobody has looked at that
    seed(folder, member("kansa", Role.AUDITOR))
    assert run(folder, "review", "kansa", secrets=claim_lines("kansa").partition("\n")[2]) == 0
    assert entries_in(folder)[-1].action is Action.EMERGENCY_REVIEWED
    assert run(folder, "emergency") == 0


def test_while_an_emergency_holds_people_can_be_enrolled_again(folder: Path) -> None:
    seed(folder, member("sys", Role.IT), member("hanako"))
    with closing(roster_in(folder)) as roster:
        roster.keep_emergency(Emergency(1, HASH, NOW, NOW, datetime.now(UTC) + timedelta(hours=1)), ENTRY)
    assert run(folder, "disable", "hanako") == 0
    assert (entries_in(folder)[-1].actor, entries_in(folder)[-1].sign_in) == ("emergency", "emergency_code")


def test_where_the_policy_says_so_an_export_takes_two_people_in_two_roles(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(folder, member("kansa", Role.AUDITOR), member("lead", Role.SHIFT_LEAD), member("mado", Role.AUDITOR))
    assert run(folder, "policy", "--four-eyes", "on") == 0
    out = tmp_path / "log.csv"

    def export(*ids: str) -> int:
        reading, writing = os.pipe()
        os.write(writing, "".join(map(claim_lines, ids)).encode())
        os.close(writing)
        monkeypatch.setattr(staff_export, "typed", lambda _: lines_of(reading))
        try:
            return log.run(["export", str(folder), "--out", str(out), "--reason", "review", "--recipient", "auditor"])
        finally:
            os.close(reading)

    assert export("kansa", "mado") != 0
    assert not out.exists()
    with closing(roster_in(folder)) as roster:  # their codes are spent for this half minute
        for each in roster.members():
            roster.keep(replace(each, totp_step=0), ENTRY)
    assert export("kansa", "lead") == 0
    entry = entries_in(folder)[-1]
    assert (entry.action, entry.actor, entry.role) == (Action.LOG_EXPORTED, "kansa", "auditor")
    assert dict(entry.details)["second_person"] == "lead"


def test_no_secret_can_be_given_as_an_argument(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--password", "--secret", "--code", "--totp"):
        assert run(folder, "list", option, "x") == 2
    assert "unrecognized" in capsys.readouterr().err


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
