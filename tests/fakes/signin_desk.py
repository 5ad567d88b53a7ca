"""Reception under its cover, with a roster, a security key and a staff reader in memory."""

import os
import threading

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from staff_roster import HANAKO, PASSWORD, SECRET, TARO, Clock, FakeRoster

from terminal.staff.key_words import Answer, KeyFault, Question
from terminal.staff.people import Member
from terminal.staff.policy import Policy
from terminal.staff.ports import LaidCard
from terminal.staff.shift import Shift
from ui.signin.gate import Gate


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
