"""Opening a sealed name: two people, the auditors' key and a reason, and all of it on record."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from sealed_log import (
    HANAKO,
    NOW,
    PASSWORD,
    PHRASE,
    PRIVATE,
    READ,
    REASON,
    SECRET,
    TARO,
    entries_of,
    filled,
    given_lines,
)
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.keys.identity_key import (
    identity_key,
    write_identity_private,
)
from offline_cache.new_epoch import Replacement, begin_epoch
from offline_cache.staff import open_roster
from terminal.__main__ import main
from terminal.access_log.access import Action, Actor
from terminal.commands.log_archive import StoreArchive
from terminal.problems import Problem, TerminalError
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from ui.auditor.archive import GivenKey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "store", identity_key(PRIVATE))


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def staffed(folder: Path, hashed: str) -> Path:
    with closing(open_roster(folder, PracticeSeal(folder), FixedClock(NOW))) as roster:
        for name, role in (("kansa", Role.AUDITOR), ("lead", Role.SHIFT_LEAD)):
            roster.keep(Member(name, "架空　次郎", frozenset({role}), hashed, SECRET), replace(READ, subject=None))
    return folder


def unseal(folder: Path, key: Path, entry: int, *people: str, reason: str = REASON) -> int:
    claims = [line for each in people for line in (each, PASSWORD, pyotp.TOTP(SECRET).now())]
    with given_lines(PHRASE, *claims) as descriptor:
        asked = ["--entry", str(entry), "--key", str(key), "--reason", reason, "--secrets-fd", descriptor]
        return main(["log", "unseal", str(folder), *asked])


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "private.pem"
    path.write_bytes(write_identity_private(PRIVATE, PHRASE))
    return path


def test_two_people_with_the_key_and_a_reason_see_one_name_and_that_is_on_record(
    staffed: Path, key: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert unseal(staffed, key, 3, "kansa", "lead") == 0
    said = capfd.readouterr().out
    assert "entry 1: 架空　花子 (ｶｸｳ ﾊﾅｺ) 1980-04-01" in said
    assert TARO.name not in said
    last = entries_of(staffed)[-1]
    assert (last.action, last.actor, last.reason) == (Action.PATIENT_UNSEALED, "kansa", REASON)
    assert dict(last.details) == {"entry": "3", "second_person": "lead"}
    assert last.items == "log name birth_date"


@pytest.mark.parametrize("people", [("kansa",), ("kansa", "kansa"), ()])
def test_one_person_alone_sees_no_name(
    staffed: Path, key: Path, people: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    assert unseal(staffed, key, 1, *people) == 1
    assert HANAKO.name not in capfd.readouterr().out
    assert not any(each.action is Action.PATIENT_UNSEALED for each in entries_of(staffed))


def test_without_a_reason_or_about_nobody_nothing_is_unsealed(staffed: Path, key: Path) -> None:
    assert unseal(staffed, key, 1, "kansa", "lead", reason="why") == 2
    assert unseal(staffed, key, 99, "kansa", "lead") == 1
    assert unseal(staffed, key, -1, "kansa", "lead") == 1


def test_in_an_epoch_that_is_over_names_are_found_and_the_log_of_today_says_who_looked(
    staffed: Path, key: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    begin_epoch(staffed, PracticeSeal(staffed), FixedClock(NOW), Replacement("worn out", Actor("it")))
    assert unseal(staffed / "epoch-1", key, 1, "kansa", "lead") == 0
    assert HANAKO.name in capfd.readouterr().out
    last = entries_of(staffed)[-1]
    assert last.action is Action.PATIENT_UNSEALED
    assert dict(last.details)["log"].startswith("desk-1/access/")


def test_the_auditors_window_gets_a_name_for_the_key_alone(staffed: Path, key: Path) -> None:
    with closing(open_roster(staffed, PracticeSeal(staffed), FixedClock(NOW))) as roster:
        archive = StoreArchive(staffed, None, roster)
        subject, access = entries_of(staffed)[1].subject, replace(READ, action=Action.PATIENT_UNSEALED, subject=None)
        assert archive.unseal(access, subject, None) == ""
        assert archive.unseal(access, subject, GivenKey(key, PHRASE)) == "架空　花子 (ｶｸｳ ﾊﾅｺ) 1980-04-01"
        before = len(entries_of(staffed))
        with pytest.raises(TerminalError) as raised:
            archive.unseal(access, subject, GivenKey(key, "other words than these"))
        assert raised.value.problem is Problem.KEY_PASSPHRASE_WRONG
        assert len(entries_of(staffed)) == before
