"""The auditor's window takes a security key and a staff card as the desk does, by keys and people that are real."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from authenticator import PASSWORD, PIN, Authenticator, Usb, enrol, keys_of
from pytestqt.qtbot import QtBot

from offline_cache.keys import PracticeSeal
from offline_cache.staff import SqlRoster, open_roster
from offline_cache.store import open_store
from terminal.access_log.access import Access, Action
from terminal.clock import SystemClock
from terminal.commands.log_archive import StoreArchive
from terminal.staff.held import HeldFactors
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.policy import Policy
from terminal.staff.ports import LaidCard
from ui.auditor.window import AuditorWindow
from ui.words.catalogue import Words

ENTRY = Access(Action.STAFF_CHANGED, "", "it")
KANSA = Member("kansa", "架空　監子", frozenset({Role.AUDITOR}), hash_password(PASSWORD), "")
WORDS = Words("signin", "en")


class FakeCards:
    def __init__(self) -> None:
        self.tell: Callable[[LaidCard], None] | None = None

    def listen(self, tell: Callable[[LaidCard], None]) -> None:
        assert self.tell is None
        self.tell = tell


class Audited:
    """The window on a store in which somebody holds something."""

    def __init__(self, qtbot: QtBot, folder: Path, roster: SqlRoster, cable: Usb) -> None:
        self.qtbot, self.cards = qtbot, FakeCards()
        held = HeldFactors(roster, keys_of(cable), self.cards)
        self.window = AuditorWindow(StoreArchive(folder, None, roster, held=held), "en")
        qtbot.addWidget(self.window)
        self.page = self.window.page
        self.window.show()

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=30_000)

    def ask_key(self, pin: str = "") -> None:
        self.until(self.page.key.isVisible)
        self.page.id.setText("kansa")
        self.page.password.setText(PASSWORD)
        self.page.pin.setText(pin)
        self.page.key.click()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_store(tmp_path, PracticeSeal(tmp_path), SystemClock(), "desk-1").close()
    return tmp_path


@pytest.fixture
def roster(folder: Path) -> Iterator[SqlRoster]:
    with closing(open_roster(folder, PracticeSeal(folder), SystemClock())) as opened:
        yield opened


def test_an_auditor_looks_by_password_and_security_key_with_its_pin(
    qtbot: QtBot, folder: Path, roster: SqlRoster
) -> None:
    key = Authenticator(pin=PIN)
    assert roster.keep(replace(KANSA, key=enrol(key, PIN).write()), ENTRY)
    roster.keep_policy(Policy(is_key_verified=True), ENTRY)
    audited = Audited(qtbot, folder, roster, Usb(key))
    try:
        audited.ask_key()
        audited.until(audited.page.pin.isVisible)
        audited.ask_key(PIN)
        audited.until(lambda: not audited.window.is_closed_to_all)
        assert audited.page.pin.text() == ""
    finally:
        audited.window.close()


def test_a_key_that_nobody_touches_can_be_given_up(qtbot: QtBot, folder: Path, roster: SqlRoster) -> None:
    key = Authenticator()
    assert roster.keep(replace(KANSA, key=enrol(key).write()), ENTRY)
    key.touched.clear()
    cable = Usb(key)
    audited = Audited(qtbot, folder, roster, cable)
    try:
        audited.ask_key()
        audited.until(cable.asks.is_set)
        assert audited.page.key.text() == WORDS["page.key_stop"]
        audited.page.key.click()
        audited.until(lambda: audited.page.key.text() == WORDS["page.key"])
        assert audited.window.is_closed_to_all
        assert audited.page.go.isEnabled()
        kept = roster.member("kansa")
        assert kept is not None
        assert kept.failures == 0
    finally:
        audited.window.close()


def test_a_staff_card_says_who_comes_and_its_reader_is_left_alone_until_there_is_one(
    qtbot: QtBot, folder: Path, roster: SqlRoster
) -> None:
    assert roster.keep(KANSA, ENTRY)
    roster.keep_policy(Policy(is_card_factor=True), ENTRY)
    audited = Audited(qtbot, folder, roster, Usb(Authenticator()))
    try:
        assert not audited.page.key.isVisible()
        assert roster.keep(replace(KANSA, card=b"hash", revision=1), ENTRY)
        assert audited.cards.tell is None
        audited.window.look()  # as it does every few seconds
        audited.until(lambda: audited.cards.tell is not None)
        assert audited.cards.tell is not None
        audited.cards.tell(b"hash")
        audited.until(lambda: audited.page.id.text() == "kansa")
        audited.page.password.setText(PASSWORD)
        audited.page.go.click()
        audited.until(lambda: not audited.window.is_closed_to_all)
    finally:
        audited.window.close()
