"""What staff hold beside a password, keys and cards, is enrolled, listed and taken away by a command, on record."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from authenticator import PIN, Authenticator, Usb, plugged, shown
from standing import FixedClock

from device.staff.keys import FidoKeys
from offline_cache.keys import PracticeSeal
from offline_cache.staff import open_roster
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.entry import read_entry
from terminal.commands import staff, staff_held
from terminal.configuration.settings import Staff
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.ports import CardDoubt, LaidCard
from terminal.staff.security_key import read_credential

NOW = datetime(2026, 11, 22, 0, 30, 10, tzinfo=UTC)
PASSWORD = "kaki kusa hon mado"
HANAKO = Member("hanako", "見本　花子", frozenset({Role.RECEPTIONIST}), hash_password(PASSWORD), revision=1)


def run(folder: Path, *arguments: str, secrets: str = "") -> int:
    reading, writing = os.pipe()
    os.write(writing, secrets.encode())
    os.close(writing)
    try:
        return staff.run([*arguments, "--store", str(folder), "--secrets-fd", str(reading)])
    finally:
        os.close(reading)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with one person who is nobody of IT, so that the machine's login may change people."""
    folder = tmp_path / "store"
    open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1").close()
    entry = Access(Action.STAFF_CHANGED, "", "setup", purpose=Purpose.OPERATION)
    with closing(open_roster(folder, PracticeSeal(folder), FixedClock(NOW))) as roster:
        assert roster.keep(replace(HANAKO, revision=0), entry)
    return folder


def hanako_in(folder: Path) -> Member:
    with closing(open_roster(folder, PracticeSeal(folder), FixedClock(NOW))) as roster:
        found = roster.member("hanako")
        assert found
        return found


def test_a_key_is_enrolled_by_two_touches_listed_and_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Authenticator(pin=PIN)
    monkeypatch.setattr(staff_held, "FidoKeys", lambda reader: FidoKeys(reader, plugged(Usb(key))))
    assert run(folder, "policy", "--key-pin", "on") == 0
    assert run(folder, "key", "hanako", secrets=f"{PIN}\n") == 0
    kept = read_credential(hanako_in(folder).key)
    assert (kept.domain, kept.counter) == (Staff().key_domain, 1)
    assert isinstance(shown(kept, Usb(key), must_verify=True, pin=PIN), bytes)
    assert run(folder, "list") == 0
    said = capsys.readouterr()
    assert "password+security_key" in said.out
    assert PIN not in said.out + said.err
    assert run(folder, "key", "hanako", "--remove") == 0
    assert hanako_in(folder).key == b""
    with closing(read_store(folder, None)) as log:
        changes = [dict(read_entry(each.line).details).get("change") for each in log.entries()]
    assert changes == [None, "policy", "key_enrolled", "key_removed"]


def test_a_key_that_cannot_answer_with_what_it_made_is_not_enrolled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Authenticator(signs_for="another.example")
    monkeypatch.setattr(staff_held, "FidoKeys", lambda reader: FidoKeys(reader, plugged(Usb(key))))
    assert run(folder, "key", "hanako") == 1
    assert hanako_in(folder).key == b""


def test_without_a_reader_for_staff_no_card_is_enrolled(folder: Path) -> None:
    assert run(folder, "card", "hanako") == 1


def test_a_card_is_enrolled_only_when_it_shows_one_number_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Laid:
        def __init__(self, *cards: LaidCard) -> None:
            self._cards = cards

        def listen(self, tell: Callable[[LaidCard], None]) -> None:
            for each in self._cards:
                tell(each)

        def close(self) -> None: ...

    def lay(*cards: LaidCard) -> int:
        monkeypatch.setattr(staff_held, "staff_reader_of", lambda *_: Laid(*cards))
        return run(folder, "card", "hanako")

    assert lay(b"one", None, b"other") == 1
    assert lay(CardDoubt.MY_NUMBER) == 1
    assert hanako_in(folder).card == b""
    assert lay(None, b"one", None, b"one") == 0
    assert hanako_in(folder).card == b"one"
