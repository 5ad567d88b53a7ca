"""In the set-up a security key or a staff card is enrolled and at once signed in with, or it is said why not."""

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from authenticator import PASSWORD, PIN, Authenticator, Usb, plugged
from standing import FixedClock

from device.staff.keys import FidoKeys
from offline_cache.keys import PracticeSeal
from offline_cache.staff import open_roster
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import read_entry
from terminal.clock import SystemClock
from terminal.commands import setup_held
from terminal.commands.setup_room import SetupRoom
from terminal.configuration.draft import Step
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.policy import Policy
from terminal.staff.ports import LaidCard
from terminal.staff.signing_in import Claim
from ui.setup.trying import NewHeld, Trial, Tried

ENTRY = Access(Action.STAFF_CHANGED, "", "setup")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with a receptionist, who holds nothing yet, and nobody of IT."""
    folder = tmp_path / "store"
    open_store(folder, PracticeSeal(folder), FixedClock(SystemClock().now()), "desk 1").close()
    with closing(open_roster(folder, PracticeSeal(folder), SystemClock())) as roster:
        assert roster.keep(
            Member("hanako", "見本　花子", frozenset({Role.RECEPTIONIST}), hash_password(PASSWORD), ""), ENTRY
        )
    return folder


def enrolled(folder: Path, *, pin: str = "", is_card: bool = False, stop: threading.Event | None = None) -> Tried:
    trial = Trial(Step.ROLES, {"store.folder": str(folder)}, "en", stop or threading.Event())
    held = NewHeld("hanako", is_card, PASSWORD, pin, Claim(""))
    return SetupRoom(folder.parent / "desk.toml").enrol(trial, held)


def plug_in(monkeypatch: pytest.MonkeyPatch, *cables: Usb) -> None:
    monkeypatch.setattr(setup_held, "FidoKeys", lambda reader: FidoKeys(reader, plugged(*cables)))


def hanako(folder: Path) -> Member:
    with closing(open_roster(folder, PracticeSeal(folder), SystemClock())) as roster:
        found = roster.member("hanako")
        assert found
        return found


def test_a_key_is_enrolled_and_signs_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, Usb(Authenticator(pin=PIN)))
    with closing(open_roster(folder, PracticeSeal(folder), SystemClock())) as roster:
        roster.keep_policy(Policy(is_key_verified=True), ENTRY)
    assert "wants its PIN" in enrolled(folder).sentence
    tried = enrolled(folder, pin=PIN)
    assert "hanako: enrolled, and signed in with it (password+security_key)" in tried.sentence
    assert (tried.is_good, tried.is_done) == (False, True)  # of IT there is nobody yet, and it says so
    assert hanako(folder).key
    with closing(read_store(folder, None)) as log:
        last = [read_entry(each.line) for each in log.entries()][-2:]
    assert [each.action for each in last] == [Action.STAFF_CHANGED, Action.SIGNED_IN]


def test_a_key_that_nobody_touches_is_given_up_with_the_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, stop = Authenticator(has_finger=False), threading.Event()
    cable = Usb(key)
    plug_in(monkeypatch, cable)

    def leave() -> None:
        cable.asks.wait(60)
        stop.set()

    leaving = threading.Thread(target=leave)
    leaving.start()
    tried = enrolled(folder, stop=stop)
    leaving.join()
    assert not tried.is_good
    assert not hanako(folder).key


@pytest.mark.parametrize(
    ("is_factor", "said"), [(True, "signed in with it (password+staff_card)"), (False, "who comes")]
)
def test_a_card_is_enrolled_and_counts_as_the_policy_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, is_factor: bool, said: str
) -> None:
    class Laid:
        def listen(self, tell: Callable[[LaidCard], None]) -> None:
            for each in (b"one", None, b"one"):
                tell(each)

        def close(self) -> None: ...

    monkeypatch.setattr(setup_held, "staff_reader_of", lambda *_: Laid())
    with closing(open_roster(folder, PracticeSeal(folder), SystemClock())) as roster:
        roster.keep_policy(Policy(is_card_factor=is_factor), ENTRY)
    assert said in enrolled(folder, is_card=True).sentence
    assert hanako(folder).card == b"one"


def test_without_a_reader_for_staff_no_card_is_waited_for(folder: Path) -> None:
    assert "no reader for staff" in enrolled(folder, is_card=True).sentence
