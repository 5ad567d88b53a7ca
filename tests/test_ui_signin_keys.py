"""Signing in with a security key or a staff card: asked for where somebody has one, said where none answers."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from signin_desk import Reception
from staff_roster import HANAKO, PASSWORD, TARO

from terminal.staff.key_words import KeyFault
from terminal.staff.policy import Policy
from terminal.staff.ports import CardDoubt
from terminal.staff.security_key import Credential
from ui.words.catalogue import Words


def credential_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    public = ES256.from_cryptography_key(key.public_key())  # type: ignore[no-untyped-call]
    return Credential("x", AttestedCredentialData.create(bytes(16), b"name", public), 0).write()


KEY = ec.generate_private_key(ec.SECP256R1())
KEYED = replace(HANAKO, key=credential_of(KEY))
CARDED = replace(HANAKO, card=b"hash")


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Reception]:
    reception = Reception(qtbot)
    yield reception
    reception.gate.close()


# security keys and staff cards


@pytest.fixture
def keyed(qtbot: QtBot) -> Iterator[Reception]:
    reception = Reception(qtbot, people=(KEYED, TARO))
    yield reception
    reception.gate.close()


def ask_key(desk: Reception) -> None:
    desk.page.id.setText("hanako")
    desk.page.password.setText(PASSWORD)
    desk.page.key.click()


def test_where_nobody_has_a_key_none_is_asked_for(desk: Reception) -> None:
    assert not desk.page.key.isVisible()
    assert not desk.page.pin.isVisible()


def test_a_touched_key_and_the_password_sign_in(keyed: Reception) -> None:
    keyed.keys.key = KEY
    ask_key(keyed)
    keyed.qtbot.waitUntil(lambda: not keyed.gate.is_closed, timeout=30_000)
    assert keyed.roster.log[-1].sign_in == "password+security_key"


def test_while_a_key_is_waited_for_the_windows_live_and_the_wait_can_be_given_up(keyed: Reception) -> None:
    ask_key(keyed)
    words = Words("signin", "ja")
    keyed.qtbot.waitUntil(lambda: bool(keyed.keys.pins), timeout=30_000)
    assert words["page.key_touch"] in keyed.said()
    assert keyed.page.key.text() == words["page.key_stop"]
    assert keyed.shift.who() is None  # answered meanwhile: nothing is held
    keyed.page.key.click()
    keyed.qtbot.waitUntil(keyed.page.go.isEnabled, timeout=30_000)
    assert words["key.stopped"] in keyed.said()
    keyed.sign_in("hanako")
    assert not keyed.gate.is_closed
    assert keyed.roster.log[-1].sign_in == "password+totp"


@pytest.mark.parametrize("fault", KeyFault)
def test_each_way_in_which_no_key_answers_is_said_and_counts_no_try(keyed: Reception, fault: KeyFault) -> None:
    keyed.keys.fault = fault
    ask_key(keyed)
    keyed.qtbot.waitUntil(keyed.page.go.isEnabled, timeout=30_000)
    assert Words("signin", "ja")[f"key.{fault}"] in keyed.said()
    assert keyed.page.pin.isVisible() == (fault in (KeyFault.PIN_NEEDED, KeyFault.PIN_WRONG))
    assert keyed.roster.people["hanako"].failures == 0


def test_the_keys_pin_is_given_to_the_key_and_forgotten(keyed: Reception) -> None:
    keyed.keys.fault = KeyFault.PIN_NEEDED
    ask_key(keyed)
    keyed.qtbot.waitUntil(keyed.page.pin.isVisible, timeout=30_000)
    assert keyed.page.pin.echoMode() is QLineEdit.EchoMode.Password
    keyed.page.pin.setText("hana-1234")
    ask_key(keyed)
    keyed.qtbot.waitUntil(keyed.page.go.isEnabled, timeout=30_000)
    assert keyed.keys.pins == ["", "hana-1234"]
    assert not keyed.page.pin.text()


def test_a_laid_card_says_who_comes_and_the_password_is_typed_within_two_seconds(qtbot: QtBot) -> None:
    desk = Reception(qtbot, people=(CARDED, TARO), rules=Policy(is_card_factor=True))
    desk.sign_in("taro")
    began = time.monotonic()
    desk.cards.tell(b"hash")
    qtbot.waitUntil(lambda: desk.gate.is_closed, timeout=30_000)
    assert desk.page.id.text() == "hanako"
    assert Words("signin", "ja")["page.card_and_password"] in desk.said()
    desk.page.password.setText(PASSWORD)
    QTest.keyClick(desk.page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not desk.gate.is_closed, timeout=30_000)
    assert time.monotonic() - began < 2
    assert desk.roster.log[-2].sign_in == "password+staff_card"
    desk.gate.close()


def test_where_the_policy_forbids_it_a_card_only_says_who_comes(qtbot: QtBot) -> None:
    desk = Reception(qtbot, people=(CARDED, TARO))
    desk.cards.tell(b"hash")
    qtbot.waitUntil(lambda: desk.page.id.text() == "hanako", timeout=30_000)
    assert Words("signin", "ja")["page.card_known"] in desk.said()
    desk.sign_in("hanako", code="")
    assert desk.gate.is_closed
    desk.clock.at += timedelta(minutes=1)
    desk.sign_in("hanako")
    assert desk.roster.log[-1].sign_in == "password+totp"
    desk.gate.close()


@pytest.mark.parametrize("doubt", CardDoubt)
def test_what_is_no_staff_card_is_said_and_covers_nothing(desk: Reception, doubt: CardDoubt) -> None:
    desk.roster.people["hanako"] = CARDED  # without anybody's card the reader is left to other programs
    desk.gate.look()
    desk.cards.tell(doubt)
    said = Words("signin", "ja")[f"card.{doubt}"]
    desk.qtbot.waitUntil(lambda: said in desk.said(), timeout=30_000)
    desk.sign_in("taro")
    desk.cards.tell(b"a strangers hash")
    desk.qtbot.waitUntil(lambda: desk.page._said.text() == Words("signin", "ja")["card.unknown"], timeout=30_000)
    assert not desk.gate.is_closed
