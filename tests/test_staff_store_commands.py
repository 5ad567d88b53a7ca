"""The commands that change staff: the first person, nobody with all roles, the emergency code, two for an export."""

import os
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from staff_roster import HASH, NOW, PASSWORD, SECRET
from staffed_store import ENTRY, entries_in, member, roster_in
from standing import FixedClock

from offline_cache.keys import PracticeSeal, passphrase_seal
from offline_cache.store import open_store
from terminal.access_log.access import Action
from terminal.commands import log, staff, staff_export
from terminal.commands.keys_beginning import begin_store
from terminal.commands.secret_phrase import lines_of
from terminal.sealing.passphrase import Cost
from terminal.staff.emergency import Emergency, new_code, plain_code
from terminal.staff.people import Member, Role


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_store(tmp_path / "store", PracticeSeal(tmp_path / "store"), FixedClock(NOW), "desk 1").close()
    return tmp_path / "store"


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


def test_what_is_typed_and_does_not_fit_is_asked_for_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("terminal.commands.staff_enrolment.new_secret", lambda: SECRET)
    right = pyotp.TOTP(SECRET).now()
    lines = iter(["short", PASSWORD, "another one", PASSWORD, PASSWORD, "12345", right])
    monkeypatch.setattr("terminal.commands.staff_room.typed", lambda _: lambda: next(lines))
    assert staff.run(["add", "sys.op", "--name", "x", "--role", "it", "--store", str(folder)]) == 0
    told = capsys.readouterr().err.splitlines()
    assert [line.split()[0:3] for line in told] == [
        ["a", "password", "has"], ["the", "two", "passwords"], ["that", "is", "not"],
    ]  # fmt: skip
    assert list(lines) == []
    assert len(entries_in(folder)) == 1


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
            return log.run(["export", str(folder), "--out", str(out), "--reason", "a review", "--recipient", "auditor"])
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


def test_the_descriptor_gives_the_stores_passphrase_too_and_the_rules_are_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(passphrase_seal, "USUAL", Cost(memory_kib=64, passes=1, lanes=1))
    folder, phrase = tmp_path / "sealed", "an invented phrase of words"
    seal = passphrase_seal.PassphraseSeal(folder, lambda: phrase)
    begin_store(folder, seal, "desk 1", lambda: None)
    assert run(folder, "policy", "--idle-minutes", "5", "--four-eyes", "on", secrets=f"{phrase}\n") == 0
    said = capsys.readouterr().out.splitlines()
    assert "exports take two people" in said
    assert "reception locks after 5 minutes without a hand" in said
    assert "an opened emergency code holds for 4 hours" in said
    assert run(folder, "policy", "--idle-minutes", "0.5", secrets=f"{phrase}\n") == 1
    assert "--idle-minutes: from 1 to 1440 is wanted" in capsys.readouterr().err
