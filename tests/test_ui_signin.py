"""The gate before reception: covered until somebody signs in, locked between two patients only, quick to change."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import time
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from signin_desk import Reception
from staff_roster import HANAKO, NOW, PASSWORD, SECRET, Clock, FakeRoster

from terminal.access_log.access import Action
from terminal.card_token import TokenKind
from terminal.people import Card, Picture
from terminal.staff.emergency import Emergency
from terminal.staff.password import hash_password
from terminal.staff.policy import Policy
from terminal.staff.shift import Shift
from terminal.states import AwaitingCardCode, Idle, ReadingCard
from ui.app import Windows
from ui.words.catalogue import LANGUAGES, Words

CARD = Card("v1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)


class NoCamera:
    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        return iter(())

    def close(self) -> None: ...


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Reception]:
    reception = Reception(qtbot)
    yield reception
    reception.gate.close()


def test_reception_is_covered_until_somebody_has_signed_in(desk: Reception) -> None:
    assert desk.gate.is_closed
    assert desk.gate.cover.geometry() == desk.reception.rect()
    desk.sign_in("hanako")
    assert not desk.gate.is_closed
    assert not desk.gate.cover.isVisible()
    actor = desk.shift.who()
    assert actor
    assert (actor.id, actor.sign_in) == ("hanako", "password+totp")


def test_nothing_below_the_cover_can_be_operated(desk: Reception) -> None:
    assert not desk.below.isEnabled()
    desk.sign_in("hanako")
    assert desk.below.isEnabled()


def test_a_wrong_password_leaves_it_covered_and_the_fields_empty(desk: Reception) -> None:
    desk.sign_in("hanako", "wrong and wrong")
    assert desk.gate.is_closed
    assert Words("signin", "ja")["refused.wrong"] in desk.said()
    assert all(not part.text() for part in (desk.page.password, desk.page.code))


def test_after_failures_it_says_how_long_to_wait(desk: Reception) -> None:
    for _ in range(4):
        desk.sign_in("hanako", "wrong and wrong")
    assert Words("signin", "ja").format("refused.wait", seconds=10) in desk.said()


def test_nothing_typed_is_no_try_and_each_next_try_begins_at_the_password(desk: Reception) -> None:
    page = desk.gate.page
    claimed: list[object] = []
    page.claimed.connect(claimed.append)
    page.id.setText("hanako")
    page.code.setFocus()
    page.go.click()
    assert not claimed
    assert page.focusWidget() is page.password


def test_what_is_typed_is_never_shown(desk: Reception) -> None:
    for typed in (desk.page.password, desk.page.sealed):
        assert typed.echoMode() is QLineEdit.EchoMode.Password


def test_return_goes_from_field_to_field_and_then_signs_in(desk: Reception) -> None:
    desk.reception.activateWindow()
    desk.page.id.setFocus()
    QTest.keyClicks(desk.page.id, "hanako")
    QTest.keyClick(desk.page.id, Qt.Key.Key_Return)
    QTest.keyClicks(desk.page.password, PASSWORD)
    QTest.keyClick(desk.page.password, Qt.Key.Key_Return)
    QTest.keyClicks(desk.page.code, pyotp.TOTP(SECRET).at(NOW))
    QTest.keyClick(desk.page.code, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: not desk.gate.is_closed, timeout=30_000)


def test_an_idle_desk_is_locked_and_one_factor_opens_it_again(desk: Reception) -> None:
    desk.sign_in("hanako")
    desk.gate._touched_at -= Policy().idle.total_seconds()
    desk.gate.look()
    assert desk.gate.is_closed
    assert "見本　花子" in desk.said()
    assert desk.page.id.text() == "hanako"
    desk.sign_in("hanako", code="")
    assert not desk.gate.is_closed
    assert desk.roster.log[-1].sign_in == "password+remembered"


def test_no_lock_falls_while_a_patient_is_checked_in(desk: Reception) -> None:
    desk.sign_in("hanako")
    for state in (ReadingCard("v1"), AwaitingCardCode(CARD)):
        desk.gate.show_state(state)
        desk.gate._touched_at -= 10 * Policy().idle.total_seconds()
        desk.gate.look()
        assert not desk.gate.is_closed
    desk.gate.show_state(Idle())
    desk.gate.look()
    assert not desk.gate.is_closed, "a patient who has just gone is somebody who was there"


def test_a_locked_desk_says_that_a_patient_is_there_and_not_who(desk: Reception) -> None:
    desk.sign_in("hanako")
    desk.gate.bar.locking.click()
    desk.gate.show_state(AwaitingCardCode(CARD))
    assert Words("signin", "ja")["page.patient"] in desk.said()
    assert desk.shift.who() is not None


def test_another_person_takes_over_within_two_seconds(desk: Reception) -> None:
    desk.sign_in("hanako")
    desk.clock.at += timedelta(minutes=1)
    desk.sign_in("taro")
    desk.clock.at += timedelta(minutes=1)
    began = time.monotonic()
    desk.gate.bar.changing.click()
    assert desk.gate.is_closed
    desk.page.id.setText("hanako")
    desk.page.password.setText(PASSWORD)
    QTest.keyClick(desk.page.password, Qt.Key.Key_Return)
    desk.page.go.click()
    desk.qtbot.waitUntil(lambda: not desk.gate.is_closed, timeout=30_000)
    assert time.monotonic() - began < 2
    assert [entry.action for entry in desk.roster.log[-2:]] == [Action.SIGNED_IN, Action.SIGNED_OUT]


def test_whoever_wanted_to_change_may_stay(desk: Reception) -> None:
    desk.sign_in("hanako")
    desk.gate.bar.changing.click()
    desk.page.stay.click()
    assert not desk.gate.is_closed
    actor = desk.shift.who()
    assert actor
    assert actor.id == "hanako"


def test_the_emergency_code_opens_reception_until_its_time_is_over(desk: Reception) -> None:
    desk.roster.code = Emergency(1, hash_password("7" * 20), NOW)
    desk.page.other.click()
    desk.page.sealed.setText("88888-88888-88888-88888")
    desk.page.go.click()
    desk.qtbot.waitUntil(lambda: Words("signin", "ja")["emergency.wrong"] in desk.said(), timeout=30_000)
    desk.page.sealed.setText("77777-77777-77777-77777")
    desk.page.go.click()
    desk.qtbot.waitUntil(lambda: not desk.gate.is_closed, timeout=30_000)
    assert not desk.gate.bar.locking.isVisible()
    desk.clock.at += timedelta(hours=4)
    desk.gate.show_state(ReadingCard("v1"))
    desk.gate.look()
    assert not desk.gate.is_closed
    desk.gate.show_state(Idle())
    desk.gate.look()
    assert desk.gate.is_closed


def test_without_staff_it_is_open_and_says_what_to_do(qtbot: QtBot) -> None:
    desk = Reception(qtbot, people=())
    assert not desk.gate.is_closed
    said = "\n".join(label.text() for label in desk.gate.bar.findChildren(QLabel))
    assert "uketsuke staff add" in said
    assert "clinic-login" in said
    desk.gate._touched_at -= 10 * Policy().idle.total_seconds()
    desk.gate.look()
    assert not desk.gate.is_closed
    desk.gate.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_speaks_the_language_of_the_window(qtbot: QtBot, language: str) -> None:
    desk = Reception(qtbot, "en" if language == "ja" else "ja")
    desk.gate.set_language(language)
    words = Words("signin", language)
    assert words["page.title"] in desk.said()
    assert (desk.page.go.text(), desk.gate.bar.locking.text()) == (words["page.sign_in"], words["bar.lock"])
    desk.gate.close()


def test_the_real_windows_cover_reception_and_leave_the_patient_alone(qtbot: QtBot) -> None:
    shift = Shift(FakeRoster({"hanako": HANAKO}), Clock(), "clinic-login")
    windows = Windows(NoCamera(), Clock(), None, "ja", shift=shift)
    for window in (windows.reception, windows.patient):
        qtbot.addWidget(window)
        window.resize(1280, 800)
        window.show()
    assert windows.gate.cover.isVisible()
    assert windows.gate.cover.geometry() == windows.reception.rect()
    assert windows.patient.isEnabled()
    windows.gate.close()
