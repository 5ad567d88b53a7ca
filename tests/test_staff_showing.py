"""Whoever gives a command signs in by what the desk takes, too: a security key that is touched, a card laid down."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from authenticator import PASSWORD, PIN, Authenticator, Usb, enrol, plugged
from standing import FixedClock

from device.staff.keys import FidoKeys
from offline_cache.keys import PracticeSeal
from offline_cache.staff import SqlRoster, open_roster
from offline_cache.store import open_store
from terminal.access_log.access import Access, Action, Purpose
from terminal.clock import SystemClock
from terminal.commands import staff, staff_showing
from terminal.commands.secret_phrase import lines_of
from terminal.commands.staff_asking import Hearing, authorise
from terminal.problems import Problem, TerminalError
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act, Policy
from terminal.staff.ports import LaidCard

NOW = datetime(2026, 11, 22, 0, 30, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ENTRY = Access(Action.STAFF_CHANGED, "", "setup", purpose=Purpose.OPERATION)
SYS = Member("sys", "見本　次郎", frozenset({Role.IT}), hash_password(PASSWORD), "")
HANAKO = Member("hanako", "見本　花子", frozenset({Role.SHIFT_LEAD}), SYS.password, SECRET)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1").close()
    return folder


def roster_in(folder: Path) -> SqlRoster:
    return open_roster(folder, PracticeSeal(folder), FixedClock(NOW))


def enrolled(folder: Path, *people: Member) -> None:
    with closing(roster_in(folder)) as roster:
        for each in people:
            assert roster.keep(each, ENTRY)


def person(folder: Path, id_: str) -> Member:
    with closing(roster_in(folder)) as roster:
        found = roster.member(id_)
        assert found
        return found


def plug_in(key: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_showing, "FidoKeys", lambda reader: FidoKeys(reader, plugged(Usb(key))))


def descriptor_of(*lines: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, "".join(f"{line}\n" for line in lines).encode())
    os.close(writing)
    return reading


def disable_hanako(folder: Path, *typed: str) -> int:
    reading = descriptor_of(*typed)
    try:
        return staff.run(["disable", "hanako", "--store", str(folder), "--secrets-fd", str(reading)])
    finally:
        os.close(reading)


def test_a_command_is_given_with_a_security_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Authenticator()
    enrolled(folder, replace(SYS, key=enrol(key).write()), HANAKO)
    plug_in(key, monkeypatch)
    assert disable_hanako(folder, "sys", PASSWORD, "key") == 0
    assert not person(folder, "hanako").is_enabled


def test_the_keys_pin_is_asked_for_where_the_clinic_wants_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Authenticator(pin=PIN)
    enrolled(folder, replace(SYS, key=enrol(key, PIN).write()), HANAKO)
    with closing(roster_in(folder)) as roster:
        roster.keep_policy(Policy(is_key_verified=True), ENTRY)
    plug_in(key, monkeypatch)
    assert disable_hanako(folder, "sys", PASSWORD, "key", PIN) == 0
    said = capsys.readouterr()
    assert PIN not in said.out + said.err


def test_another_persons_key_signs_nobody_in_and_counts_no_try(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = Authenticator(), Authenticator()
    enrolled(folder, replace(SYS, key=enrol(mine).write()), HANAKO)
    plug_in(other, monkeypatch)
    assert disable_hanako(folder, "sys", PASSWORD, "key") == 1
    assert person(folder, "hanako").is_enabled
    assert person(folder, "sys").failures == 0


class Laid:
    """A staff's reader on which a card is laid."""

    def __init__(self, card: LaidCard) -> None:
        self._card = card
        self.is_closed = False

    def listen(self, tell: Callable[[LaidCard], None]) -> None:
        tell(None)
        tell(self._card)

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(("is_factor", "code"), [(True, 0), (False, 1)])
def test_a_staff_card_is_enough_only_where_the_policy_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, is_factor: bool, code: int
) -> None:
    enrolled(folder, replace(SYS, card=b"hash"), HANAKO)
    with closing(roster_in(folder)) as roster:
        roster.keep_policy(Policy(is_card_factor=is_factor), ENTRY)
    reader = Laid(b"hash")
    monkeypatch.setattr(staff_showing, "staff_reader_of", lambda *_: reader)
    assert disable_hanako(folder, "sys", PASSWORD, "card") == code
    assert reader.is_closed


def test_without_a_reader_no_card_is_waited_for(folder: Path) -> None:
    enrolled(folder, SYS, HANAKO)
    assert disable_hanako(folder, "sys", PASSWORD, "card") == 1


def test_of_two_people_one_shows_a_key_and_the_other_an_app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Authenticator()
    enrolled(folder, replace(SYS, key=enrol(key).write()), HANAKO)
    plug_in(key, monkeypatch)
    code = pyotp.TOTP(SECRET).at(datetime.now(UTC))
    reading = descriptor_of("hanako", PASSWORD, code, "sys", PASSWORD, "key")
    try:
        with closing(roster_in(folder)) as roster:
            hearing = Hearing(roster, SystemClock(), lambda _: lines_of(reading))
            actor, second = authorise(hearing, Act.UNSEAL_PATIENT)
            assert (actor.sign_in, second) == ("password+totp", "sys")
            with pytest.raises(TerminalError) as raised:
                authorise(hearing, Act.UNSEAL_PATIENT)
    finally:
        os.close(reading)
    assert raised.value.problem is Problem.KEY_MISSING  # nothing more was typed
