"""The gate before reception: covered until somebody signs in, locked between two patients only, quick to change."""

import os
import threading

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from terminal.access_log.access import Access, Action
from terminal.card_token import TokenKind
from terminal.people import Card, Picture
from terminal.staff.emergency import Emergency
from terminal.staff.password import hash_password
from terminal.staff.people import Member, Role
from terminal.staff.policy import Policy
from terminal.staff.ports import CardDoubt, LaidCard
from terminal.staff.security_key import Answer, Credential, KeyFault, Question
from terminal.staff.shift import Shift
from terminal.states import AwaitingCardCode, Idle, ReadingCard
from ui.app import Windows
from ui.signin.gate import Gate
from ui.words.catalogue import LANGUAGES, Words

NOW = datetime(2026, 11, 22, 0, 30, 10, tzinfo=UTC)
PASSWORD = "kaki kusa hon mado"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HASH = hash_password(PASSWORD)
HANAKO = Member("hanako", "見本　花子", frozenset({Role.RECEPTIONIST}), HASH, SECRET, revision=1)
TARO = Member("taro", "見本　太郎", frozenset({Role.SHIFT_LEAD}), HASH, SECRET, revision=1)
CARD = Card("v1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)


class NoCamera:
    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        return iter(())

    def close(self) -> None: ...


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class FakeRoster:
    people: dict[str, Member] = field(default_factory=dict)
    code: Emergency | None = None
    log: list[Access] = field(default_factory=list)
    rules: Policy = field(default_factory=Policy)

    def members(self) -> list[Member]:
        return list(self.people.values())

    def member(self, id: str) -> Member | None:  # noqa: A002  # the port's word
        return self.people.get(id)

    def keep(self, member: Member, access: Access) -> bool:
        self.people[member.id] = replace(member, revision=member.revision + 1)
        self.log.append(access)
        return True

    def emergency(self) -> Emergency | None:
        return self.code

    def keep_emergency(self, emergency: Emergency, access: Access) -> bool:
        self.code = emergency
        self.log.append(access)
        return True

    def policy(self) -> Policy:
        return self.rules

    def keep_policy(self, policy: Policy, access: Access) -> None: ...

    def record(self, access: Access) -> None:
        self.log.append(access)


class FakeKeys:
    """Keys that wait for `fault` to be chosen; as long as it is not, they wait to be stopped. Or `key` answers."""

    def __init__(self) -> None:
        self.fault: KeyFault | None = None
        self.key: ec.EllipticCurvePrivateKey | None = None
        self.pins: list[str] = []

    def make(self, question: Question, person: str, pin: str, stop: threading.Event) -> Answer | KeyFault:
        return KeyFault.ABSENT

    def prove(self, question: Question, pin: str, stop: threading.Event) -> Answer | KeyFault:
        self.pins.append(pin)
        if self.key is not None:
            data = hashlib.sha256(question.domain.encode()).digest() + b"\x01" + (1).to_bytes(4)
            return Answer(data, self.key.sign(data + question.challenge, ec.ECDSA(SHA256())))
        if self.fault is None:
            assert stop.wait(60)
        return self.fault or KeyFault.STOPPED


class FakeCards:
    def __init__(self) -> None:
        self.tell: Callable[[LaidCard], None] = lambda laid: None

    def listen(self, tell: Callable[[LaidCard], None]) -> None:
        self.tell = tell


def credential_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    public = ES256.from_cryptography_key(key.public_key())  # type: ignore[no-untyped-call]
    return Credential("x", AttestedCredentialData.create(bytes(16), b"name", public), 0).write()


KEY = ec.generate_private_key(ec.SECP256R1())
KEYED = replace(HANAKO, key=credential_of(KEY))
CARDED = replace(HANAKO, card=b"hash")


@dataclass
class Reception:
    """A desk's windows with two people enrolled, and a hand that types."""

    qtbot: QtBot
    language: str = "ja"
    people: tuple[Member, ...] = (HANAKO, TARO)
    rules: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.roster = FakeRoster({member.id: member for member in self.people}, rules=self.rules)
        self.keys, self.cards = FakeKeys(), FakeCards()
        self.shift = Shift(self.roster, self.clock, "clinic-login", self.keys, self.cards)
        self.reception = QWidget()
        self.qtbot.addWidget(self.reception)
        self.gate = Gate(self.reception, self.shift, self.language, is_practice=False)
        self.page = self.gate.page
        self.below = QPushButton("operate")
        column = QVBoxLayout(self.reception)
        column.addWidget(self.gate.bar)
        column.addWidget(self.below)
        self.gate.look()
        self.reception.resize(1280, 800)
        self.reception.show()

    def sign_in(self, id_: str, password: str = PASSWORD, code: str | None = None) -> None:
        self.page.id.setText(id_)
        self.page.password.setText(password)
        self.page.code.setText(pyotp.TOTP(SECRET).at(self.clock.at) if code is None else code)
        self.page.go.click()
        self.qtbot.waitUntil(self.page.go.isEnabled, timeout=30_000)

    def said(self) -> str:
        return "\n".join(label.text() for label in self.gate.cover.findChildren(QLabel) if label.isVisible())


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
    desk.cards.tell(doubt)
    said = Words("signin", "ja")[f"card.{doubt}"]
    desk.qtbot.waitUntil(lambda: said in desk.said(), timeout=30_000)
    desk.sign_in("taro")
    desk.cards.tell(b"a strangers hash")
    desk.qtbot.waitUntil(lambda: desk.page._said.text() == Words("signin", "ja")["card.unknown"], timeout=30_000)
    assert not desk.gate.is_closed
